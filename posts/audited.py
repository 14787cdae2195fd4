"""What the audit log is told of posts, deliveries and the library. For workflow and services."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import Model

from accounts import audit
from accounts.audit import About, Facts
from accounts.models import Team, User
from posts.models import Delivery, Post
from publishers.crops import CENTRE

# What a post does when its reviewers have decided: their decision is told.
_ECHOES = frozenset({"post.approve", "post.request_changes", "post.reject", "post.reconsider"})


def post(
    row: Post,
    verb: str,
    *,
    by: User | None,
    name: str = "",
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Of what a person did; a machine's steps are in the post's own history."""
    if (by is None and not name) or verb in _ECHOES:
        return
    about = About("post", row.pk, f"“{row}”")
    audit.write(verb, team=row.team_id, by=by, name=name, about=about, before=before, after=after)


def decided(
    delivery: Delivery, verb: str, *, by: User, before: Facts, after: Facts | None = None
) -> None:
    """A person's decision about one delivery, as an entry of its post."""
    channel = {"delivery": delivery.pk, "channel": str(delivery.channel)}
    then = {"state": str(delivery.state), **channel, **(after or {})}
    post(delivery.post, verb, by=by, before=before, after=then)


def thing(
    row: Model,
    verb: str,
    *,
    team: int,
    by: User | None = None,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Of something with a name: a folder, a template, a file. Its kind is the verb's first word."""
    about = About(verb.partition(".")[0], row.pk, f"“{row}”")
    audit.write(verb, team=team, by=by, about=about, before=before, after=after)


def many(verb: str, team: Team, ids: Collection[int], after: Facts | None = None) -> None:
    """Of several at once, without their names."""
    if ids:
        told = {**(after or {}), "count": len(ids), "ids": sorted(ids)}
        audit.write(verb, team=team.pk, about=About(verb.partition(".")[0]), after=told)


@contextmanager
def importing() -> Iterator[None]:
    """What an import does with each of its posts is told at its end, with the number."""
    with audit.together() as held:
        yield
        held[:] = [entry for entry in held if entry.verb.startswith("import.")]


def differences(was: Any, now: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two drafts of compose.py, which stands above."""
    return audit.changed(_facts(was), _facts(now))


def beyond_words(after: Mapping[str, Any]) -> bool:
    """Whether more has changed than what a sitting of writing changes at every pause."""
    return not after.keys() <= {"title", "body", "summary", "texts"}


def _facts(draft: Any) -> dict[str, Any]:
    own = {str(pk): said.text for pk, said in draft.channels.items() if said.text is not None}
    return {
        "title": draft.title,
        "body": draft.body,
        "summary": draft.summary,
        "texts": own,
        "kind": draft.kind,
        "hashtags": list(draft.hashtags),
        "tags": sorted(draft.tags),
        "campaign": draft.campaign,
        "assignee": draft.assignee,
        "expires_at": draft.expires_at,
        "time_sensitive": draft.time_sensitive,
        "channels": sorted(draft.channels),
        "media": [pk for pk, _alt in draft.media],
        "focal": {
            str(pk): list(at) for pk, _alt in draft.media if (at := draft.focal_of(pk)) != CENTRE
        },
    }
