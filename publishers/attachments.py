"""Files that go along with the call that publishes, where none can be handed over before. Pure.

Called by adapters.
"""

import mimetypes
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import BinaryIO

from publishers.contract import Media

# What any call may take, and as much as a slow line needs for the rest.
SECONDS, SECONDS_PER_MEGABYTE = 30.0, 1.5

type Opened = dict[str, tuple[str, BinaryIO, str]]


def name_of(media: Media) -> str:
    """The same for the same bytes; nothing of how the file was called here."""
    return media.sha256[:16] + (mimetypes.guess_extension(media.mime) or "")


def opened(named: Mapping[str, Media], files: ExitStack) -> Opened:
    """As `Http.send` takes files, by the name of the field. `files` closes them."""
    return {
        field: (name_of(media), files.enter_context(media.stream()), media.mime)
        for field, media in named.items()
    }


def seconds_for(media: Iterable[Media]) -> float:
    """How long the call may take that carries them."""
    return SECONDS + sum(one.size for one in media) / 1e6 * SECONDS_PER_MEGABYTE
