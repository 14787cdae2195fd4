"""Cutting a text into the parts of a thread: where, how large, and what is never cut."""

import time

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publishers.contract import Limits
from publishers.marks import spans
from publishers.text import characters, measure
from publishers.threads import split

GRAPHEMES = Limits(text=60, count="graphemes", text_bytes=400)
WEIGHTED = Limits(text=60, count="weighted")
UTF16 = Limits(text=60, count="utf16")
CODEPOINTS = Limits(text=60, count="codepoints")
EMOJI_BYTES = Limits(text=60, count="emoji_bytes")
SHORT_LINKS = Limits(text=60, count="short_links")
ALL = (GRAPHEMES, WEIGHTED, UTF16, CODEPOINTS, EMOJI_BYTES, SHORT_LINKS)
every_counter = pytest.mark.parametrize("limits", ALL, ids=lambda limits: limits.count)


def squeezed(text: str) -> str:
    return "".join(text.split())


def words(text: str) -> list[str]:
    return text.split()


# -- where it is cut


def test_a_text_that_fits_is_one_part():
    assert split("Tide at nine.\n\nBring a coat.", GRAPHEMES) == ["Tide at nine.\n\nBring a coat."]


@pytest.mark.parametrize("blank", ["", " ", "\n\n", "---", "\n---\n \n---"])
def test_a_blank_text_has_no_parts(blank):
    assert split(blank, GRAPHEMES) == []


def test_paragraphs_stay_whole():
    first, second = "One buoy drifts past the old pier.", "Forty others stay where they are moored."
    assert split(f"{first}\n\n{second}", GRAPHEMES) == [first, second]


def test_lines_before_sentences():
    first, second = "- Buoy 7 is back. It was lost.", "- Buoy 9 is being repaired. It leaks."
    assert split(f"{first}\n{second}", GRAPHEMES) == [first, second]


def test_sentences_before_words():
    text = "The tide turns at nine in the old port. After that the pier is dry until noon."
    assert split(text, GRAPHEMES) == [
        "The tide turns at nine in the old port.",
        "After that the pier is dry until noon.",
    ]


def test_a_long_sentence_is_cut_between_words():
    text = "The tide turns at nine in the old port and after that the pier is dry until noon"
    assert split(text, GRAPHEMES) == [
        "The tide turns at nine in the old port and after that the",
        "pier is dry until noon",
    ]


def test_a_heading_is_not_left_alone():
    text = "Tides\n\nThe tide turns at nine. The pier is dry until noon. Bring boots."
    assert (
        split(text, GRAPHEMES)[0] == "Tides\n\nThe tide turns at nine. The pier is dry until noon."
    )


@pytest.mark.parametrize(
    "name", ["Dr. Ana", "J. Ana", "U.S. Ana", "e.g. Ana", "vs. Ana", "etc. and"]
)
def test_abbreviations_end_no_sentence(name):
    """What follows would fit into a part of its own, were there a sentence before it."""
    text = f"Forty buoys drift out there {name} saw them first of all in the old port."
    assert name in split(text, GRAPHEMES)[0]


def test_a_sentence_ends_where_no_abbreviation_does():
    text = "Forty buoys drift out there. Ana saw them first of all in the old port."
    assert split(text, GRAPHEMES)[0] == "Forty buoys drift out there."


def test_closing_marks_belong_to_the_sentence():
    text = "She said “the tide is in, and nobody was told!” Then the pier was under water again."
    assert split(text, GRAPHEMES)[0].endswith("told!”")


def test_scripts_without_blanks_are_cut_after_sentences():
    parts = [
        "今日は海の水位データを公開しました。",
        "四十のブイが毎分測ります。「誰でも読めます。」",
        "ぜひ使ってください。",
    ]
    assert split("".join(parts), WEIGHTED) == parts


def test_the_author_cuts_with_three_dashes():
    text = "First.\n---\nSecond, with --- inside.\n  ---  \n\n----\nStill second"
    assert split(text, GRAPHEMES) == ["First.", "Second, with --- inside.", "----\nStill second"]


def test_what_does_not_break_a_line_does_not_break_a_thread():
    text = "The water in the old port stood at nearly a full 7\u00a0m above it"
    assert (
        split(text, GRAPHEMES)[1].startswith("7\u00a0m") or "7\u00a0m" in split(text, GRAPHEMES)[0]
    )


# -- numbers


def test_numbers_count_as_text():
    parts = split("tide " * 60, GRAPHEMES, numbered=True)
    assert parts[0].endswith("tide 1/6")
    assert parts[-1].endswith(f"tide {len(parts)}/{len(parts)}")
    assert all(measure(part, GRAPHEMES).over == 0 for part in parts)


def test_a_single_part_has_no_number():
    text = "t" * 60
    assert split(text, GRAPHEMES, numbered=True) == [text]


@pytest.mark.parametrize("times", [100, 108, 116, 124, 1100, 1200])
def test_room_for_longer_numbers(times):
    parts = split("tide " * times, GRAPHEMES, numbered=True)
    assert [part.rsplit(" ", 1)[1] for part in parts] == [
        f"{n}/{len(parts)}" for n in range(1, len(parts) + 1)
    ]
    assert all(measure(part, GRAPHEMES).over == 0 for part in parts)


