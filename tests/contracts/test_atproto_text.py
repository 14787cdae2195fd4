"""atproto/richtext-facets.json: graphemes, bytes and UTF-16 units of every text."""

import pytest

from publishers.text import count, count_bytes
from tests.contracts.vectors import cases, needs_vectors

pytestmark = needs_vectors

CASES = cases("atproto/richtext-facets.json", "cases")


@pytest.mark.parametrize("case", [pytest.param(c, id=c["text"][:50]) for c in CASES])
def test_lengths(case):
    text = case["text"]
    assert count(text, "graphemes") == case["graphemes"]
    assert count(text, "utf16") == case["utf16_units"]
    assert count_bytes(text) == case["utf8_bytes"]
