"""The way back from one act that gave several posts their times, like that of a bulk act.

Called within the transaction of the act.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Team, User
from calendar_app.errors import Outdated
from calendar_app.services.selection import in_words
from posts.models import BulkAct, Post
from posts.services.selection import load, remember, standing


def hold(team: Team, looked_at: Collection[Post]) -> list[Post]:
    """These posts with all that `standing` looks at. They stay so until the transaction ends, but
    for what it does itself. In six statements.

    Raises Outdated where one is not what it was when it was looked at.
    """
    seen = {post.pk: (post.stage, post.planned_at, post.updated_at) for post in looked_at}
    held = Post.objects.for_team(team).filter(pk__in=seen).order_by("pk")
    rows = held.select_for_update(of=("self",), no_key=True)
    found = rows.values_list("pk", "stage", "planned_at", "updated_at")
    if {pk: tuple(looks) for pk, *looks in found} != seen:
        raise outdated()
    return load(team, seen)


def outdated() -> Outdated:
    return Outdated(_("Something has changed meanwhile: look at the new times."))


def way_back(was: Collection[Post], said: str, *, by: User) -> BulkAct:
    """To what the posts that `hold` found were, after what `said` says. In seven statements."""
    team = next(iter(was)).team
    before = {post.pk: post for post in was}
    changed = [
        (before[post.pk], post)
        for post in load(team, before)
        if standing(post) != standing(before[post.pk])
    ]
    return remember(
        team,
        "times",
        said,
        by=by,
        results=[_result(old, new) for old, new in changed],
        way_back=[_way(old, new) for old, new in changed],
    )


def _result(old: Post, new: Post) -> Mapping[str, Any]:
    words = f"{in_words(old.planned_at)} → {in_words(new.planned_at)}"
    return {"id": new.pk, "name": str(new), "done": True, "words": words}


def _way(old: Post, new: Post) -> Mapping[str, Any]:
    return {"post": new.pk, "was": standing(old), "became": standing(new)}
