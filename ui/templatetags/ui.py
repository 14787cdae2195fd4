"""The template tags that every page may use without loading them."""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, npgettext

from ui import marks
from ui.spoken import spoken

register = template.Library()

# What a status is called. Rooms may pass their own words for the same thing, see _SAME.
LABELS: dict[str, Any] = {
    "idea": gettext_lazy("Idea"),
    "draft": gettext_lazy("Draft"),
    "review": gettext_lazy("In review"),
    "changes": gettext_lazy("Changes requested"),
    "rejected": gettext_lazy("Rejected"),
    "approved": gettext_lazy("Approved"),
    "scheduled": gettext_lazy("Scheduled"),
    "publishing": gettext_lazy("Publishing"),
    "published": gettext_lazy("Published"),
    "attention": gettext_lazy("Needs attention"),
    "unknown": gettext_lazy("Unknown outcome"),
    "paused": gettext_lazy("Paused"),
    "due": gettext_lazy("Due"),
    "retrying": gettext_lazy("Trying again"),
    "dead": gettext_lazy("Gave up"),
    "ok": gettext_lazy("Healthy"),
    "warning": gettext_lazy("Look soon"),
    "missed": gettext_lazy("Missed"),
    "failed": gettext_lazy("Gave up"),
    "needs_human": gettext_lazy("Needs your answer"),
    "cancelled": gettext_lazy("Dropped"),
    "drafting": gettext_lazy("Drafting"),
    "accepted": gettext_lazy("Accepted, not live yet"),
}
_SAME = {
    "drafting": "draft",
    "in_review": "review",
    "changes_requested": "changes",
    "done": "published",
    "queued": "scheduled",
    "claimed": "publishing",
    "sending": "publishing",
    "accepted": "publishing",
    "missed": "attention",
    "failed": "attention",
    "needs_human": "unknown",
    "cancelled": "paused",
}
_MARKS = {
    "due": "scheduled",
    "retrying": "publishing",
    "dead": "attention",
    "ok": "published",
    "warning": "attention",
}
_HUES = 12


# -- pictures


def _use(symbol: str) -> str:
    return f"{static('img/sprite.svg')}#{symbol}"


def _classes(base: str, variants: str) -> str:
    return " ".join([base, *(f"{base}--{variant}" for variant in variants.split())])


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, variants: str = "") -> SafeString:
    """`{% icon "bell" "sm" %}`: decoration; the words beside it (or aria-label around it) speak."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}"/></svg>',
        _classes("icon", variants),
        _use(f"i-{name}"),
    )


@register.simple_tag
def glyph(platform: str, title: str = "", variants: str = "") -> SafeString:
    """A platform's mark in one colour: `{% glyph channel.platform title=spec.name %}`."""
    return _glyph(platform, str(title), variants)


@register.simple_tag
def glyphs(channels: Sequence[Any], most: int) -> SafeString:
    """`{% glyphs card.channels 2 %}`: the first few, each with its name, and how many follow."""
    named = tuple((one.platform, str(one)) for one in channels[:most])
    return glyphs_of(named, len(channels) - most)


@lru_cache(maxsize=2048)
def glyphs_of(named: tuple[tuple[str, str], ...], more: int) -> SafeString:
    shown = SafeString("".join(_glyph(platform, title, "") for platform, title in named))
    rest = len(named) + max(more, 0) - 1  # where there is room for the first alone
    if more > 0:
        shown += format_html('<span class="glyphs__more">+{}</span>', more)
    return format_html('<span class="glyphs" data-rest="{}">{}</span>', rest, shown)


@lru_cache(maxsize=1024)
def _glyph(platform: str, title: str, variants: str) -> SafeString:
    return marks.svg(platform, title, _classes("glyph", variants))


@register.simple_tag
def brand() -> SafeString:
    return format_html('<svg aria-hidden="true"><use href="{}"/></svg>', _use("b-mark"))


# -- addresses


@register.simple_tag
@lru_cache(maxsize=4096)
def address(name: str, **kwargs: str | int) -> str:
    """`{% address "posts:post" team=team.slug post_id=1 %}`: as `{% url %}`, for long lists."""
    return reverse(name, kwargs=kwargs)


# -- status


@register.filter
def status_key(status: str) -> str:
    """The design's word for a status, for `data-status`: "in_review" becomes "review"."""
    return _SAME.get(str(status), str(status))


@register.filter
def status_label(status: str) -> str:
    status = str(status)
    return str(LABELS.get(status) or LABELS.get(status_key(status)) or status)


