"""A post on the calendar. What looks the same is drawn once and kept: when a page is read again,
most of it is as it was.
"""

from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from calendar_app.queries.conflicts import Noted
from posts.queries.planned import Planned
from ui.templatetags.times import local_time
from ui.templatetags.ui import glyphs

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


@register.simple_tag(takes_context=True)
def chip(
    context: Context, item: Planned, key: str, density: str, noted: Noted | None = None
) -> SafeString:
    """`{% chip item "20261210" day.density %}`; `key` tells its places on the page apart,
    `density` is "line", "roomy" or empty.
    """
    card, local, dense = item.card, item.local, density == "line"
    movable = item.movable and context["can_move"]
    return _drawn(
        Chip(
            team=context["team"].slug,
            post=card.post.pk,
            key=key,
            density=density,
            status=item.status,
            at=local.isoformat(),
            minute=f"{local:%M}",
            when=local_time(item.at, "time"),
            glyphs=glyphs(card.channels, 1 if dense else 2),
            flagged=noted is not None and card.post.pk in noted.posts,
            line=card.line,
            picture=card.picture.pk if card.picture and not dense else None,
            move=item.move_label if movable else "",
            pick=context["can_move"],
            query=context["shown"].query,
            language=get_language(),
        )
    )


@lru_cache(maxsize=KEPT)
def _drawn(one: Chip) -> SafeString:
    return SafeString(get_template("calendar_app/_chip.html").render({"chip": one}))
