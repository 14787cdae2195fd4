import factory

from accounts.models import Team, User
from notifications import webhooks
from notifications.kinds import KINDS
from notifications.models import Endpoint, LiveEvent, Message, Sending
from tests.factories.accounts import TeamFactory, UserFactory

DATA = {"by": "Ines", "title": "Two more years", "url": "/t/tidewater/posts/1/"}


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    class Meta:
        model = Message

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    kind = "review_approved"
    data = factory.LazyFunction(lambda: dict(DATA))
    # As `tell` decides for whoever has chosen nothing.
    in_app = factory.LazyAttribute(lambda message: KINDS[message.kind].in_app)


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


def endpoint_for(team: Team, by: User) -> Endpoint:
    """A webhook that has been called once, in vain."""
    endpoint, _secret = webhooks.add(
        team=team,
        by=by,
        name=f"Webhook of {team}",
        url=f"https://hooks.{team.slug}.example/secret",
        style="generic",
        events=["import.ended"],
    )
    call = webhooks.test(endpoint)
    type(call).objects.filter(pk=call.pk).update(
        state="failed", error="HTTP 500", status=500, took_ms=12, attempts=3, answer="<b>Oh.</b>"
    )
    return endpoint
