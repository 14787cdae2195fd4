"""Word diffs: complete in both directions, and in words rather than letters."""

import contextlib
import difflib
import sys
import time

import pytest

from posts import diff


def sides(pieces):
    before = "".join(text for kind, text in pieces if kind != "insert")
    after = "".join(text for kind, text in pieces if kind != "delete")
    return before, after


@contextlib.contextmanager
def at_most(lines: int):
    """The comparison runs no more lines than that; one that would go on for hours fails here."""
    ran = 0

    def count(frame, event, _arg):
        nonlocal ran
        if frame.f_code.co_filename != difflib.__file__:
            return None
        ran += event == "line"
        assert ran <= lines, "It goes on and on."
        return count

    usual = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(usual)


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


@pytest.mark.parametrize("between", [" ", "\n"])
def test_what_is_repeated_is_bounded_work(monkeypatch, between):
    monkeypatch.setattr(diff, "MAX_STEPS", 10_000)
    before = between.join(["a", "b"] * 1000)
    after = f"First {before.replace('b', 'c')} last"
    with at_most(20 * diff.MAX_STEPS):
        pieces = diff.words(before, after)
    assert sides(pieces) == (before, after)


def test_texts_of_too_many_steps_are_compared_by_lines(monkeypatch):
    monkeypatch.setattr(diff, "MAX_STEPS", 500)
    before = "".join(f"The tide of day {n} is the tide\n" for n in range(40))
    after = before.replace("day 7 ", "night 7 ").replace("day 30 ", "night 30 ")
    pieces = diff.words(before, after)
    assert sides(pieces) == (before, after)
    assert [text for kind, text in pieces if kind == "insert"] == [
        "The tide of night 7 is the tide\n",
        "The tide of night 30 is the tide\n",
    ]


def test_what_stayed_at_both_ends_costs_nothing(monkeypatch):
    monkeypatch.setattr(diff, "MAX_STEPS", 10)
    long = "a b " * 1000
    pieces = diff.words(f"{long}eighties {long}", f"{long}nineties {long}")
    assert pieces == [
        ("equal", long),
        ("delete", "eighties "),
        ("insert", "nineties "),
        ("equal", long),
    ]