@lru_cache(maxsize=512)
def _mark(status: str, variants: str, label: str) -> SafeString:
    key = _MARKS.get(status_key(status), status_key(status))
    spin = " spin" if key == "publishing" else ""
    hidden = SafeString('aria-hidden="true"')
    speech = format_html('role="img" aria-label="{}"', label) if label else hidden
    return format_html(
        '<svg class="{}" {}><use href="{}"/></svg>',
        _classes("mark", variants + spin),
        speech,
        _use(f"s-{key}"),
    )


@register.simple_tag
def mark(status: str, variants: str = "", label: str | None = None) -> SafeString:
    """The drumhead alone, read aloud as its word; `label=""` when the word stands beside it."""
    return _mark(status, variants, status_label(status) if label is None else label)


@register.simple_tag
def status_pill(status: str, label: str = "", variants: str = "") -> SafeString:
    """Mark and word: `{% status_pill "review" %}`; a label and variants ("plain") may follow."""
    return _pill(status, label or status_label(status), variants)


@lru_cache(maxsize=512)
def _pill(status: str, label: str, variants: str) -> SafeString:
    return format_html(
        '<span class="{}" data-status="{}">{}{}</span>',
        _classes("status", variants),
        status_key(status),
        _mark(status, "", ""),
        label,
    )


# -- people


@register.filter
def initials(name: Any) -> str:
    known = getattr(name, "initials", None)
    words = str(name).split("@")[0].replace(".", " ").split()
    return str(known or "".join(word[0] for word in words[:2]).upper())


@register.filter
def hue(value: Any) -> int:
    """One of twelve colours, always the same one for the same person or team."""
    return zlib.crc32(str(getattr(value, "pk", None) or value).encode()) % _HUES


@register.simple_tag
def avatar(who: Any, variants: str = "", label: str | None = None) -> SafeString:
    """A person or team (or a name) as initials; `label=""` when the name stands beside it."""
    name = str(who) if label is None else label
    return _avatar(str(name), initials(who), hue(who), variants)


@lru_cache(maxsize=1024)
def _avatar(name: str, letters: str, colour: int, variants: str) -> SafeString:
    speech = (
        format_html('role="img" aria-label="{}" title="{}"', name, name)
        if name
        else SafeString('aria-hidden="true"')
    )
    return format_html(
        '<span class="{}" data-hue="{}" {}>{}</span>',
        _classes("avatar", variants),
        colour,
        speech,
        letters,
    )


# -- words


_REFERENCE = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])|(?P<tag>(?<!\w)[#@][\w][\w.-]*\w|(?<!\w)[#@]\w)"
)


@register.filter(is_safe=True)
def linkify_text(text: str) -> SafeString:
    """Somebody's text, escaped, with addresses as links and tags and mentions marked."""
    parts, end = [], 0
    for found in _REFERENCE.finditer(str(text)):
        parts += [conditional_escape(text[end : found.start()]), _reference(found)]
        end = found.end()
    parts.append(conditional_escape(text[end:]))
    return format_html_join("", "{}", ((part,) for part in parts))


def _reference(found: re.Match[str]) -> SafeString:
    if found["url"]:
        return format_html(
            '<a class="ref" href="{}" rel="noopener nofollow ugc" target="_blank">{}</a>',
            found["url"],
            found["url"],
        )
    return format_html('<span class="ref">{}</span>', found[0])


@register.filter
def plural_of(count: int, words: str) -> str:
    """`{{ n|plural_of:"post,posts" }}`: the number with its noun, both as the language has them."""
    one, many = words.split(",")
    noun = npgettext("counted", one, many, count)
    return f"{number_format(count, force_grouping=True)} {noun}"


@register.filter(name="spoken")
def in_words_of_the_reader(sentence: Any) -> str:
    """`{{ delivery.problem|spoken }}`: what a worker has written, see ui/spoken.py."""
    return spoken(str(sentence))


# -- the frame


@register.simple_tag
def sprite() -> str:
    """The address of the symbols, for custom elements that draw an icon themselves."""
    return static("img/sprite.svg")


# A bar of music on the sign-in pages: 1 is a quiet beat, 2 the tune.
_PATTERN = (
    "0000000000101100",
    "0022000010000010",
    "0200220000000000",
    "2000002100010001",
    "0000000200000002",
    "0101000020000120",
    "0000000002000200",
    "0010001000222011",
    "1000100010001000",
)


@register.simple_tag
def sequencer() -> SafeString:
    return format_html_join("", '<i data-n="{}"></i>', ((cell,) for cell in "".join(_PATTERN)))
