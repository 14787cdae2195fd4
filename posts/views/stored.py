"""A stored post as the fields of the composer's form. Called by views/desk.py."""

from datetime import datetime
from typing import Any

from posts.models import Delivery, Post


def stored_values(post: Post, zone: Any) -> dict[str, Any]:
    """The simple fields of the form as a stored post fills them."""
    planned = post.planned_at.astimezone(zone) if post.planned_at else None
    return {
        "title": post.title,
        "body": post.body,
        "summary": post.summary,
        "kind": post.kind,
        "hashtags": " ".join(f"#{tag}" for tag in post.hashtags),
        "tags": ", ".join(tag.name for tag in post.tags.all()),
        "campaign": post.campaign.name if post.campaign else "",
        "assignee": post.assignee_id or "",
        "expires": post.expires_at.astimezone(zone).date().isoformat() if post.expires_at else "",
        "time_sensitive": post.time_sensitive,
        "when": "pick" if planned else "none",
        **clock(planned),
        "version": post.version,
    }


def clock(at: datetime | None) -> dict[str, str]:
    """A local time as the two fields show it; seconds only where there are some."""
    if at is None:
        return {"date": "", "time": ""}
    shape = "%H:%M:%S" if at.second else "%H:%M"
    return {"date": at.strftime("%Y-%m-%d"), "time": at.strftime(shape)}


def stored_plan(post: Post | None, zone: Any) -> dict[int, tuple[str, str]]:
    """Per channel the date and time where they differ from the post's."""
    if post is None:
        return {}
    due = Delivery.objects.filter(post=post).exclude(due_at=None).exclude(state="cancelled")
    own = {d.channel_id: clock(d.due_at.astimezone(zone)) for d in due if d.due_at}
    main = clock(post.planned_at.astimezone(zone) if post.planned_at else None)
    return {pk: (at["date"], at["time"]) for pk, at in own.items() if at != main}
