import factory

from publishers.models import Channel
from tests.factories.accounts import TeamFactory


class ChannelFactory(factory.django.DjangoModelFactory[Channel]):
    class Meta:
        model = Channel

    team = factory.SubFactory(TeamFactory)
    platform = "bluesky"
    remote_id = factory.Sequence(lambda n: f"did:plc:account{n}")
    handle = factory.Sequence(lambda n: f"tidewater{n}.example")
    name = factory.Sequence(lambda n: f"Tidewater {n}")
