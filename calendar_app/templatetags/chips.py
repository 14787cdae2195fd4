"""A post on the calendar and in its drawer. What looks the same is drawn once and kept: when a page
is read again, most of it is as it was.
"""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from calendar_app.queries.conflicts import Noted
from posts.queries.cards import Card, Picture
from posts.queries.planned import Planned, move_label
from ui.templatetags.times import local_time
from ui.templatetags.ui import avatar, glyphs_of

register = template.Library()

# More than a few people's months. Each takes one or two kilobytes.
KEPT = 4096


class Page(NamedTuple):
    """What all chips of a page share: `query` says what is shown, `zone` in whose times."""

    team: str
    can_move: bool
    query: str
    zone: tzinfo
    language: str | None


class Chip(NamedTuple):
    """All that a drawing depends on, as it comes: what is to be read in it is only made of it when
    it is drawn. `named` are the platforms and names of the first channels.
    """

    page: Page
    template: str
    post: int
    key: str
    density: str
    status: str
    moment: datetime
    named: tuple[tuple[str, str], ...]
    others: int
    flagged: bool
    line: str
    picture: Picture | None
    movable: bool

    @property
    def shown(self) -> dict[str, object]:
        page, local = self.page, self.moment.astimezone(self.page.zone)
        return {
            "team": page.team,
            "post": self.post,
            "key": self.key,
            "density": self.density,
            "status": self.status,
            "at": local.isoformat(),
            "minute": f"{local:%M}",
            "when": local_time(self.moment, "time"),
            "glyphs": glyphs_of(self.named, self.others),
            "flagged": self.flagged,
            "line": self.line,
            "picture": self.picture,
            "move": move_label(local, self.line) if self.movable else "",
            "pick": page.can_move,
            "query": page.query,
        }


class Draft(NamedTuple):
    """The same of a post without a time. How long ago it was `touched` depends on what day
    `today` is.
    """

    page: Page
    template: str
    post: int
    line: str
    picture: Picture | None
    named: tuple[tuple[str, str], ...]
    others: int
    touched: datetime
    today: date
    author: str

    @property
    def shown(self) -> dict[str, object]:
        return {
            "team": self.page.team,
            "post": self.post,
            "line": self.line,
            "picture": self.picture,
            "glyphs": glyphs_of(self.named, self.others),
            "touched": local_time(self.touched, "age"),
            "author": self.author,
            "query": self.page.query if self.page.can_move else "",
        }


def page_of(context: Context) -> Page:
    return Page(
        team=context["team"].slug,
        can_move=context["can_move"],
        query=context["shown"].query,
        zone=timezone.get_current_timezone(),
        language=get_language(),
    )


def chips(
    page: Page, items: Iterable[Planned], key: str, density: str, noted: Noted | None = None
) -> SafeString:
    """One after the other; `key` tells a post's places on the page apart, `density` is "line",
    "roomy" or empty.
    """
    dense = density == "line"
    drawn = []
    for item in items:
        one = _chip("_chip", page, item, 1 if dense else 2, noted)
        picture = None if dense else one.picture
        drawn.append(_drawn(one._replace(key=key, density=density, picture=picture)))
    return SafeString("".join(drawn))


@register.simple_tag(takes_context=True)
def chip(
    context: Context, item: Planned, key: str, density: str, noted: Noted | None = None
) -> str:
    """`{% chip item "20261210" day.density %}`: one of them."""
    return chips(page_of(context), [item], key, density, noted)


@register.simple_tag(takes_context=True)
def agenda_row(context: Context, item: Planned, noted: Noted | None = None) -> str:
    """`{% agenda_row item %}`: a post in the list of one day."""
    return _drawn(_chip("_agenda_row", page_of(context), item, 5, noted))


@register.simple_tag(takes_context=True)
def draft(context: Context, card: Card) -> str:
    """`{% draft card %}`: a post in the drawer."""
    post = card.post
    # Its foot is narrow: a number of two digits takes the fourth mark's place.
    marks = 4 if len(card.channels) < 14 else 3
    return _drawn(
        Draft(
            page=page_of(context),
            template="_draft",
            post=post.pk,
            line=card.line,
            picture=card.picture,
            named=card.named(marks),
            others=len(card.channels) - marks,
            touched=post.updated_at,
            today=timezone.localdate(),
            author=avatar(post.author, "sm") if post.author else "",
        )
    )


def _chip(template: str, page: Page, item: Planned, marks: int, noted: Noted | None) -> Chip:
    card = item.card
    post = card.post.pk
    return Chip(
        page=page,
        template=template,
        post=post,
        key="",
        density="",
        status=item.status,
        moment=item.at,
        named=card.named(marks),
        others=len(card.channels) - marks,
        flagged=noted is not None and post in noted.posts,
        line=card.line,
        picture=card.picture,
        movable=page.can_move and item.movable,
    )


@lru_cache(maxsize=KEPT)
def _drawn(one: Chip | Draft) -> str:
    return get_template(f"calendar_app/{one.template}.html").render({"chip": one.shown})
