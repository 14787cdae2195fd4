"""Pictures that a platform already holds, remembered from one attempt to the next. Pure.

Called by adapters. A handle is kept under the picture's digest until the platform would drop it.
"""

import json
import time
import zlib
from collections.abc import Iterable
from typing import Any

from publishers.contract import Media, Step

# How the name of a value begins that lets whoever reads it act on the platform: it is stored
# encrypted, and when it can no longer be read it is gone.
SECRET = "secret:"


def _name(media: Media) -> str:
    """The description belongs to the upload on some platforms, so it is part of the name."""
    return f"media:{media.sha256}:{zlib.crc32(media.alt.encode()):08x}"


def held(step: Step, media: Media) -> dict[str, Any]:
    """What was kept about this picture; empty when it must be uploaded (again)."""
    return held_as(step, _name(media))


def ready(step: Step, several: Iterable[Media]) -> list[str] | None:
    """The `id` of each; None while one of them is not there or not kept as `ready`."""
    kept = [held(step, media) for media in several]
    return [str(one["id"]) for one in kept] if all(one.get("ready") for one in kept) else None


def keep(step: Step, media: Media, seconds: float, **facts: Any) -> None:
    keep_as(step, _name(media), seconds, **facts)


def held_as(step: Step, name: str) -> dict[str, Any]:
    """The same of anything else that a platform holds for a while."""
    try:
        kept = json.loads(step.get(name) or "{}")
    except ValueError:
        return {}
    until = kept.get("until", 0) if isinstance(kept, dict) else 0
    return kept if isinstance(until, int | float) and until > time.time() else {}


def keep_as(step: Step, name: str, seconds: float, **facts: Any) -> None:
    kept = {**facts, "until": time.time() + seconds}
    step.keep(name, json.dumps(kept, sort_keys=True))


def drop_as(step: Step, name: str) -> None:
    step.keep(name, "")


def outlives(value: str, moment: float) -> bool:
    """Whether what was kept is still good at `moment` (seconds since 1970), as far as we know."""
    try:
        kept = json.loads(value)
    except ValueError:
        return True
    until = kept.get("until") if isinstance(kept, dict) else None
    return not isinstance(until, int | float) or until > moment


def drop(step: Step, pictures: Iterable[Media]) -> None:
    """The platform says that it does not have them: forget, so that they are uploaded again."""
    for media in pictures:
        step.keep(_name(media), "")
