"""Channels on simulated accounts and posts due there, for processes that will be killed."""

import random
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from posts.models import Delivery
from publishers import registry
from publishers.models import Channel
from publishers.sandbox import accounts
from tests.factories.accounts import UserFactory
from tests.factories.posts import DeliveryFactory, PostFactory, VariantFactory
from tests.factories.publishers import ChannelFactory, grant_for
from tests.faults.cast import words
from tests.processes import database_url_of_this_test

PLATFORMS = ("x", "linkedin", "bluesky")
QUIET = 2
GAP = 1
# Every text is like no other: two that are nearly the same on one account are for a person to tell.
RNG = random.Random()


def environment(**more: str) -> dict[str, str]:
    """What makes other processes read what this test wrote, and wait less."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.journey",
        "DATABASE_URL": database_url_of_this_test(),
        "DRUMBEAT_SECRET_KEY": settings.SECRET_KEY,
        "DRUMBEAT_TOKEN_KEYS": ",".join(settings.TOKEN_KEYS),
        "DRUMBEAT_QUIET_SECONDS": str(QUIET),
        "DRUMBEAT_READ_GAP_SECONDS": str(GAP),
        **more,
    }


def channel(team, number: int) -> Channel:
    slug = PLATFORMS[number % len(PLATFORMS)]
    account = accounts.create(slug, f"fault{number}.sandbox.test", f"Fault {number}")
    if slug == "linkedin":
        # A page can be read back; a person's own posts cannot, there a person would be asked.
        page = f"fault-page-{number}"
        account = accounts.create(slug, page, page, kind="organization", administrators=[account])
    tokens = accounts.mint_tokens(account)
    prefix = "urn:li:organization:" if slug == "linkedin" else ""
    made = ChannelFactory(
        team=team,
        platform=slug,
        remote_id=f"{prefix}{account.remote_id}",
        handle=account.handle,
        kind=account.kind,
    )
    grant_for(made, access=tokens.access, refresh=tokens.refresh, ends_in=tokens.expires_in)
    return made


def due_posts(team, count: int, *, seconds: float = -1) -> list[Delivery]:
    """A post on each of the `count` channels, every text its own, all due `seconds` from now."""
    author = UserFactory()
    at = timezone.now() + timedelta(seconds=seconds)
    channels = list(Channel.objects.for_team(team)) or [channel(team, n) for n in range(count)]
    return [
        DeliveryFactory(
            queued=True,
            post=PostFactory(team=team, author=author, stage="scheduled", body=words(RNG)),
            channel=one,
            due_at=at,
        )
        for one in channels
    ]


def due_threads(team, count: int, *, parts: int = 4) -> list[Delivery]:
    """A thread on each channel that takes one, elsewhere a post; each with a first comment."""
    author, at = UserFactory(), timezone.now() - timedelta(seconds=1)
    channels = list(Channel.objects.for_team(team)) or [channel(team, n) for n in range(count)]
    return [_thread(one, author, at, parts) for one in channels]


def _thread(one: Channel, author, at, parts: int) -> Delivery:
    threads = "thread" in registry.spec_for(one.platform).features
    texts = [words(RNG) for _ in range(parts)]
    post = PostFactory(
        team=one.team,
        author=author,
        stage="scheduled",
        kind="thread" if threads else "post",
        body="\n---\n".join(texts if threads else texts[:1]),
    )
    VariantFactory(post=post, channel=one, first_comment=words(RNG))
    return DeliveryFactory(queued=True, post=post, channel=one, due_at=at)


def all_published() -> bool:
    return not Delivery.objects.exclude(state="published").exists()
