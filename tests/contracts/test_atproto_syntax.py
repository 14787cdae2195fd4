"""atproto/interop/syntax, every file: what is said of the form of our requests can be believed;
and what the product itself takes for a handle, a language and a key.
"""

import pytest

from publishers.adapters.bluesky.records import build_record, record_key
from publishers.marks import spans
from tests.contracts.lexicon import has_form, has_meaning
from tests.contracts.vectors import FOLDER, needs_vectors
from tests.publishers.adapters.kit import post

pytestmark = needs_vectors

FILES = {
    "at-identifier": "atidentifier",
    "at-uri": "aturi",
    "datetime": "datetime",
    "did": "did",
    "handle": "handle",
    "language": "language",
    "nsid": "nsid",
    "record-key": "recordkey",
    "tid": "tid",
}
each_format = pytest.mark.parametrize("name", FILES)


def lines(name: str, ending: str) -> list[str]:
    """White space at the edges is part of what is tested."""
    path = FOLDER / "atproto/interop/syntax" / f"{FILES[name]}_{ending}.txt"
    found = [line for line in path.read_text("utf-8").split("\n") if line]
    found = [line for line in found if not line.startswith("#")]
    assert found
    return found


def test_every_file_is_covered():
    there = {path.name for path in (FOLDER / "atproto/interop/syntax").iterdir()}
    known = {
        f"{file}_syntax_{kind}.txt" for file in FILES.values() for kind in ("valid", "invalid")
    }
    assert there - known == {"datetime_parse_invalid.txt", "language_parse_invalid.txt"}


@each_format
def test_what_is_valid(name):
    assert [line for line in lines(name, "syntax_valid") if not has_form(name, line)] == []


@each_format
def test_what_is_invalid(name):
    assert [line for line in lines(name, "syntax_invalid") if has_form(name, line)] == []


@pytest.mark.parametrize("name", ["datetime", "language"])
def test_what_means_nothing(name):
    assert [line for line in lines(name, "parse_invalid") if has_meaning(name, line)] == []


@pytest.mark.parametrize("name", ["datetime", "language"])
def test_what_means_something(name):
    assert [line for line in lines(name, "syntax_valid") if not has_meaning(name, line)] == [
        line for line in lines(name, "syntax_valid") if line.startswith("X-")
    ]


# -- what the product takes for one


def test_handles_are_drawn_as_names():
    for handle in lines("handle", "syntax_valid"):
        [span] = spans(f"@{handle}", "graphemes")
        assert (span.kind, span.target) == ("mention", handle)


def test_what_is_no_handle_is_not_drawn_whole():
    for line in lines("handle", "syntax_invalid"):
        assert line not in [span.target for span in spans(f"@{line}", "graphemes")]


@pytest.mark.parametrize("ending", ["syntax_valid", "syntax_invalid", "parse_invalid"])
def test_only_a_language_is_sent_as_one(ending):
    for line in lines("language", ending):
        record = build_record(post("Tide", options={"language": line}), [], {})
        for language in record.get("langs", []):
            assert has_form("language", language)
            assert has_meaning("language", language)


def test_our_keys_are_keys():
    key = record_key(post("Tide"))
    assert has_form("tid", key)
    assert has_form("record-key", key)
