"""Nothing inline, so that the security policy needs no exception; only symbols that exist."""

import re
from xml.etree import ElementTree

import pytest
from django.conf import settings

from notifications.kinds import KINDS
from tests.architecture import tree

RULES = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\shx-on\b", re.IGNORECASE),
    "trigger filter": re.compile(r"hx-trigger\s*=\s*\"[^\"]*\[|hx-trigger\s*=\s*'[^']*\["),
    "evaluated hx-vals": re.compile(
        r"hx-(vals|headers|vars|request)\s*=\s*[\"']\s*(js|javascript):"
    ),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "unescaped output": re.compile(r"\|\s*safe(seq)?\b|autoescape\s+off"),
    "foreign host": re.compile(r"<(script|link|img)[^>]*(src|href)=[\"']https?://", re.IGNORECASE),
}
# Mail programs drop stylesheets; these pages are never shown under our policy.
_IN_MAIL = {"inline style"}
# Plain text has nothing to escape.
_IN_TEXT = {"unescaped output"}
_ICON = re.compile(r"{%\s*icon\s+[\"']([\w-]+)[\"']")


def broken(text: str, *, mail: bool = False, plain: bool = False) -> list[str]:
    return [
        f"{text[: found.start()].count(chr(10)) + 1} {rule}"
        for rule, pattern in RULES.items()
        if not ((mail and rule in _IN_MAIL) or (plain and rule in _IN_TEXT))
        for found in pattern.finditer(text)
    ]


def test_templates_hold_no_script_style_or_handler():
    found = [
        f"{tree.name(path)}:{line}"
        for path in tree.templates()
        for line in broken(
            path.read_text(), mail="emails" in path.parts, plain=path.suffix == ".txt"
        )
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>",
        '<script type="module">1</script>',
        "<style>p{}</style>",
        '<p style="--at: 3">',
        '<a href="#" onclick="go()">',
        '<div hx-on:click="x">',
        '<div hx-trigger="keyup[key==1]">',
        "<div hx-vals='js:{a: 1}'>",
        "{{ text|safe }}",
        "{% autoescape off %}",
        '<script src="https://cdn.example/x.js"></script>',
    ],
)
def test_catches_a_planted_line(planted):
    assert broken(planted)


@pytest.mark.parametrize(
    "innocent",
    [
        '<script type="module" src="/static/a.js"></script>',
        '<link rel="stylesheet" href="/static/a.css">',
        '<div hx-trigger="live, keyup changed delay:800ms">',
        "{{ form.on_call }} {{ options }}",
    ],
)
def test_leaves_the_innocent_alone(innocent):
    assert not broken(innocent)


def symbols() -> set[str]:
    sprite = settings.BASE_DIR / "static/img/sprite.svg"
    return set(re.findall(r'<symbol id="([\w-]+)"', sprite.read_text()))


def test_the_sprite_is_well_formed():
    """Browsers read it as XML and drop everything after the first mistake."""
    ElementTree.fromstring((settings.BASE_DIR / "static/img/sprite.svg").read_bytes())


def test_every_icon_is_in_the_sprite():
    named = {
        (tree.name(path), icon)
        for path in tree.templates()
        for icon in _ICON.findall(path.read_text())
    }
    named |= {("notifications/kinds.py", kind.icon) for kind in KINDS.values()}
    missing = sorted((where, icon) for where, icon in named if f"i-{icon}" not in symbols())
    assert named
    assert not missing, f"Not in static/img/sprite.svg: {missing}"


def test_nobody_marks_text_as_safe():
    """format_html escapes what it is given; mark_safe believes it."""
    found = [
        f"{tree.name(path)}:{number}"
        for path in tree.python_files()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"\bmark_safe\(|\bSafeString\((?![\"'])", line)
    ]
    assert not found, "Use django.utils.html.format_html: " + ", ".join(found)
