"""When a post goes out as things are: its places on the calendar, and what undo leads back to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from posts import states
from posts.models import Post
from posts.states import DeliveryState


@dataclass(frozen=True)
class Standing:
    """`rows`: channel, time and state of each delivery that has a time."""

    stage: str
    at: datetime | None
    zone: str
    rows: Sequence[tuple[int, datetime, str]]

    @property
    def times(self) -> dict[str, Any]:
        """When it goes out, and where it stands, as JSON for services/back.py and stage.py."""
        due = [(pk, at) for pk, at, state in self.rows if state not in states.ENDED]
        return {
            "at": self.at.isoformat() if self.at else "",
            "zone": self.zone,
            "channels": {str(pk): at.isoformat() for pk, at in due},
            "stage": self.stage,
        }

    def places(self, zone: ZoneInfo) -> set[tuple[date, int]]:
        """Every day and hour that something of it goes out."""
        due = [at for _pk, at, state in self.rows if state != DeliveryState.CANCELLED]
        local = [moment.astimezone(zone) for moment in (self.at, *due) if moment]
        return {(there.date(), there.hour) for there in local}


def standing(post: Post) -> Standing:
    """In one statement; of the post itself what is at hand."""
    found = post.deliveries.order_by("pk").values_list("channel_id", "due_at", "state")
    rows = [(channel, at, state) for channel, at, state in found if at]
    return Standing(post.stage, post.planned_at, post.planned_zone, rows)
