"""What is wrong with a post, gate by gate, and how a team has its gates."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from approvals.gates.registry import GATES
from approvals.services.rules import set_gate
from posts.models import MediaAsset, Post, Variant
from posts.services import schedule
from posts.times import from_utc
from tests.factories.posts import MediaAssetFactory, PostFactory, PostMediaFactory, refresh_hash

EASY = "Sea level data from forty buoys is open to you now. Look at the map and tell us what it is."
HARD = (
    "The aforementioned oceanographic instrumentation infrastructure necessitates comprehensive "
    "interdisciplinary harmonization of the heterogeneous observational methodologies of all the "
    "participating international institutions that have been contributing to it."
)


def gate(team, slug: str, mode: str = "block", channels: Any = None, **options: Any) -> None:
    """From now on, as the page of the settings does it."""
    known = {option.name: option.usual for option in GATES[slug].options}
    said = {"mode": mode, "options": {**known, **options}, "channels": channels or {}}
    set_gate(team=team, gate=GATES[slug], said=said, by=None)
    team.refresh_from_db()


def soon(hours: float = 48.0):
    return from_utc(timezone.now() + timedelta(hours=hours), "Europe/Lisbon")


def written(team, author, channel, body: str = EASY, **fields: Any) -> Post:
    return PostFactory(team=team, author=author, body=body, channels=[channel], **fields)


def with_picture(post: Post, alt: str = "A buoy at dusk", **facts: Any) -> Post:
    asset = MediaAssetFactory(team=post.team)
    MediaAsset.objects.filter(pk=asset.pk).update(**facts) if facts else None
    asset.refresh_from_db()
    PostMediaFactory(post=post, asset=asset, alt=alt)
    return refresh_hash(post)


def _says_it_before(post: Post) -> Post:
    other = PostFactory(team=post.team, author=post.author, title="Before", body=post.body)
    Variant.objects.create(post=other, channel=post.variants.get().channel)
    schedule.plan(post=refresh_hash(other), at=soon(30), by=post.author)
    return post


def _same(post: Post) -> Post:
    return post


@dataclass(frozen=True)
class Flaw:
    """`spoil` puts it into a post that was well; `says` is in the words that are told."""

    gate: str
    says: str
    body: str = EASY
    spoil: Callable[[Post], Post] = _same
    options: dict[str, Any] = field(default_factory=dict)


FLAWS = [
    Flaw(
        "platform",
        "gets it with 2 MB",
        spoil=lambda post: with_picture(post, width=9000, height=6000, bytes=9_000_000),
    ),
    Flaw("alt", "has no description", spoil=lambda post: with_picture(post, alt="")),
    Flaw(
        "banned",
        "“Utilize” is a word that this team does not use",
        body=f"Utilize it. {EASY}",
        options={"words": ["utilize => use"]},
    ),
    Flaw("required", "“Advertisement” is missing", options={"words": ["Advertisement"]}),
    Flaw(
        "links",
        "a site that this team does not link to",
        body=f"{EASY} https://news.rival.example.com/a",
        options={"dead": False, "refused": ["rival.example.com"]},
    ),
    Flaw("hashtags", "gets 3 hashtags", body=f"{EASY} #a #b #c", options={"most": 2}),
    Flaw("same", "“Before” says the same", spoil=_says_it_before),
    Flaw("reading", "It is hard to read", body=HARD),
    Flaw("rights", "Nobody has said why", spoil=with_picture),
]
BY_GATE = {flaw.gate: flaw for flaw in FLAWS}


def flawed(flaw: Flaw, team, author, channel) -> Post:
    return flaw.spoil(written(team, author, channel, flaw.body))
