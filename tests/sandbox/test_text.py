"""How the simulator counts, against the published vectors of twitter-text (its configuration 3)."""

import time
from pathlib import Path

import pytest
import yaml

from publishers.sandbox import text

VECTORS = Path(__file__).parents[3] / "shared/contracts/twitter-text/validate.yml"


def vectors():
    if not VECTORS.exists():
        return []
    tests = yaml.safe_load(VECTORS.read_text())["tests"]
    return tests["WeightedTweetsWithDiscountedEmojiCounterTest"]


@pytest.mark.skipif(not VECTORS.exists(), reason="contracts are not beside this checkout")
def test_weighted_length_of_every_vector_with_discounted_emoji():
    wrong = [
        (case["description"], text.weighted(case["text"]), case["expected"]["weightedLength"])
        for case in vectors()
        if text.weighted(case["text"]) != case["expected"]["weightedLength"]
    ]
    assert len(vectors()) >= 5
    assert not wrong


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("See tidewater.earth/a_(b)?c=1.", ["tidewater.earth/a_(b)?c=1"]),
        ("(http://a.com)", ["http://a.com"]),
        ("a@b.com #x.com @y.com", []),
        ("no.thing here", []),
        ("https://a.com:8080/x, and b.org!", ["https://a.com:8080/x", "b.org"]),
        ("日本語example.com/path中国語", ["example.com/path"]),
    ],
)
def test_links(words, found):
    assert [words[start:end] for start, end, _ in text.links(words)] == found


def test_long_text_is_counted_quickly():
    begun = time.monotonic()
    for hostile in ("a." * 20_000, "http://" + "a" * 50_000, "あ" * 50_000, "a.co(" * 10_000):
        text.weighted(hostile)
    assert time.monotonic() - begun < 5
