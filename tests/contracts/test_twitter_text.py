"""twitter-text conformance: config-v3.json, validate.yml and extract.yml, each case by its name."""

import pytest

from publishers.contract import Limits
from publishers.links import TLDS, find_links
from publishers.marks import spans
from publishers.text import LINK_WEIGHT, count, measure, over_span
from tests.contracts.vectors import cases, load, needs_vectors

pytestmark = needs_vectors

VALIDATE, EXTRACT = "twitter-text/validate.yml", "twitter-text/extract.yml"
LIMITS = Limits(text=280, count="weighted")


def each(path, *groups):
    return pytest.mark.parametrize(
        "case",
        [
            pytest.param(case, id=f"{group}: {case['description']}"[:90])
            for group in groups
            for case in cases(path, "tests", group)
        ],
    )


def utf16(text: str, index: int) -> int:
    return count(text[:index], "utf16")


@each(
    VALIDATE,
    "WeightedTweetsWithDiscountedEmojiCounterTest",
    "UnicodeDirectionalMarkerCounterTest",
)
def test_weighted_length_v3(case):
    assert count(case["text"], "weighted") == case["expected"]["weightedLength"]


@each(VALIDATE, "WeightedTweetsWithDiscountedEmojiCounterTest")
def test_valid_range_v3(case):
    """validRangeEnd is the last UTF-16 unit that fits; ours is the first index that does not."""
    text, expected = case["text"], case["expected"]
    edge = over_span(text, LIMITS)
    assert (edge is None) == expected["valid"] == (measure(text, LIMITS).over == 0)
    fits = utf16(text, len(text) if edge is None else edge)
    assert fits - 1 == expected["validRangeEnd"]


def test_config_v3_is_what_is_counted():
    config = load("twitter-text/config-v3.json")
    assert (config["maxWeightedTweetLength"], config["scale"]) == (280, 100)
    assert config["transformedURLLength"] == LINK_WEIGHT
    light = {point for r in config["ranges"] for point in range(r["start"], r["end"] + 1)}
    for edge in sorted(
        {p + d for r in config["ranges"] for p in (r["start"], r["end"]) for d in (-1, 0, 1)}
    ):
        if edge >= 0:
            # Between letters, so that no link, emoji or composition is made by the neighbours.
            assert count(f"a{chr(edge)}", "weighted") - 1 == (1 if edge in light else 2), hex(edge)


@each(EXTRACT, "urls", "urls_with_directional_markers", "tco_urls_with_params")
def test_links(case):
    text = case["text"]
    wanted = [w["url"] if isinstance(w, dict) else w for w in case["expected"]]
    assert [text[link.start : link.end] for link in find_links(text)] == wanted


@each(EXTRACT, "urls_with_indices", "urls_with_directional_markers")
def test_link_indices(case):
    text = case["text"]
    wanted = [tuple(w["indices"]) for w in case["expected"]]
    assert [(utf16(text, a), utf16(text, b)) for a, b in find_links(text)] == wanted


@each(EXTRACT, "hashtags", "hashtags_from_astral")
def test_hashtags(case):
    found = [span.target for span in spans(case["text"], "weighted") if span.kind == "tag"]
    assert found == case["expected"]


@each(EXTRACT, "hashtags_with_indices")
def test_hashtag_indices(case):
    tags = [span for span in spans(case["text"], "weighted") if span.kind == "tag"]
    assert [(s.target, s.start, s.end) for s in tags] == [
        (w["hashtag"], *w["indices"]) for w in case["expected"]
    ]


@each(EXTRACT, "mentions")
def test_mentions(case):
    found = [span.target for span in spans(case["text"], "weighted") if span.kind == "mention"]
    assert found == case["expected"]


@each(EXTRACT, "mentions_with_indices")
def test_mention_indices(case):
    names = [span for span in spans(case["text"], "weighted") if span.kind == "mention"]
    assert [(s.target, s.start, s.end) for s in names] == [
        (w["screen_name"], *w["indices"]) for w in case["expected"]
    ]


@each(EXTRACT, "cashtags")
def test_cashtags(case):
    found = [span.target for span in spans(case["text"], "weighted") if span.kind == "cashtag"]
    assert found == case["expected"]


@each(EXTRACT, "cashtags_with_indices")
def test_cashtag_indices(case):
    signs = [span for span in spans(case["text"], "weighted") if span.kind == "cashtag"]
    assert [(s.target, s.start, s.end) for s in signs] == [
        (w["cashtag"], *w["indices"]) for w in case["expected"]
    ]


@each(VALIDATE, "urls_without_protocol")
def test_whole_text_is_a_link_without_protocol(case):
    text = case["text"]
    assert (find_links(text) == [(0, len(text))]) is case["expected"]


def test_every_top_level_domain_of_the_vectors_is_known():
    published = load("twitter-text/tld_lib.yml")
    assert {word.lower() for group in published.values() for word in group} <= TLDS
