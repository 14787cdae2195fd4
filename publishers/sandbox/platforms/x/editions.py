"""A post on X after it was changed: the same row, with an id, a text and figures for each version.

`body["edits"]` has them in order, each with its id, its text and when it was made.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from publishers.sandbox import figures, ids
from publishers.sandbox.models import Account, RemotePost
from publishers.sandbox.platforms.x.errors import forbidden, invalid
from publishers.sandbox.platforms.x.people import has_premium

WINDOW = timedelta(hours=1)
MOST = 5


def edits(row: RemotePost) -> list[dict[str, str]]:
    found: list[dict[str, str]] = row.body.get("edits", [])
    return found


def versions(row: RemotePost) -> list[str]:
    """Their ids, the first first."""
    return [row.remote_id, *(edit["id"] for edit in edits(row))]


def find(rows: QuerySet[RemotePost], number: str) -> RemotePost | None:
    """By the id of any version."""
    return next((row for row, _ in find_all(rows, [number])), None)


def find_all(rows: QuerySet[RemotePost], numbers: list[str]) -> list[tuple[RemotePost, str]]:
    """Each that is there, with the id that was asked for."""
    first = list(rows.filter(remote_id__in=numbers))
    known = {number for row in first for number in versions(row)}
    later = Q()
    for number in set(numbers) - known:
        later |= Q(body__edits__contains=[{"id": number}])
    changed = list(rows.filter(later, edited_at__isnull=False)) if later else []
    found = {row.pk: row for row in [*first, *changed]}
    return [(row, one) for row in found.values() for one in versions(row) if one in numbers]


def text_of(row: RemotePost, number: str) -> str:
    known = versions(row)
    if number == known[-1]:
        return row.text
    texts = [str(row.body.get("text", "")), *(edit["text"] for edit in edits(row))]
    return texts[known.index(number)]


def counted(row: RemotePost, number: str, *names: str) -> dict[str, int]:
    """By names of figures.py what this version alone has: what came while it was the newest."""
    place = versions(row).index(number)
    ends = [datetime.fromisoformat(edit["at"]) for edit in edits(row)]
    until = ends[place] if place < len(ends) else None
    have = figures.of_post(row, *names, at=until)
    before = figures.of_post(row, *names, at=ends[place - 1]) if place else dict.fromkeys(names, 0)
    return {name: have[name] - before[name] for name in names}


def controls(row: RemotePost) -> dict[str, Any]:
    until = row.accepted_at + WINDOW
    return {
        "edits_remaining": MOST - len(edits(row)),
        "is_edit_eligible": has_premium(row.account),
        "editable_until": f"{until:%Y-%m-%dT%H:%M:%S}.000Z",
    }


def change(who: Account, shown: str, body: dict[str, Any], fingerprint: str) -> RemotePost:
    previous = body["edit_options"]["previous_post_id"]
    row = find(who.posts.public().select_related("account"), previous)
    if row is None or versions(row)[-1] != previous:
        raise invalid("$.edit_options.previous_post_id: is not the newest version of a post")
    over = timezone.now() > row.accepted_at + WINDOW or len(edits(row)) >= MOST
    if over or not has_premium(who):
        raise forbidden()
    edit = {"id": ids.snowflake(), "text": shown, "at": timezone.now().isoformat()}
    row.body = {**row.body, "edits": [*edits(row), edit]}
    row.text, row.fingerprint, row.edited_at = shown, fingerprint, timezone.now()
    row.save(update_fields=["body", "text", "fingerprint", "edited_at"])
    return row
