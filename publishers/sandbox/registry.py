"""The simulated platforms: one line each."""

from publishers.sandbox.platforms.bluesky import Bluesky
from publishers.sandbox.platforms.devto import DevTo
from publishers.sandbox.platforms.discord import Discord
from publishers.sandbox.platforms.facebook import Facebook
from publishers.sandbox.platforms.instagram import Instagram
from publishers.sandbox.platforms.linkedin import LinkedIn
from publishers.sandbox.platforms.mastodon import Mastodon
from publishers.sandbox.platforms.medium import Medium
from publishers.sandbox.platforms.pinterest import Pinterest
from publishers.sandbox.platforms.reddit import Reddit
from publishers.sandbox.platforms.telegram import Telegram
from publishers.sandbox.platforms.threads import Threads
from publishers.sandbox.platforms.tiktok import TikTok
from publishers.sandbox.platforms.x import X
from publishers.sandbox.platforms.youtube import YouTube
from publishers.sandbox.twin import Twin

_TWINS: tuple[Twin, ...] = (
    X(),
    LinkedIn(),
    Bluesky(),
    Threads(),
    Mastodon(),
    DevTo(),
    Medium(),
    Instagram(),
    Facebook(),
    Reddit(),
    TikTok(),
    YouTube(),
    Pinterest(),
    Telegram(),
    Discord(),
)
TWINS: dict[str, Twin] = {twin.slug: twin for twin in _TWINS}


def twin_for(slug: str) -> Twin:
    return TWINS[slug]
