"""Pinterest: what is sent, what it refuses, and what becomes of a pin."""

import base64

import pytest

from publishers.contract import (
    Processing,
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.kit import Memory, film, picture, png, post, prepared
from tests.publishers.adapters.pinterest import (
    BOARDS,
    FIELDS,
    FILM,
    MEDIA,
    OPTIONS,
    PIN,
    PINS,
    USER,
    pin,
    pinterest,
    refusal,
    row,
)

__all__ = ["pinterest"]

ADDRESS = "https://web.example/pin/813/"
MAST = picture("A mast", png((200, 60, 40)))


def encoded(media):
    return {"content_type": media.mime, "data": base64.b64encode(media.read()).decode()}


# -- what is sent


def test_a_picture(server, pinterest, step):
    outcome = prepared(pinterest, pin(), step)
    assert outcome == Published("813", ADDRESS)
    assert pinterest.remote_id_in(ADDRESS, pinterest.account) == "813"
    [request] = server.seen("POST", PINS)
    assert request.json == {
        "board_id": "71",
        "title": "High water",
        "description": "Tide at nine",
        "link": "https://tide.earth/today",
        "alt_text": "A pier at noon",
        "media_source": {"source_type": "image_base64", **encoded(picture())},
    }


def test_pictures_side_by_side(server, pinterest, step):
    assert isinstance(prepared(pinterest, pin(picture(), MAST, link=""), step), Published)
    body = server.seen("POST", PINS)[0].json
    assert "link" not in body
    assert body["alt_text"] == "A pier at noon; A mast"
    assert body["media_source"] == {
        "source_type": "multiple_image_base64",
        "items": [encoded(picture()), encoded(MAST)],
        "index": 0,
    }


def test_descriptions_fill_the_one_place_that_a_pin_has(server, pinterest, step):
    media = [picture("a" * 300), picture("b" * 300), picture(" "), picture("c" * 98)]
    assert isinstance(prepared(pinterest, pin(*media), step), Published)
    said = server.seen("POST", PINS)[0].json["alt_text"]
    assert said == "; ".join(("a" * 300, "c" * 98, "b" * 98))
    assert len(said) == 500


@pytest.mark.parametrize(
    ("media", "cover"),
    [
        ((film(),), {"cover_image_key_frame_time": 0}),
        (
            (film(), picture()),
            {
                "cover_image_content_type": "image/png",
                "cover_image_data": encoded(picture())["data"],
            },
        ),
    ],
)
def test_a_video_goes_to_the_store_first(server, pinterest, step, media, cover):
    waiting = (200, {"media_id": "12345", "media_type": "video", "status": "processing"}, {})
    server.scripts[("GET", FILM)] = [waiting, *server.scripts[("GET", FILM)]]
    assert pinterest.prepare(pin(*media), step) == Processing("12345", 5)
    assert isinstance(prepared(pinterest, pin(*media), step), Published)
    [stored] = server.seen("POST", "/")
    assert "Authorization" not in stored.headers
    fields = {name: value.decode() for name, value in stored.parts.items() if name != "file"}
    assert fields == FIELDS
    assert list(stored.parts)[-1] == "file"
    assert stored.parts["file"] == film().read()
    assert server.seen("POST", MEDIA)[0].json == {"media_type": "video"}
    source = server.seen("POST", PINS)[0].json["media_source"]
    assert source == {"source_type": "video_id", "media_id": "12345", **cover}


def test_a_video_that_fails_and_a_place_that_ended(server, pinterest, step):
    server.scripts[("POST", "/")] = [(403, None, {}), (204, None, {})]
    assert isinstance(pinterest.prepare(pin(film()), step), TryLater)
    server.scripts[("GET", FILM)] = [(200, {"status": "failed"}, {})]
    assert isinstance(pinterest.prepare(pin(film()), step), Rejected)
    server.scripts[("GET", FILM)] = [(404, refusal(404), {}), (200, {"status": "succeeded"}, {})]
    assert isinstance(pinterest.prepare(pin(film()), step), TryLater)
    assert pinterest.prepare(pin(film()), step) is None
    assert len(server.seen("POST", MEDIA)) == 4


@pytest.mark.parametrize("typed", ["tide  TABLES ", "71"])
def test_a_board_is_known_by_its_name_or_number(server, pinterest, step, typed):
    server.scripts[("GET", BOARDS)][0][1]["bookmark"] = "more"
    last = {"items": [{"id": "71", "name": "Tide tables"}], "bookmark": None}
    server.scripts[("GET", BOARDS)][0][1]["items"].pop()
    server.on("GET", BOARDS, 200, last)
    assert isinstance(prepared(pinterest, pin(board=typed), step), Published)
    first, second = server.seen("GET", BOARDS)
    assert (first.query, second.query["bookmark"]) == ({"page_size": "250"}, "more")


def test_a_board_that_is_not_there_names_those_that_are(pinterest, step):
    outcome = pinterest.prepare(pin(board="Boats"), step)
    assert (outcome.code, "Recipes, Tide Tables" in outcome.reason) == ("no_board", True)


@pytest.mark.parametrize(
    "payload",
    [
        post("No media", title="High water", options=OPTIONS),
        pin(board=" "),
        pin(film(), film("another")),
        pin(film(), picture(), MAST),
        pin(*[picture(str(n)) for n in range(6)]),
        pin(link="tide.earth"),
        pin(title="a" * 101),
    ],
)
def test_what_cannot_be_sent(server, pinterest, step, payload):
    assert isinstance(pinterest.prepare(payload, step), Rejected)
    assert isinstance(pinterest.publish(payload, step), Rejected)
    assert server.requests == []


# -- what it refuses

TABLE = [
    (401, 2, "Authentication failed.", Reconnect),
    (401, 3, "Your token does not have sufficient permissions", Reconnect),
    (403, 3, "Your token does not have sufficient permissions", Reconnect),
    (403, 29, "You are not permitted to access that resource: consumer type", Rejected),
    (400, 1, "Invalid request: 'items' constraint: maxItems=5", Rejected),
    (400, 1, "Invalid request: '7x' does not match '^\\d+$'", Rejected),
    (400, 1, "Unable to reach the URL", TryLater),
    (403, 403, "Not authorized to access board or Pin.", Rejected),
    (403, 1, "This link is blocked: spam", Rejected),
    (404, 40, "Board not found.", Rejected),
    (409, 58, "The board name exists", Rejected),
    (429, 8, "This request exceeded a rate limit.", TryLater),
    (500, 0, "Something went wrong on our end.", Uncertain),
]


@pytest.mark.parametrize(("status", "code", "words", "kind"), TABLE)
def test_the_table_of_errors(server, pinterest, step, status, code, words, kind):
    assert pinterest.prepare(pin(), step) is None
    server.scripts[("POST", PINS)] = [(status, refusal(code, words), {})]
    outcome = pinterest.publish(pin(), step)
    assert isinstance(outcome, kind), outcome
    assert status != 429 or outcome.rate_limited
    assert kind is not Rejected or words[:20] in outcome.reason
    # Before the post the same is no reason to doubt.
    server.scripts[("GET", BOARDS)] = [(status, refusal(code, words), {})]
    early = pinterest.prepare(pin(), Memory())
    assert isinstance(early, TryLater if kind is Uncertain else kind)


def test_a_board_that_is_gone_is_looked_up_again(server, pinterest, step):
    server.scripts[("POST", PINS)] = [(404, refusal(40, "Board not found."), {})]
    assert isinstance(prepared(pinterest, pin(), step), Rejected)
    assert isinstance(pinterest.publish(pin(), step), TryLater)


# -- afterwards


def test_edits_empty_what_was_taken_out(server, pinterest):
    server.on("PATCH", PIN, 200, row())
    assert pinterest.edit("813", pin(text="Tide at ten", link="")) is None
    assert server.requests[-1].json == {
        "title": "High water",
        "description": "Tide at ten",
        "link": None,
        "alt_text": "A pier at noon",
    }


def test_removals_and_figures(server, pinterest):
    server.on("DELETE", PIN, 404, refusal(50, "Pin not found."))
    assert pinterest.remove("813") is None, "gone is gone"
    whole = {"pin_click": 7, "impression": 20, "clickthrough": 3, "reaction": 10, "comment": 2}
    metrics = {"90d": {"impression": 2}, "lifetime_metrics": {**whole, "save": 4}}
    server.on("GET", PIN, 200, row(pin_metrics=metrics))
    server.on("GET", f"{PINS}/814", 404, refusal(50, "Pin not found."))
    assert pinterest.measure(["813", "814"]) == {
        "813": {
            "clicks": 7,
            "impressions": 20,
            "link_clicks": 3,
            "likes": 10,
            "comments": 2,
            "saves": 4,
        }
    }
    assert server.seen("GET", PIN)[0].query == {"pin_metrics": "true"}


def test_the_account(server, pinterest):
    told = {"id": "27", "username": "tide", "business_name": "Tide Inc", "follower_count": 10}
    server.on("GET", USER, 200, told | {"following_count": None, "pin_count": 3})
    [account] = pinterest.accounts()
    assert (account.remote_id, account.handle, account.name) == ("27", "tide", "Tide Inc")
    assert pinterest.audience() == {"followers": 10, "posts": 3}
