"""A post on the calendar and in its drawer. What looks the same is drawn once and kept: when a page
is read again, most of it is as it was.
"""

from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.translation import get_language

from calendar_app.queries.conflicts import Noted
from posts.queries.cards import Card
from posts.queries.planned import Planned
from ui.templatetags.times import local_time
from ui.templatetags.ui import avatar, glyphs

register = template.Library()

# More than a few people's months. Each takes one or two kilobytes.
KEPT = 4096


class Chip(NamedTuple):
    """All that is drawn, so that two which are equal look equal: `at` and `when` are in the
    reader's zone, `move` is empty where it cannot be moved.
    """

    team: str
    post: int
    key: str
    density: str
    status: str
    at: str
    minute: str
    when: str
    glyphs: str
    flagged: bool
    line: str
    picture: int | None
    move: str
    pick: bool
    query: str
    language: str | None


class Draft(NamedTuple):
    """The same of a post without a time: `touched` is the day, `query` empty for who may not move
    it.
    """

    team: str
    post: int
    line: str
    picture: int | None
    glyphs: str
    touched: str
    author: str
    query: str
    language: str | None


@register.simple_tag(takes_context=True)
def chip(
    context: Context, item: Planned, key: str, density: str, noted: Noted | None = None
) -> str:
    """`{% chip item "20261210" day.density %}`; `key` tells its places on the page apart,
    `density` is "line", "roomy" or empty.
    """
    dense = density == "line"
    one = _looks(context, item, key, density, marks=1 if dense else 2)
    return _drawn(
        "calendar_app/_chip.html",
        one._replace(flagged=_is_in(noted, item), picture=None if dense else one.picture),
    )


@register.simple_tag(takes_context=True)
def agenda_row(context: Context, item: Planned, noted: Noted | None = None) -> str:
    """`{% agenda_row item %}`: a post in the list of one day."""
    one = _looks(context, item, "", "", marks=5)
    return _drawn("calendar_app/_agenda_row.html", one._replace(flagged=_is_in(noted, item)))


@register.simple_tag(takes_context=True)
def draft(context: Context, card: Card) -> str:
    """`{% draft card %}`: a post in the drawer."""
    author = card.post.author
    return _drawn(
        "calendar_app/_draft.html",
        Draft(
            team=context["team"].slug,
            post=card.post.pk,
            line=card.line,
            picture=card.picture.pk if card.picture else None,
            glyphs=glyphs(card.channels, 4),
            touched=local_time(card.post.updated_at, "date"),
            author=avatar(author, "sm") if author else "",
            query=context["shown"].query if context["can_move"] else "",
            language=get_language(),
        ),
    )


def _is_in(noted: Noted | None, item: Planned) -> bool:
    return noted is not None and item.card.post.pk in noted.posts


def _looks(context: Context, item: Planned, key: str, density: str, *, marks: int) -> Chip:
    card, local = item.card, item.local
    movable = item.movable and context["can_move"]
    return Chip(
        team=context["team"].slug,
        post=card.post.pk,
        key=key,
        density=density,
        status=item.status,
        at=local.isoformat(),
        minute=f"{local:%M}",
        when=local_time(item.at, "time"),
        glyphs=glyphs(card.channels, marks),
        flagged=False,
        line=card.line,
        picture=card.picture.pk if card.picture else None,
        move=item.move_label if movable else "",
        pick=context["can_move"],
        query=context["shown"].query,
        language=get_language(),
    )


@lru_cache(maxsize=KEPT)
def _drawn(template: str, one: Chip | Draft) -> str:
    return get_template(template).render({"chip": one})
