"""An article's Markdown out of a post's text: its title once, its pictures where they belong. Pure.

Called by the adapters of platforms that take articles. A text names a picture by its number in the
post: `![](2)` is where the second one stands, `![A mast](2)` with other words for it there. What is
not named follows at the end.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import regex

from publishers.contract import Option, Payload, Rejected

CANONICAL = Option(
    "canonical_url",
    "First published at",
    help="The address of the original, where the article stood elsewhere before.",
    longest=2000,
)

_NAMED = re.compile(r"!\[([^\[\]\n]*+)\]\(([1-9]\d?)\)")
# As writers of articles and generators of sites write them above a text.
_SETTING = re.compile(
    r"(?:author|canonical_url|categories|cover_image|date|description|draft|id|lang|language|layout"
    r"|main_image|organization_id|permalink|published|published_at|series|slug|summary|tags|title)"
    r"\s*:(?:\s|\Z)",
    re.I,
)
_MORE = re.compile(r"\s|-\s")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#])")
# An address may hold what would end it, or the words before it, in Markdown.
_IN_ADDRESS = "/:?&=%#+,;@!$*~-._'"


@dataclass(frozen=True)
class Shown:
    """A picture as an article shows it."""

    url: str
    alt: str


def with_pictures(text: str, pictures: Sequence[Shown], *, without: Container[int] = ()) -> str:
    """`without`: places from 0 of pictures that are shown elsewhere unless the text names them."""
    named: set[int] = set()

    def put(found: re.Match[str]) -> str:
        place = int(found.group(2)) - 1
        if place >= len(pictures):
            return found.group()
        named.add(place)
        return _image(pictures[place].url, found.group(1) or _escaped(pictures[place].alt))

    body = _NAMED.sub(put, text).strip()
    rest = [
        _image(picture.url, _escaped(picture.alt))
        for place, picture in enumerate(pictures)
        if place not in named and place not in without
    ]
    return "\n\n".join(part for part in (body, *rest) if part)


def _image(url: str, alt: str) -> str:
    return f"![{alt}]({quote(url, safe=_IN_ADDRESS)})"


def _escaped(words: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(words.split()))


# -- the title


def heading(title: str) -> str:
    return f"# {_escaped(title)}"


def without_title(text: str, title: str) -> str:
    """The text without a first heading that says the title: where that is shown by itself."""
    line, _, rest = text.lstrip().partition("\n")
    under, _, after = rest.partition("\n")
    is_underlined = bool(under.strip()) and not under.strip().strip("=")
    if not same_words(line.lstrip("#"), title):
        return text
    if is_underlined:
        return after.lstrip("\n")
    return rest.lstrip("\n") if line[:2].rstrip() == "#" else text


def same_words(one: str, other: str) -> bool:
    """Letters and digits decide: platforms drop emoji and signs, and Markdown escapes some."""
    return _letters(one) == _letters(other)


def _letters(words: str) -> str:
    return regex.sub(r"[^\p{L}\p{M}\p{N}]+", "", words).casefold() or words.strip()


def mistake(name: str, payload: Payload, longest: int) -> Rejected | None:
    """What keeps any article from going out as it is meant. `longest`: of a title, in signs."""
    title, address = payload.title.strip(), canonical(payload)
    if not title:
        return Rejected(f"{name} needs a title. Give the post one.", code="title")
    if (over := len(title) - longest) > 0:
        reason = f"{name} takes titles of {longest} characters; this is {over} over. Shorten it."
        return Rejected(reason, code="title")
    if address and not _is_address(address):
        reason = f"“{CANONICAL.label}” must be a whole address: https://…"
        return Rejected(reason, code=CANONICAL.name)
    count = len(payload.media)
    numbers = (int(found.group(2)) for found in _NAMED.finditer(payload.text))
    if number := next((number for number in numbers if number > count), 0):
        reason = f"The text names picture {number}, but the post has {count}. Mend the number."
        return Rejected(reason, code="picture")
    return None


def canonical(payload: Payload) -> str:
    """Where it first stood, if that was said."""
    return payload.options.get(CANONICAL.name, "").strip()


# -- settings


def without_front_matter(text: str) -> str:
    """Without settings that stand above the text between lines of three dashes.

    Where they are read they win over what the post's own fields say. A line of dashes that begins
    no settings becomes one of stars, which looks the same.
    """
    lines = text.splitlines(keepends=True)
    begin = next((place for place, line in enumerate(lines) if line.strip()), 0)
    if not lines or not _is_rule(lines[begin]):
        return text
    while (end := _settings_end(lines, begin)) > begin:
        begin = end
    if begin < len(lines) and _is_rule(lines[begin]):
        lines[begin] = "***\n"
    return "".join(lines[begin:])


def _settings_end(lines: list[str], begin: int) -> int:
    """Where settings that begin there end, with their lines of dashes; `begin`: there are none."""
    first, second = [*lines[begin : begin + 2], "", ""][:2]
    if not _is_rule(first) or not _SETTING.match(second):
        return begin
    for place in range(begin + 2, len(lines)):
        if _is_rule(lines[place]):
            return place + 1
        if not _SETTING.match(lines[place]) and not _MORE.match(lines[place]):
            break
    return begin


def _is_rule(line: str) -> bool:
    return line.rstrip() == "---"


def words_in(typed: str) -> list[str]:
    """What was typed with commas between, each once, without a mark in front."""
    words = (" ".join(word.split()).lstrip("#\uff03").strip() for word in typed.split(","))
    return list(dict.fromkeys(word for word in words if word))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    named = "." in host.strip(".") and not re.search(r"\s", url)
    return parts.scheme in ("http", "https") and named
