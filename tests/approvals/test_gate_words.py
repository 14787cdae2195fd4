"""Words and addresses in texts of any script, and in texts that somebody made to be slow."""

import sys
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from approvals.gates import reader
from approvals.gates.contract import Facts, Said
from approvals.gates.reader import Phrase, Reader, Words, addresses_of, phrases_in, shown
from approvals.gates.registry import GATES
from publishers.models import Channel

KILOBYTES = 100_000


def told(phrases: list[str], text: str) -> list[tuple[str, str]]:
    return list(phrases_in(map(Phrase.of, phrases), Words(text)))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("free", "It is FREE."),
        ("straße", "Die STRASSE ist offen."),
        ("café", "A cafe\u0301 by the sea"),
        ("free", "f\u200bre\u00ade for all"),
        ("free", "\u202efree\u202c"),
        ("free", "\uff26\uff32\uff25\uff25!"),
        ("act now", "Please act\n now, all of you"),
        ("don't", "We don\u2019t."),
        ("免费", "这是免费的。"),
        ("ฟรี", "วันนี้ฟรีทุกอย่าง"),
        ("مجاني", "هذا مجاني اليوم"),
        ("חינם", "זה חינם."),
        ("бесплатно", "Всё Бесплатно!"),
        ("ΔΩΡΕΑΝ", "Είναι δωρεαν."),
    ],
)
def test_is_found(phrase, text):
    assert [one for one, _written in told([phrase], text)] == [phrase]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("cunt", "Greetings from Scunthorpe and Penistone"),
        ("ass", "A class of passages, assured"),
        ("free", "freedom, carefree, free_range"),
        ("act now", "act at once, now act"),
        ("hell", "he'll be there"),
        ("кот", "котлеты и который"),
        ("free", ""),
        ("", "anything"),
        ("...", "..."),
    ],
)
def test_is_not_found(phrase, text):
    assert told([phrase], text) == []


def test_as_it_is_written_so_that_it_can_be_replaced():
    assert told(["act now", "act"], "ACT  Now and act") == [("act now", "ACT  Now"), ("act", "ACT")]


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("See https://example.org/a_(b)?q=1, and example.com.", ["example.org", "example.com"]),
        ("https://user@evil.example/", [""]),
        ("http://[::1]/ and http://127.0.0.1:8000/x", ["::1", "127.0.0.1"]),
        ("http://localhost/", ["localhost"]),
        ("http://2130706433/", ["2130706433"]),
        ("https://BÜCHER.example/", ["xn--bcher-kva.example"]),
        ("http://[half", [""]),
        ("no address at all", []),
    ],
)
def test_addresses(text, hosts):
    assert [address.host for address in addresses_of(text)] == hosts


def test_an_address_is_told_once_and_few_of_many():
    text = " ".join(f"https://a{n}.example.org" for n in range(500)) + " https://a1.example.org"
    assert len(addresses_of(text)) == reader.MOST_LINKS


def test_what_is_told_turns_no_sentence_around():
    assert shown("a\u202ebc\u2066 d\x00\n e") == "abc d e"
    assert len(shown("x" * 500)) == 60


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("javascript:alert(1)", True),
        ("See JavaScript:alert(1)", True),
        ("data:text/html,x", True),
        ("We like JavaScript: it runs", False),
        ("metadata:x", False),
    ],
)
def test_addresses_that_would_run_a_program(text, is_one):
    assert reader.is_script(text) is is_one


# -- the time that it takes, as steps


def steps(act) -> int:
    """How many functions it calls, ours and the language's."""
    counted = 0

    def count(_frame, event, _arg):
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
    return counted


HOSTILE = {
    "one word": "a" * KILOBYTES,
    "short words": "a " * (KILOBYTES // 2),
    "unseen": "\u200b" * KILOBYTES,
    "apostrophes": "'" * KILOBYTES,
    "joined": "a'" * (KILOBYTES // 2),
    "marks": "e" + "\u0301" * KILOBYTES,
    "bidi": "\u202ea\u202c " * (KILOBYTES // 4),
    "dots": "." * KILOBYTES,
    "hosts": "a.b." * (KILOBYTES // 4),
    "schemes": "https://" * (KILOBYTES // 8),
    "hashes": "#" * KILOBYTES,
    "script": "javascript: " * (KILOBYTES // 12),
    "unparted": "免" * KILOBYTES,
}
PHRASES = [f"a {'a ' * n}b{n}" for n in range(6)] + [f"w{n}" for n in range(200)]


@pytest.mark.parametrize("kind", HOSTILE)
def test_steps_grow_with_the_text_and_no_faster(kind):
    phrases = list(map(Phrase.of, [*PHRASES, "a a a", "免费"]))

    def read(text):
        list(phrases_in(phrases, Words(text)))
        addresses_of(text)
        reader.is_script(text)

    text = HOSTILE[kind]
    half, whole = steps(lambda: read(text[: len(text) // 2])), steps(lambda: read(text))
    assert whole <= 2.5 * half + 500
    assert whole < 4 * KILOBYTES


# -- every gate on such a text

OPTIONS: dict[str, Any] = {
    "banned": {"words": [f"w{n} => x" for n in range(300)]},
    "required": {"words": [f"w{n}" for n in range(300)]},
    "hashtags": {"known": True, "least": 3},
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("slug", GATES)
def test_a_gate_takes_few_steps(slug, kind):
    gate, channel = GATES[slug], Channel(pk=1, platform="bluesky", handle="x")
    own = {"text": HOSTILE[kind], "own_text": None, "first_comment": "", "media": [], "options": {}}
    usual = {option.name: option.usual for option in gate.options}
    ready = gate.prepare({**usual, **OPTIONS.get(slug, {})})
    said = Said(
        channel=channel,
        document={"body": HOSTILE[kind], "channels": {"1": own}},
        limits=[],
        due=None,
        now=timezone.now(),
        zone=ZoneInfo("UTC"),
        reader=Reader(),
    )
    assert steps(lambda: list(gate.look(said, ready, Facts()))) < 4 * KILOBYTES
