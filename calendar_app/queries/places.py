"""Where on the calendar a post stands: every day and hour that something of it goes out."""

from datetime import date
from zoneinfo import ZoneInfo

from posts.models import Post
from posts.states import DeliveryState


def places_of(post: Post, zone: ZoneInfo) -> set[tuple[date, int]]:
    due = post.deliveries.exclude(due_at=None).exclude(state=DeliveryState.CANCELLED)
    moments = {post.planned_at, *due.values_list("due_at", flat=True)}
    local = [moment.astimezone(zone) for moment in moments if moment]
    return {(there.date(), there.hour) for there in local}
