"""Lines that repeat each other are told once, with how often."""

import pytest

from delivery.queries.folds import folded


def told(lines: str) -> list[tuple[str, int]]:
    return [(fold.one, fold.times) for fold in folded(lines, str.lower)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", []),
        ("a", [("a", 1)]),
        ("ab", [("a", 1), ("b", 1)]),
        ("aAa", [("a", 3)]),
        ("xababab", [("x", 1), ("a", 3), ("b", 3)]),
        ("abcabcx", [("a", 2), ("b", 2), ("c", 2), ("x", 1)]),
        ("aaaab", [("a", 4), ("b", 1)]),
        ("aba", [("a", 1), ("b", 1), ("a", 1)]),
    ],
)
def test_a_pattern_stands_there_once(lines, expected):
    assert told(lines) == expected


def test_it_keeps_the_first_and_the_last():
    [one, two] = folded([("a", 1), ("b", 2), ("a", 3), ("b", 4)], lambda line: line[0])

    assert (one.one, one.end) == (("a", 1), ("a", 3))
    assert (two.one, two.end) == (("b", 2), ("b", 4))
