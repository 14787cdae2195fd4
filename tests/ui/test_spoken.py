"""Sentences that workers and adapters have written in English, as a German reads them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import translation

from publishers import registry
from publishers.contract import Media, Payload
from publishers.limits import check_all
from ui.spoken import LONGEST, spoken


@pytest.fixture(autouse=True)
def german():
    with translation.override("de"):
        yield


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("The post is empty.", "Der Beitrag ist leer."),
        ("The post is empty", "Der Beitrag ist leer"),
        (
            "Bay takes 300 characters; this is 1,200 over.",
            "Bay nimmt 300 Zeichen; das sind 1.200 zu viel.",
        ),
        (
            "Bay says: “Forbidden.” Change the post and publish it again.",
            "Bay sagt: „Forbidden.“ Den Beitrag ändern und erneut veröffentlichen.",
        ),
        (
            "Tried 3 times. bay.example could not be reached. Nothing was sent.",
            "3 Mal versucht. bay.example war nicht erreichbar. Nichts wurde gesendet.",
        ),
        ("4 December, 09:00", "4. Dezember, 09:00"),
        ("4 December, 09:00 (New York)", "4. Dezember, 09:00 (New York)"),
        ("2 posts wait for you.", "2 Beiträge warten auf eine Entscheidung."),
        ("“map.png” is not in the library.", "„map.png“ ist nicht in der Mediathek."),
    ],
)
def test_is_said_in_the_reader_s_language(written, read):
    assert spoken(written) == read


@pytest.mark.parametrize(
    "words",
    ["", "Our pier, at dawn.", "Quota for app 17 exceeded; see the console.", "x" * (LONGEST + 1)],
)
def test_what_nobody_knows_stays(words):
    assert spoken(words) == words


def test_words_of_a_platform_stay_its_own():
    said = "Bay says: “The post is empty.”"
    assert spoken(said) == "Bay sagt: „The post is empty.“"


def test_english_is_what_was_written():
    with translation.override("en"):
        assert spoken("The post is empty.") == "The post is empty."


@pytest.mark.parametrize("words", ["“" * LONGEST, "{name} " * 200, ": ; . " * 300, "\x00 %s %(n)s"])
def test_hostile_words_cost_little_and_stay(words):
    assert spoken(words[:LONGEST])


def _posts():
    """What breaks each of the limits."""
    plain = Media("0" * 64, "image/png", 640, 480, 90_000, "A pier", read=lambda: b"")
    video = replace(plain, mime="video/mp4", seconds=9.0, size=10**11, alt="")
    odd = [
        replace(plain, mime="image/tiff", alt=""),
        replace(plain, width=9000, height=20),
        replace(plain, width=20, height=9000, alt="A pier " * 2000),
        replace(plain, width=30_000, height=20_000),
        replace(plain, width=3, height=3),
        replace(plain, size=400_000_000),
    ]
    film = [
        replace(video, mime="video/x-msvideo", seconds=10**6),
        replace(video, seconds=0.2, width=20, height=9000),
        replace(video, seconds=90.0, width=9000, height=20),
    ]
    written = datetime(2026, 11, 21, tzinfo=UTC)
    for media in ((), (plain, video), (plain,) * 70, (video,) * 3, *((o,) for o in [*odd, *film])):
        yield Payload("Hello", media, "token", written, title="t" * 999)
    for text in ("", "a\u2062b", "#tag @somebody https://a.example/b " * 6000):
        yield Payload(text, (), "token", written)


@pytest.mark.parametrize("spec", registry.specs(), ids=lambda spec: spec.slug)
def test_nothing_that_keeps_a_post_from_a_platform_stays_english(spec):
    found = {
        words
        for post in _posts()
        for said in (
            [post],
            [post, replace(post, kind="comment")],
            [post, replace(post, kind="part")],
        )
        for problem in check_all(said, spec)
        for words in (problem.message, problem.fix)
        if words
    }
    assert found
    english = " takes | over| has | is | the | this | out | it | one | picture |Shorten|Choose"
    left = [words for words in found if any(one in spoken(words) for one in english.split("|"))]
    assert not left
