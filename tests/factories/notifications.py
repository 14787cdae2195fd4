import factory

from notifications.models import LiveEvent, Message, Sending
from tests.factories.accounts import TeamFactory, UserFactory

DATA = {"by": "Ines", "title": "Two more years", "url": "/t/tidewater/posts/1/"}


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    class Meta:
        model = Message

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    kind = "review_approved"
    data = factory.LazyFunction(lambda: dict(DATA))


class SendingFactory(factory.django.DjangoModelFactory[Sending]):
    class Meta:
        model = Sending

    message = factory.SubFactory(MessageFactory)
    way = "email"


class LiveEventFactory(factory.django.DjangoModelFactory[LiveEvent]):
    class Meta:
        model = LiveEvent

    team = factory.SubFactory(TeamFactory)
    topic = factory.Sequence(lambda n: f"post:{n}")
