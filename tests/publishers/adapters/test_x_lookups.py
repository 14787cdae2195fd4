"""Is it there? How a post on X is recognised, and when a person has to decide."""

from datetime import timedelta

import pytest

from publishers.contract import CannotTell, Found, NotFound
from tests.publishers.adapters.kit import NOON, Memory, picture, post
from tests.publishers.adapters.x import problem, x

__all__ = ["x"]

TIMELINE = "/2/users/1700000001/tweets"


def row(text, *, id="77", minutes=1, urls=(), media=(), **more):
    moment = NOON + timedelta(minutes=minutes)
    data = {"id": id, "text": text, "created_at": f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"}
    if urls or media:
        data["entities"] = {"urls": list(urls)}
    if media:
        data["attachments"] = {"media_keys": list(media)}
    return data | more


def look(server, x, payload, *rows, **meta):
    server.on(
        "GET", TIMELINE, 200, {"data": list(rows), "meta": {"result_count": len(rows), **meta}}
    )
    return x.find(payload, Memory())


def short(number, full, **more):
    return {"url": f"https://t.co/abc{number}", "expanded_url": full, **more}


def test_found_by_its_words(server, x):
    found = look(
        server, x, post("Fish & chips  at <nine>"), row("Fish &amp; chips at &lt;nine&gt;")
    )
    assert found == Found("77", "https://web.example/tide/status/77")
    [asked] = server.seen("GET", TIMELINE)
    assert asked.query["start_time"] == "2026-11-20T11:50:00Z"
    assert asked.query["exclude"] == "retweets"
    fields = "attachments,conversation_id,created_at,entities,note_post,text"
    assert asked.query["post.fields"] == fields


def test_found_with_links_and_pictures(server, x):
    payload = post("Tides: tide.earth/api and https://tide.earth/", picture(), picture("b", b"2"))
    shown = row(
        "Tides: https://t.co/abc1 and https://t.co/abc2 https://t.co/abc3",
        urls=[
            short(1, "http://tide.earth/api"),
            short(2, "https://tide.earth/"),
            short(3, "https://x.com/tide/status/77/photo/1", media_key="3_1"),
            short(3, "https://x.com/tide/status/77/photo/1", media_key="3_2"),
        ],
        media=("3_1", "3_2"),
    )
    assert isinstance(look(server, x, payload, shown), Found)


def test_found_without_words(server, x):
    shown = row("https://t.co/abc1", media=("3_1",))
    assert isinstance(look(server, x, post("", picture()), shown), Found)


@pytest.mark.parametrize("name", ["note_post", "note_tweet"])
def test_long_posts_are_read_in_full(server, x, name):
    long = "Tide " * 80
    shown = row("Tide Tide…", **{name: {"text": long}})
    assert isinstance(look(server, x, post(long), shown), Found)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("Something else altogether, about harbours")],
        [row("Tide at nine", minutes=-30)],
    ],
    ids=["none", "others", "before"],
)
def test_not_there(server, x, rows):
    assert look(server, x, post(), *rows) == NotFound()


@pytest.mark.parametrize(
    "rows",
    [
        [row("Tide at nine", id="1"), row("Tide at nine", id="2")],
        [row("Tide at nine", media=("3_1",))],
        [row("Tide at nine!")],
        [row("Tide at nine", id="1"), row("Tide at ninee", id="2")],
    ],
    ids=["two", "with a picture", "nearly", "one exact and one near"],
)
def test_between_yes_and_no_a_person_decides(server, x, rows):
    answer = look(server, x, post(), *rows)
    assert isinstance(answer, CannotTell)
    assert "https://web.example/tide/status/" in answer.reason


def test_the_other_names_of_the_fields_are_tried(server, x):
    server.on("GET", TIMELINE, 400, problem(400, "post.fields is unknown", "invalid-request"))
    server.on("GET", TIMELINE, 200, {"data": [row("Tide at nine")], "meta": {"result_count": 1}})
    assert isinstance(x.find(post(), Memory()), Found)
    assert "tweet.fields" in server.seen("GET", TIMELINE)[1].query


def test_all_pages_are_read(server, x):
    others = [row("Something else altogether, about harbours", id=str(n)) for n in range(3)]
    server.on(
        "GET", TIMELINE, 200, {"data": others, "meta": {"result_count": 3, "next_token": "p2"}}
    )
    server.on("GET", TIMELINE, 200, {"data": [row("Tide at nine")], "meta": {"result_count": 1}})
    assert isinstance(x.find(post(), Memory()), Found)
    assert server.seen("GET", TIMELINE)[1].query["pagination_token"] == "p2"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {}),
        (403, problem(403, "x")),
        (429, {}),
        (500, None),
        (400, problem(400, "x")),
        (200, None),
        (200, {"errors": [{"detail": "x"}]}),
        (200, {"data": [], "meta": {"result_count": 0, "next_token": "again"}}),
        (0, None),
    ],
)
def test_a_failed_read_proves_nothing(server, x, status, body):
    server.on("GET", TIMELINE, status, body)
    assert isinstance(x.find(post(), Memory()), CannotTell)
