"""What a day says besides its posts, beside its date."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.translation import get_language

from calendar_app.queries.conflicts import Noted
from calendar_app.templatetags.holidays import holiday_words
from ui.templatetags.ui import address

register = template.Library()

KEPT = 1024


class Closed(NamedTuple):
    """A blackout."""

    name: str
    blocks: bool


class Looks(NamedTuple):
    """`url` is where the first conflict is mended, or read."""

    language: str | None
    blackouts: tuple[Closed, ...]
    conflict: bool
    title: str
    holiday: str
    label: str
    url: str
    moves: bool


@register.simple_tag(takes_context=True)
def noted(context: Context, said: Noted, day: date) -> str:
    """`{% noted head.noted head.day %}`"""
    first, url = next(iter(said.clashes), None), ""
    if first and context["can_move"]:
        move = address("calendar_app:post_move", team=context["team"].slug, post_id=first.post_id)
        url = f"{move}?{context['shown'].query}"
    elif first:
        url = f"{address('calendar_app:day', team=context['team'].slug)}?day={day.isoformat()}"
    looks = Looks(
        language=get_language(),
        blackouts=tuple(Closed(one.name, one.blocks) for one in said.blackouts),
        conflict=bool(first),
        title=said.title,
        holiday=holiday_words(context, day) if first else "",
        label=said.label,
        url=url,
        moves=bool(context["can_move"]),
    )
    return _drawn(looks)


@lru_cache(maxsize=KEPT)
def _drawn(looks: Looks) -> str:
    return get_template("calendar_app/_noted.html").render({"said": looks})
