"""How posts did, as if a platform had been asked."""

from datetime import timedelta

import factory
from django.utils import timezone

from posts.models import Reception
from posts.states import DeliveryState, Stage
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.factories.publishers import ChannelFactory


class ReceptionFactory(factory.django.DjangoModelFactory[Reception]):
    """Of a post that went out `at` on a channel, and was measured two days later."""

    class Meta:
        model = Reception
        exclude = ("post", "channel")

    at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=10))
    post = factory.SubFactory(PostFactory, stage=Stage.DONE)
    channel = factory.SubFactory(ChannelFactory, team=factory.SelfAttribute("..post.team"))
    delivery = factory.SubFactory(
        DeliveryFactory,
        queued=True,
        state=DeliveryState.PUBLISHED,
        post=factory.SelfAttribute("..post"),
        channel=factory.SelfAttribute("..channel"),
        due_at=factory.SelfAttribute("..at"),
        published_at=factory.SelfAttribute("..at"),
        remote_id=factory.Sequence(lambda n: f"remote-{n}"),
    )
    team = factory.SelfAttribute("post.team")
    engagements = 10
    measured_at = factory.LazyAttribute(lambda o: o.at + timedelta(days=2))
