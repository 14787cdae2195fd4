"""What is remembered of a post on its way to TikTok, each for exactly this content. Called by the
adapter beside it.
"""

from typing import Any

from publishers import containers, handles
from publishers.contract import Payload, Step

CREATOR, PLACE, TAKEN = "creator", "place", "taken"
# The place for a video is good for an hour.
PLACE_SECONDS = 3300


def name_of(what: str, payload: Payload) -> str:
    return f"{what}:{containers.name_of(payload)}"


def held(step: Step, what: str, payload: Payload) -> dict[str, Any]:
    return handles.held_as(step, name_of(what, payload))


def go_on(step: Step, payload: Payload, sent: int) -> None:
    """With the piece of that number next."""
    known = held(step, PLACE, payload)
    place = {"took": known.get("took", ""), "url": known.get("url", ""), "sent": sent}
    handles.keep_as(step, name_of(PLACE, payload), PLACE_SECONDS, **place)
