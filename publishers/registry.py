"""The platforms of this installation: one line each."""

from publishers.adapters.bluesky import Bluesky
from publishers.adapters.devto import DevTo
from publishers.adapters.discord import Discord
from publishers.adapters.facebook import Facebook
from publishers.adapters.instagram import Instagram
from publishers.adapters.linkedin import LinkedIn
from publishers.adapters.mastodon import Mastodon
from publishers.adapters.medium import Medium
from publishers.adapters.pinterest import Pinterest
from publishers.adapters.reddit import Reddit
from publishers.adapters.telegram import Telegram
from publishers.adapters.threads import Threads
from publishers.adapters.tiktok import TikTok
from publishers.adapters.x import X
from publishers.adapters.youtube import YouTube
from publishers.contract import Adapter, Reconcile, Spec

_ADAPTERS: tuple[type[Adapter], ...] = (
    X,
    LinkedIn,
    Bluesky,
    Threads,
    Mastodon,
    DevTo,
    Medium,
    Instagram,
    Facebook,
    Reddit,
    TikTok,
    YouTube,
    Pinterest,
    Telegram,
    Discord,
)
ADAPTERS: dict[str, type[Adapter]] = {adapter.spec.slug: adapter for adapter in _ADAPTERS}


def adapter_for(slug: str) -> type[Adapter]:
    return ADAPTERS[slug]


def specs() -> list[Spec]:
    return [adapter.spec for adapter in ADAPTERS.values()]


def spec_for(slug: str) -> Spec:
    return ADAPTERS[slug].spec


def name_of(slug: str) -> str:
    """As people know it; of a platform that is gone, what is left of its name."""
    adapter = ADAPTERS.get(slug)
    return adapter.spec.name if adapter else slug


def reconcile_of(slug: str, kind: str) -> Reconcile:
    """Of an account of this kind; on a platform that is gone only a person can look."""
    adapter = ADAPTERS.get(slug)
    return adapter.spec.reconcile_of(kind) if adapter else "ask"
