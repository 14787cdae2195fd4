"""What readers of an article see of its Markdown: prose, and pictures with their words. Pure."""

import re
from dataclasses import dataclass

_PICTURE = re.compile(r"!\[((?:\\.|[^\[\]\\])*+)\]\(([^()\s]++)\)")
_HEADING = re.compile(r"\s*+#[^\S\n]++([^\n]++)\n*+")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>#])")


@dataclass(frozen=True)
class Shown:
    """A picture in an article."""

    url: str
    alt: str


def pictures(markdown: str) -> list[Shown]:
    return [Shown(found[2], _plain(found[1])) for found in _PICTURE.finditer(markdown)]


def prose(markdown: str) -> str:
    """The text without its pictures."""
    return re.sub(r"\n{3,}", "\n\n", _PICTURE.sub("", markdown)).strip()


def headed(markdown: str) -> tuple[str, str]:
    """The heading that an article begins with, and what follows it."""
    found = _HEADING.match(markdown)
    return (_plain(found[1].strip()), markdown[found.end() :]) if found else ("", markdown)


def _plain(words: str) -> str:
    return _ESCAPED.sub(r"\1", words)
