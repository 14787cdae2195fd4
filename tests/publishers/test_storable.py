"""What a platform said is kept, however odd its letters are."""

import pytest

from publishers import storable
from publishers.contract import (
    CannotTell,
    Found,
    NotFound,
    Processing,
    Published,
    Rejected,
    TryLater,
    Uncertain,
)

ODD_IDS = ["", " ", "x" * 301, "a\x00b", "a\ud83d", "a\ufffdb", "a\nb", "a\u202eb"]


def test_every_text_in_what_was_parsed():
    said = {"a\x00": ["b\ud83d", {"c": "d\udc00"}, 1, None, True], "e": "é 🥁"}

    assert storable.data(said) == {
        "a\ufffd": ["b\ufffd", {"c": "d\ufffd"}, 1, None, True],
        "e": "é 🥁",
    }


@pytest.mark.parametrize("name", ODD_IDS, ids=ascii)
def test_an_id_that_cannot_be_kept_is_no_id(name):
    assert isinstance(storable.outcome(Published(name, "https://a.test/1")), Uncertain)
    assert isinstance(storable.sighting(Found(name, "https://a.test/1")), CannotTell)


@pytest.mark.parametrize("name", ["1", "urn:li:share:7", "at://did:plc:a/b/c", "x" * 300])
def test_any_other_id_stays(name):
    live, found = Published(name, "https://a.test/1"), Found(name, "https://a.test/1")

    assert (storable.outcome(live), storable.sighting(found)) == (live, found)


@pytest.mark.parametrize("link", ["https://a.test/" + "x" * 600, "https://a.test/\x00", "a\ud83d"])
def test_an_address_that_cannot_be_kept_is_left_out(link):
    assert storable.outcome(Published("1", link)) == Published("1", "")
    assert storable.sighting(Found("1", link)) == Found("1", "")


def test_reasons_are_cleaned_and_cut_and_keep_what_goes_with_them():
    assert storable.outcome(Rejected("a\x00b", code="7")) == Rejected("a\ufffdb", code="7")
    assert storable.outcome(TryLater("x" * 2000, after=5)) == TryLater("x" * 1000, after=5)
    assert storable.outcome(Processing("j\ud83d", 3)) == Processing("j\ufffd", 3)
    assert storable.sighting(CannotTell("a\ud83d")) == CannotTell("a\ufffd")
    assert storable.sighting(NotFound()) == NotFound()
