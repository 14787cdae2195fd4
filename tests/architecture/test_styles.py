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

# A part of a body that has something.
BODILY = re.compile(
    r"(?<![\w-])(?:body|html|:root|\.shell)(?: &)?:has"
    r"\((?:[^()]|\([^()]*\))*\)[^,]*\s[^,{]*[.#\[&\w]"
)


def rules(style: str) -> Iterator[list[str]]:
    """Each rule as what it stands in, outermost first, and itself."""
    around: list[str] = []
    last = ""
    for token in TOKEN.findall(REMARK.sub("", style)):
        if token == "{":
            around.append(last.strip())
            yield list(around)
        elif token == "}":
            around.pop()
        last = token


def wide(style: str) -> Iterator[str]:
    """Rules of everything that hang on what is somewhere in the page."""
    for around in rules(style):
        asks = any(":has(" in one for one in around if not one.startswith("@"))
        if asks and ANY.search(ASKED.sub("", around[-1])):
            yield " ".join(around)


def test_no_style_of_everything_hangs_on_what_is_somewhere_in_the_page():
    """Whatever changes in a page, a letter in a field, it would be looked at as a whole again."""
    found = {path.name: [*wide(path.read_text())] for path in tree.files("static/css", ".css")}
    assert {name: styles for name, styles in found.items() if styles} == {}


def bodily(style: str) -> Iterator[str]:
    """Rules of parts of a page that hang on what is somewhere in its body, where scripts run."""
    for around in rules(style):
        apart = any(re.match(r"@media (print|\(scripting: none\))", one) for one in around)
        rule = " ".join(one for one in around if not one.startswith("@"))
        if not apart and BODILY.search(rule):
            yield rule


def test_no_part_hangs_on_what_is_somewhere_in_the_body():
    """Wherever the focus goes, hundreds of parts would be looked at again: scripts tell the root.

    The composer asks for the time that is chosen, which it has on its own page alone.
    """
    found = {path.name: [*bodily(path.read_text())] for path in tree.files("static/css", ".css")}
    asked = [rule for rules in found.values() for rule in rules if "#composer" not in rule]
    assert asked == []


def test_it_is_seen_that_a_part_hangs_on_the_body():
    assert [*bodily("body:has(.a :checked) .b { top: 0; }")]
    assert [*bodily("@media (width < 1rem) { .shell { &:has(.a) { & .b { top: 0; } } } }")]
    assert [*bodily(":is([data-a], body:has(.a)) { & .b { top: 0; } }")]
    assert not [*bodily("@media print { body:has(.a) .b { top: 0; } } .a:has(.c) .b { top: 0; }")]
    assert not [*bodily("body:has(.a) { top: 0; } .shell { &:has(.a) { top: 0; } }")]


def test_it_is_seen():
    assert [*wide(".a:has([open]) > * { color: red; }")]
    assert [*wide(".a:has(> .b) { top: 0; & > .c { top: 0; } & > :last-child { top: 0; } }")]
    assert [*wide("@media print { .a:has(> .b:not(.c)) { & > .d + * { color: red; } } }")]
    assert not [
        *wide(".a:has(*) > .b { top: 0; & > .c:last-child { top: 0; } } .d > * { top: 0; }")
    ]
