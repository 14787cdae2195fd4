"""Word diffs: complete in both directions, and in words rather than letters."""

import time

import pytest

from posts import diff


def sides(pieces):
    before = "".join(text for kind, text in pieces if kind != "insert")
    after = "".join(text for kind, text in pieces if kind != "delete")
    return before, after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "All new.\n"),
        ("Gone", ""),
        ("The gauge read a record 4.31 metres.", "The gauge read 4.31 metres."),
        ("since the eighties.\n\nWe kept", "since 1986.\n\nWe  kept"),
        ("🌊 naïve #tide_1 https://a.example/x?y=1", "🌊 naive #tide_2 https://a.example/x?y=2"),
        ("one\r\ntwo\t three", "one\ntwo three"),
    ],
)
def test_nothing_is_lost_on_either_side(before, after):
    pieces = diff.words(before, after)
    assert sides(pieces) == (before, after)
    assert diff.changed(pieces) == (before != after)


def test_whole_words_change():
    pieces = diff.words("since the eighties.", "since 1986.")
    assert pieces == [
        ("equal", "since "),
        ("delete", "the eighties"),
        ("insert", "1986"),
        ("equal", "."),
    ]


def test_long_texts_are_compared_quickly():
    before = "\n".join(f"line {n} of a long article with words" for n in range(4000))
    after = before.replace("line 77 of", "line 77 from")
    started = time.monotonic()
    pieces = diff.words(before, after)
    assert time.monotonic() - started < 2
    assert sides(pieces) == (before, after)
    assert len(pieces) == 4
