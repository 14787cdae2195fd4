"""Addresses and fields of the composer's form, as a browser would send them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from posts.models import Post

TOKEN = "f" * 32
NEW = reverse("posts:create", kwargs={"team": "tidewater"})
NEW_AUTOSAVE = reverse("posts:autosave_new", kwargs={"team": "tidewater"})


def edit_url(post: Post) -> str:
    return reverse("posts:edit", kwargs={"team": post.team.slug, "post_id": post.pk})


def page_url(post: Post) -> str:
    return reverse("posts:post", kwargs={"team": post.team.slug, "post_id": post.pk})


def tomorrow(at: str = "09:30") -> dict[str, str]:
    day = timezone.localtime(timezone=ZoneInfo("Europe/Lisbon")).date() + timedelta(days=1)
    return {"when": "pick", "date": day.isoformat(), "time": at}


def form(post: Post | None = None, **fields):
    base = {"token": TOKEN} if post is None else {"version": post.version, "body": post.body}
    return {**base, **fields}
