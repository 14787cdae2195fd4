"""What a style may not ask of the browser."""

import re
from collections.abc import Iterator

from tests.architecture import tree

REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
TOKEN = re.compile(r"[{};]|[^{};]+")
# What stands in brackets after a colon, two deep.
ASKED = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
# An element that is told by nothing that it has: `*`, or by its place alone.
ANY = re.compile(r"(?:^|[\s>+~])(?:\*|:(?!is|where|root|:)[a-z-]+)(?![^\s>+~,{]*[.#\[])")


def wide(style: str) -> Iterator[str]:
    """Rules of everything that hang on what is somewhere in the page."""
    around: list[str] = []
    last = ""
    for token in TOKEN.findall(REMARK.sub("", style)):
        if token == "{":
            around.append(last.strip())
            asks = any(":has(" in one for one in around if not one.startswith("@"))
            if asks and ANY.search(ASKED.sub("", around[-1])):
                yield " ".join(around)
        elif token == "}":
            around.pop()
        last = token


def test_no_style_of_everything_hangs_on_what_is_somewhere_in_the_page():
    """Whatever changes in a page, a letter in a field, it would be looked at as a whole again."""
    found = {path.name: [*wide(path.read_text())] for path in tree.files("static/css", ".css")}
    assert {name: styles for name, styles in found.items() if styles} == {}


def test_it_is_seen():
    assert [*wide(".a:has([open]) > * { color: red; }")]
    assert [*wide(".a:has(> .b) { top: 0; & > .c { top: 0; } & > :last-child { top: 0; } }")]
    assert [*wide("@media print { .a:has(> .b:not(.c)) { & > .d + * { color: red; } } }")]
    assert not [
        *wide(".a:has(*) > .b { top: 0; & > .c:last-child { top: 0; } } .d > * { top: 0; }")
    ]
