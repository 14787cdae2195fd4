"""The way back from one act that gave several posts their times, like that of a bulk act.

Called within the transaction of the act.
"""

from collections.abc import Collection, Mapping
from typing import Any

from accounts.models import Team, User
from calendar_app.services.selection import in_words
from posts.models import BulkAct, Post
from posts.services.selection import load, remember, standing


def hold(team: Team, ids: Collection[int]) -> list[Post]:
    """The posts as they are now, with all that `standing` looks at. They stay so until the
    transaction ends, but for what it does itself. In six statements.
    """
    held = Post.objects.for_team(team).filter(pk__in=ids).order_by("pk")
    found = held.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True)
    return load(team, list(found))


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
