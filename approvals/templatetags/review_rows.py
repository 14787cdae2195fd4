"""A row of the review queue: drawn once and kept, since most of a queue is as it was."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import get_language

from approvals.queue import Row
from ui.templatetags.ui import glyphs

register = template.Library()

# The pages of some people's queues. Each row takes about two kilobytes.
KEPT = 2048
MARKS = 4


class Looks(NamedTuple):
    """All that a drawing depends on: how a time is said depends on what day `today` is."""

    language: str | None
    zone: tzinfo
    today: date
    team: str
    number: str
    post: str
    choosing: bool
    state: str
    status: str
    title: str
    author: str
    planned_at: datetime | None
    ended_at: datetime | None
    due: datetime | None
    late: bool
    names: str
    done: int
    rounds: int
    stages: str
    glyphs: str


@register.simple_tag(takes_context=True)
def review_row(context: Context, row: Row, choosing: bool = False) -> str:
    """`{% review_row row choosing %}`: `choosing` where several can be answered at once."""
    review, post = row.review, row.review.post
    looks = Looks(
        language=get_language(),
        zone=timezone.get_current_timezone(),
        today=timezone.localdate(),
        team=context["team"].slug,
        number=row.number,
        post=str(post.pk),
        choosing=bool(choosing),
        state=review.state,
        status=review.status,
        title=str(post),
        author=str(post.author or ""),
        planned_at=post.planned_at,
        ended_at=review.ended_at,
        due=row.due,
        late=row.late,
        names=", ".join(row.names),
        done=row.done,
        rounds=len(row.rounds),
        stages=row.stages,
        glyphs=glyphs(row.channels, MARKS),
    )
    return _drawn(looks)


@lru_cache(maxsize=KEPT)
def _drawn(looks: Looks) -> str:
    return get_template("approvals/_row.html").render({"row": looks})
