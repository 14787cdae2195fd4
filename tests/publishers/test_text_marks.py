"""Finding names, tags, shares and links in a text, beyond what the published vectors cover."""

import pytest

from publishers.links import find_links
from publishers.marks import spans


def targets(text, counter):
    return [(span.kind, span.target) for span in spans(text, counter)]


def test_names_are_written_as_the_platform_writes_them():
    text = "Thanks @ana.example.com and @bob: tide.earth/a#b #tides2026 #1"
    link, tag = ("link", "https://tide.earth/a#b"), ("tag", "tides2026")
    assert targets(text, "graphemes") == [("mention", "ana.example.com"), link, tag]
    assert targets(text, "weighted") == [("mention", "ana"), ("mention", "bob"), link, tag]
    assert targets(text, "utf16") == [link, tag]
    assert targets(text, "codepoints") == [
        ("mention", "ana.example.com"), ("mention", "bob"), link, tag
    ]  # fmt: skip
    assert targets("@ana@tide.social @bob.b. a.co", "short_links") == [
        ("mention", "ana@tide.social"), ("mention", "bob.b")
    ]  # fmt: skip


def test_where_a_post_has_one_tag_it_is_the_first():
    assert targets("a.co/#x #one #two", "emoji_bytes")[1:] == [("tag", "one")]


@pytest.mark.parametrize(
    ("counter", "found"),
    [
        ("weighted", ["TIDE", "BRK.A"]),
        ("graphemes", ["TIDE", "BRK"]),
        ("utf16", []),
        ("emoji_bytes", []),
    ],
)
def test_signs_of_shares(counter, found):
    text = "$TIDE, $BRK.A! US$TIDE $5 $TIDEWATERS"
    assert targets(text, counter) == [("cashtag", name) for name in found]


def test_a_tag_inside_an_address_is_part_of_the_address():
    assert targets("https://a.com/x#top", "weighted") == [("link", "https://a.com/x#top")]


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "ftp://files.x", "a . com"]
)
def test_other_schemes_are_not_links(text):
    assert find_links(text) == []
