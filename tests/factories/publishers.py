import uuid
from datetime import timedelta

import factory
from django.utils import timezone

from publishers import crypto
from publishers.models import Channel, Grant
from tests.factories.accounts import TeamFactory


class ChannelFactory(factory.django.DjangoModelFactory[Channel]):
    class Meta:
        model = Channel

    team = factory.SubFactory(TeamFactory)
    platform = "bluesky"
    remote_id = factory.Sequence(lambda n: f"did:plc:account{n}")
    handle = factory.Sequence(lambda n: f"tidewater{n}.example")
    name = factory.Sequence(lambda n: f"Tidewater {n}")


def grant_for(channel: Channel, access="access", refresh="refresh", ends_in=7200, family=None):
    """A channel's tokens, encrypted as the product does it."""
    grant = Grant(channel=channel, family=family or uuid.uuid4())
    grant.access_token = crypto.encrypt(access, row=grant.row("access"))
    grant.refresh_token = crypto.encrypt(refresh, row=grant.row("refresh")) if refresh else ""
    grant.refreshed_at = timezone.now() - timedelta(hours=1)
    if ends_in is not None:
        grant.expires_at = timezone.now() + timedelta(seconds=ends_in)
    grant.save(force_insert=True)
    return grant
