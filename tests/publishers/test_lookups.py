"""Which of the posts on a platform is the one we sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from publishers.contract import CannotTell, Found, NotFound, Payload
from publishers.lookups import Seen, sighting

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
SENT = "Morning: buoys replaced in the east channel, data open, storm warning lifted at noon."


def look(*texts: str):
    payload = Payload(text=SENT, media=(), client_token="t", created_at=AT)
    rows = [Seen(f"id{n}", f"https://a.test/{n}", text, 0, AT) for n, text in enumerate(texts)]
    return sighting("Anywhere", payload, rows)


@pytest.mark.parametrize(
    ("after", "known", "found"),
    [
        (-60, False, True),
        (-60, True, False),
        (1, True, True),
        (None, False, True),
        (None, True, False),
    ],
)
def test_what_was_there_before_the_call_is_not_what_it_posted(after, known, found):
    """Where it is known when the call began; else clocks may differ by minutes."""
    payload = Payload(text=SENT, media=(), client_token="t", created_at=AT)
    payload = replace(payload, called_at=AT if known else None)
    there = AT + timedelta(seconds=after) if after is not None else None
    saw = sighting("Anywhere", payload, [Seen("id0", "https://a.test/0", SENT, 0, there)])
    assert isinstance(saw, Found if found else NotFound)


def test_the_one_that_says_the_same():
    assert look("Something else", SENT) == Found("id1", "https://a.test/1")


@pytest.mark.parametrize(
    "other",
    [
        "Nothing like it",
        # The same letters about as often: any two longer texts in one language.
        "Storm at noon: the channel data open in the east, warning of buoys lifted, morning calm.",
    ],
)
def test_other_posts_are_not_in_the_way(other):
    assert look(other) == NotFound()
    assert look(other, SENT) == Found("id1", "https://a.test/1")


@pytest.mark.parametrize("texts", [(SENT, SENT), (SENT.replace("noon", "nine"),), (SENT + "!",)])
def test_what_is_nearly_the_same_is_for_a_person(texts):
    assert isinstance(look(*texts), CannotTell)
