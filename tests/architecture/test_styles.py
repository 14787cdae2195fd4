"""What a style may not ask of the browser."""

import re

from tests.architecture import tree

# `.a:has(.b) > *`: whatever changes anywhere, all of a page is looked at again.
WIDE = re.compile(r":has\((?:[^()]|\([^()]*\))*\)[^,{}]*[\s>+~]\*")


def wide(style: str) -> list[str]:
    return [found[0] for found in WIDE.finditer(style)]


def test_no_style_of_everything_hangs_on_what_is_somewhere_in_the_page():
    found = {path.name: wide(path.read_text()) for path in tree.files("static/css", ".css")}
    assert {name: styles for name, styles in found.items() if styles} == {}


def test_it_is_seen():
    assert wide(".a:has([open]) > * { color: red; }")
    assert wide(".a:not(:has(> .b:not(.c))) * + .d { color: red; }")
    assert not wide(".a:has(*) > .b, .c > * { color: red; }")
