"""The simulated platforms: one line each."""

from publishers.sandbox.platforms.bluesky import Bluesky
from publishers.sandbox.platforms.linkedin import LinkedIn
from publishers.sandbox.platforms.threads import Threads
from publishers.sandbox.platforms.x import X
from publishers.sandbox.twin import Twin

TWINS: dict[str, Twin] = {twin.slug: twin for twin in (X(), LinkedIn(), Bluesky(), Threads())}


def twin_for(slug: str) -> Twin:
    return TWINS[slug]
