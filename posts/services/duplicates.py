"""Rows of an import that would make what is there already. Called by importwork.py."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db.models.functions import MD5
from django.utils.translation import gettext as _

from posts.models import Import, ImportRow, Post
from posts.services.rows import Reading

# Of posts that say the same as a handful.
_SAME_AT_MOST = 5000
Outcome = ImportRow.Outcome


def _duplicate(row: ImportRow, sentence: str) -> None:
    row.outcome = Outcome.DUPLICATE
    row.problems = [["", sentence]]


def mark_repeated(importing: Import, readings: Sequence[Reading]) -> None:
    """The first of those that say the same stays."""
    same = importing.rows.filter(fingerprint__in=[reading.row.fingerprint for reading in readings])
    same = same.filter(outcome__in=(Outcome.READY, Outcome.MADE)).order_by("-number")
    first = dict(same.values_list("fingerprint", "number"))
    for reading in readings:
        row = reading.row
        before = first.setdefault(row.fingerprint, row.number)
        if before < row.number:
            _duplicate(row, _("The same as row %(n)s.") % {"n": before})


def mark_existing(importing: Import, readings: Sequence[Reading]) -> None:
    """The same words at the same time on the same channels, in a post that is there already."""
    said = {r.new.draft.body for r in readings if r.new and r.new.draft.body}
    posts = Post.objects.for_team(importing.team).annotate(words=MD5("body"))
    posts = posts.filter(words__in=[_md5(body) for body in said])
    posts = posts.exclude(source_reference=f"import {importing.pk}").prefetch_related("variants")
    there = {
        (post.body, post.title, post.planned_at, _where(v.channel_id for v in post.variants.all()))
        for post in posts.order_by("-pk")[:_SAME_AT_MOST]
    }
    for reading in readings:
        assert reading.new is not None
        post, on = reading.new.post, _where(reading.new.draft.channels)
        if (post.body, post.title, post.planned_at, on) in there:
            _duplicate(
                reading.row, _("A post with these words, channels and time is there already.")
            )


def _where(channel_ids: Iterable[int]) -> frozenset[int]:
    return frozenset(channel_ids)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
