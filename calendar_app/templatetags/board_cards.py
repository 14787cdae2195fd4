"""A post as a card of the board. What looks the same is drawn once and kept, as chips are."""

from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.translation import get_language

from calendar_app.queries.board import BoardCard, Trouble
from posts.queries.cards import Picture
from ui.templatetags.times import local_time
from ui.templatetags.ui import avatar, glyphs, in_words_of_the_reader

register = template.Library()

# Some boards of a hundred cards. Each takes two or three kilobytes.
KEPT = 2048
# Whose words stand in the card itself; those of other states stand in its column's head.
_SAID = {"changes", "publishing", "unknown"}


class Why(NamedTuple):
    """Why it needs attention: `mends` is "channel", "content", "approval", "risk" or empty."""

    said: str
    where: str
    mends: str
    delivery: int
    others: int


class Looks(NamedTuple):
    """All that is drawn: two which are equal look equal. `asks`: for the reader's answer."""

    team: str
    post: int
    mark: str
    status: str
    pill: str
    movable: bool
    editable: bool
    pick: bool
    asks: bool
    picture: Picture | None
    video: bool
    length: str
    pictures: int
    glyphs: str
    when: str
    line: str
    trouble: Why | None
    author: str
    assignee: str
    tag: str
    comments: int
    group: str
    language: str | None


@register.simple_tag(takes_context=True)
def board_card(context: Context, item: BoardCard) -> str:
    """`{% board_card item %}`"""
    card, writes = item.card, context["can_write"]
    post, picture = card.post, card.picture
    return _drawn(
        Looks(
            team=context["team"].slug,
            post=post.pk,
            mark=item.mark,
            status=item.status,
            pill=item.status if item.status in _SAID else "",
            movable=item.movable and writes,
            editable=item.editable and writes,
            pick=writes,
            asks=item.status == "review" and post.pk in context["asked_of_me"],
            picture=picture,
            video=picture is not None and picture.is_video,
            length=picture.length if picture and picture.is_video else "",
            pictures=card.pictures,
            glyphs=glyphs(card.channels, 4),
            when=local_time(post.planned_at) if post.planned_at else "",
            line=card.line,
            trouble=_why(item.trouble) if item.trouble else None,
            author=avatar(post.author, "sm") if post.author else "",
            assignee=avatar(post.assignee, "sm", item.assigned) if item.assigned else "",
            tag=card.tags[0] if card.tags else "",
            comments=card.comments,
            group=context["bar"].keep.get("group", ""),
            language=get_language(),
        )
    )


def _why(trouble: Trouble) -> Why:
    one = trouble.delivery
    return Why(
        said=in_words_of_the_reader(trouble.why),
        where=trouble.where,
        mends=(one.warning_about or "risk") if one.at_risk else "",
        delivery=one.pk,
        others=trouble.others,
    )


@lru_cache(maxsize=KEPT)
def _drawn(one: Looks) -> str:
    return get_template("calendar_app/_board_card.html").render({"card": one})
