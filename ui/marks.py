"""Marks in one colour that are not in the sprite: drawn from a path, or the first letter of a name.

Rooms above add theirs when the application starts.
"""

import re
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

_SPRITE = Path(__file__).resolve().parent.parent / "static" / "img" / "sprite.svg"
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9\s.,\-]+")
_SILENT = SafeString('aria-hidden="true"')
_paths: dict[str, str] = {}


def add(name: str, path: str) -> None:
    """`path`: the data of an SVG path on a field of 24 by 24. Raises ValueError."""
    if not _PATH.fullmatch(path):
        raise ValueError(f"{name}: this is no path of SVG")
    _paths[name] = path


def svg(name: str, title: object, classes: str) -> SafeString:
    """With a title, anything that reads as one, it speaks; without one it is decoration."""
    says = format_html('role="img" aria-label="{}"', title) if title else _SILENT
    shape = _shape(name, title)
    return format_html('<svg class="{}" viewBox="0 0 24 24" {}>{}</svg>', classes, says, shape)


def _shape(name: str, title: object) -> SafeString:
    if name in _paths:
        return format_html('<path d="{}" fill="currentColor"/>', _paths[name])
    if f"p-{name}" in _symbols():
        return format_html('<use href="{}#p-{}"/>', static("img/sprite.svg"), name)
    return format_html(
        '<text x="12" y="18" text-anchor="middle" font-size="17" font-weight="700" '
        'fill="currentColor">{}</text>',
        str(title or name or "?")[:1].upper(),
    )


@cache
def _symbols() -> frozenset[str]:
    return frozenset(re.findall(r'id="([^"]+)"', _SPRITE.read_text()))
