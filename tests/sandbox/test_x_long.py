"""The simulated X takes long posts of who pays, and shows their beginning and their note."""

import html

import pytest

from publishers.sandbox import accounts
from publishers.sandbox.platforms.x.wire import SHORT
from publishers.sandbox.text import weighted
from tests.sandbox.x import api, conforms, tidewater

__all__ = ["api", "conforms", "tidewater"]

WORDS = "High water at nine & low water at three, see tidewater.earth/tides for <more>. "


@pytest.fixture
def premium(connect, tidewater):
    return connect(accounts.create("x", "harbourtrust"))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 25_000, 201),
        ("a" * 25_001, 403),
        ("潮" * 12_500, 201),
        ("潮" * 12_501, 403),
        (" " * 300 + "a", 201),
    ],
)
def test_weighs_long_text(premium, text, status):
    assert premium.post("2/tweets", json={"text": text}).status_code == status


@pytest.mark.parametrize(("dialect", "schema"), [("post", "GetPostsByIdResponse"), ("tweet", "")])
@pytest.mark.parametrize("text", [WORDS * 20, "潮" * 400])
def test_shows_the_beginning_and_the_note(premium, conforms, dialect, schema, text):
    made = premium.post("2/tweets", json={"text": text})
    conforms(made.json(), "CreatePostsResponse")
    number = made.json()["data"]["id"]
    asked = f"2/tweets/{number}?{dialect}.fields=entities,note_{dialect}"
    told = premium.get(asked).json()
    if schema:
        conforms(told, schema)
    shown, note = told["data"], told["data"][f"note_{dialect}"]
    *_, own = shown["entities"]["urls"]
    beginning, end = shown["text"].split("…")
    assert end == f" {own['url']}"
    assert own["expanded_url"].endswith(f"/status/{number}")
    assert note["text"].startswith(beginning[:40])
    assert weighted(html.unescape(shown["text"])) <= SHORT
    links = note.get("entities", {}).get("urls", [])
    assert len(links) == text.count("tidewater.earth")
    for url in links:
        assert note["text"][url["start"] : url["end"]] == url["url"]
    assert note["text"].count("&amp;") == text.count("&")


def test_a_short_post_has_no_note_and_a_note_is_told_on_request_only(premium, api):
    short = api.post("2/tweets", json={"text": WORDS}).json()["data"]["id"]
    long = premium.post("2/tweets", json={"text": WORDS * 5}).json()["data"]["id"]
    assert "note_post" not in api.get(f"2/tweets/{short}?post.fields=note_post").json()["data"]
    assert "note_post" not in premium.get(f"2/tweets/{long}?post.fields=entities").json()["data"]


def test_a_change_may_be_long_where_a_post_may(premium):
    first = premium.post("2/tweets", json={"text": "Tide at nine"}).json()["data"]["id"]
    said = {"text": WORDS * 5, "edit_options": {"previous_post_id": first}}
    changed = premium.post("2/tweets", json=said)
    assert changed.status_code == 201
    both = premium.get(
        f"2/tweets?ids={first},{changed.json()['data']['id']}&post.fields=note_post"
    ).json()["data"]
    assert ["note_post" in row for row in both] == [False, True]