# -- what is never cut

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
WHOLE = [
    "https://example.com/a/way/to/data?of=buoys#now",
    "tidewater.example.com/data",
    "@ana.example.com",
    "@tide@social.example",
    "#OpenOceanData",
    "#海洋データ",
    "$TIDE",
    FAMILY,
    "🇵🇹🇨🇻",
    "e\u0301te\u0301",
    "한국어",
]
PLAIN = st.text("abcdefgh ijklmn.!?,;:…'\"()\n\t", max_size=12)
TEXTS = st.lists(st.one_of(PLAIN, st.sampled_from(WHOLE)), max_size=60).map(" ".join)


@every_counter
@pytest.mark.parametrize("numbered", [False, True])
@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_words_stay_whole_and_every_part_fits(limits, numbered, text):
    parts = split(text, limits, numbered=numbered)
    numbers = numbered and len(parts) > 1
    texts = [part.rsplit(" ", 1)[0] for part in parts] if numbers else parts
    assert [word for part in texts for word in words(part)] == words(text)
    for part in parts:
        assert part == part.strip()
        assert part
        assert measure(part, limits).over == 0


ANY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\u0301\u200d\ufe0f🇵🇹👩👧🏽 \n。.#@$/:"),
    ),
    max_size=200,
)


@every_counter
@settings(max_examples=150, deadline=None)
@given(text=st.one_of(ANY, st.lists(st.one_of(ANY, st.sampled_from(WHOLE))).map("".join)))
@example(text=f"HTTPS://{'0' * 56}:#À")
@example(text=f"@{'0' * 15}HTTPS://{'0' * 37}")
@example(text=f"#{'1' * 70}")
@example(text=f"{'0' * 13}@0@{'0' * 45}")
@example(text=f'{"0" * 59}/0.AL/0"HTTPS://0.AL?{"0" * 66}¡')
@example(text=f"0#{'0' * 20}ၵ0.AL/{'0' * 34}")
def test_nothing_is_lost_and_no_character_or_link_is_cut(limits, text):
    text = regex.sub(r"(?m)^\s*---\s*$", "", text)
    parts = split(text, limits)
    assert squeezed("".join(parts)) == squeezed(text)
    cuts, at = [], 0
    for part in parts:
        begin = text.index(part, at)
        cuts.append((at, begin))
        at = begin + len(part)
    edges, at = {0}, 0
    for character in characters(text):
        at += len(character)
        edges.add(at)
    found = spans(text, limits.count)
    for end, begin in cuts[1:]:
        assert begin > end or begin in edges
        assert not any(span.start < begin < span.end for span in found)
    for part in parts:
        marked = spans(part, limits.count) or "://" in part
        whole = len(part.split()) == 1 and marked
        assert measure(part, limits).over == 0 or whole or len(characters(part)) == 1


# -- how fast


HOSTILE = {
    "one word": "a" * 100_000,
    "paragraphs": "a\n\n" * 33_000,
    "tags": "#tag " * 20_000,
    "names": "@a" * 50_000,
    "dots": "." * 100_000,
    "addresses": "https://example.com/a/b " * 4_200,
    "one address": "https://example.com/" + "a" * 100_000,
    "marks on blanks": " \u0301" * 30_000,
    "wide ends": "。" * 33_000,
    "letters with marks": "a" + "\u0301" * 50_000,
    "families": FAMILY * 4_000,
    "cuts": "a\n---\n" * 16_000,
    "names and wide ends": "@a\u3002" * 20_000,
    "federated names": "@a@b.c" * 16_000,
}


@every_counter
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_makes_it_slow(limits, text):
    started = time.thread_time()
    split(text, limits, numbered=True)
    assert time.thread_time() - started < 2


def test_names_that_weigh_more_together_still_fill_their_parts():
    text = "@a@b.c" * 200
    assert len(split(text, SHORT_LINKS)) < 2 * len(text) / SHORT_LINKS.text


SENTENCES = (
    "Forty buoys measure the water between the pier and the harbour mouth. "
    "Whoever wants to know how high it stands, reads it here: https://tidewater.example.com/now "
    "Ana asked @ines.example.com for the numbers of last year!\n\n"
)


@pytest.mark.parametrize(
    "limits",
    [
        Limits(text=280, count="weighted"),
        Limits(text=300, count="graphemes", text_bytes=3000),
        Limits(text=500, count="utf16"),
        Limits(text=2200, count="codepoints"),
        Limits(text=500, count="emoji_bytes"),
        Limits(text=500, count="short_links"),
    ],
    ids=lambda limits: limits.count,
)
def test_ordinary_text_of_100_kilobytes_takes_less_than_50_ms(limits):
    text, best = SENTENCES * (100_000 // len(SENTENCES)), 9.0
    for _ in range(5):
        started = time.thread_time()
        split(text, limits)
        best = min(best, time.thread_time() - started)
    assert best < 0.05
