"""twitter-text conformance: config-v3.json, validate.yml, extract.yml and tld_lib.yml, each case by
its name. Rules of older configurations are made of the same pieces here.
"""

import unicodedata

import pytest

from publishers.contract import Limits
from publishers.links import TLDS, find_links
from publishers.marks import spans
from publishers.text import LINK_WEIGHT, count, measure, over_span, refused
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


@each(VALIDATE, "UnicodeDirectionalMarkerCounterTest")
def test_signs_that_make_a_text_invalid(case):
    text, expected = case["text"], case["expected"]
    at = refused(text, "weighted")
    assert (at is None) is expected["valid"]
    assert utf16(text, len(text) if at is None else at) - 1 == expected["validRangeEnd"]


def in_points(text: str, heavy: int) -> list[int]:
    """Before emoji had a weight of their own: each address 23, each other code point by its range,
    `heavy` outside the light ones.
    """
    light = load("twitter-text/config-v3.json")["ranges"]
    weights, at = [], 0
    for start, end in [*find_links(text), (len(text), len(text))]:
        weights += [
            1 if any(r["start"] <= ord(sign) <= r["end"] for r in light) else heavy
            for sign in text[at:start]
        ]
        weights += [LINK_WEIGHT] if start < end else []
        at = end
    return weights


@each(VALIDATE, "WeightedTweetsCounterTest")
def test_weighted_length_v2(case):
    text, expected = unicodedata.normalize("NFC", case["text"]), case["expected"]
    size = sum(in_points(text, 2))
    assert size == expected["weightedLength"]
    assert (size <= 280) is expected["valid"]
    assert size * 1000 // 280 == expected["permillage"]


@each(VALIDATE, "tweets")
def test_length_v1(case):
    text = unicodedata.normalize("NFC", case["text"])
    assert (0 < sum(in_points(text, 1)) <= 140) is case["expected"]


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


@each(EXTRACT, "mentions_or_lists_with_indices")
def test_mentions_and_lists(case):
    names = [s for s in spans(case["text"], "weighted") if s.kind in {"mention", "list"}]
    assert [(s.target, s.start, s.end) for s in names] == [
        (w["screen_name"] + w["list_slug"], *w["indices"]) for w in case["expected"]
    ]


@each(EXTRACT, "replies")
def test_replies_begin_with_a_mention(case):
    text, first = case["text"], next(iter(spans(case["text"], "weighted")), None)
    answers = first and first.kind == "mention" and not text[: first.start].strip()
    assert (first.target if answers else None) == case["expected"]


@pytest.mark.parametrize(
    ("group", "kind"), [("usernames", "mention"), ("lists", "list"), ("hashtags", "tag")]
)
def test_whole_text_is_one_mark(group, kind):
    for case in cases(VALIDATE, "tests", group):
        text = case["text"]
        found = [(s.kind, s.start, s.end) for s in spans(text, "weighted")]
        assert (found == [(kind, 0, len(text))]) is case["expected"], case["description"]


# Addresses, but never drawn as links: with a name and password, or by number.
NEVER_LINKED = {"Valid url: port and userinfo", "Valid url: ipv4"}


@each(VALIDATE, "urls")
def test_whole_text_is_a_link(case):
    text = case["text"]
    linked = case["expected"] and case["description"] not in NEVER_LINKED
    assert (find_links(text) == [(0, len(text))]) is linked


def test_every_group_is_covered():
    """A new group needs a test above."""
    assert set(load(VALIDATE)["tests"]) == {
        "tweets",
        "usernames",
        "lists",
        "hashtags",
        "urls",
        "urls_without_protocol",
        "WeightedTweetsCounterTest",
        "WeightedTweetsWithDiscountedEmojiCounterTest",
        "UnicodeDirectionalMarkerCounterTest",
    }
    assert set(load(EXTRACT)["tests"]) == {
        "mentions",
        "mentions_with_indices",
        "mentions_or_lists_with_indices",
        "replies",
        "urls",
        "urls_with_indices",
        "urls_with_directional_markers",
        "tco_urls_with_params",
        "hashtags",
        "hashtags_from_astral",
        "hashtags_with_indices",
        "cashtags",
        "cashtags_with_indices",
    }


@each(VALIDATE, "urls_without_protocol")
def test_whole_text_is_a_link_without_protocol(case):
    text = case["text"]
    assert (find_links(text) == [(0, len(text))]) is case["expected"]


def test_every_top_level_domain_of_the_vectors_is_known():
    published = load("twitter-text/tld_lib.yml")
    assert {word.lower() for group in published.values() for word in group} <= TLDS
