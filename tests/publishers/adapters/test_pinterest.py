"""Pinterest: what is sent, what a refusal means by the table of errors, whether a pin is there;
every request against pinterest/openapi-v5.json.
"""

import base64
from dataclasses import replace

import jsonschema
import pytest

from publishers.adapters.pinterest.spec import SPEC
from publishers.contract import (
    CannotTell,
    Found,
    NotFound,
    Processing,
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)
from tests.contracts.openapi import Document
from tests.contracts.vectors import load, needs_vectors
from tests.publishers.adapters.kit import NOON, Memory, film, picture, png, post, prepared
from tests.publishers.adapters.pinterest import (
    BOARDS,
    FIELDS,
    FILM,
    MEDIA,
    ON_BOARD,
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
FOUND = Found("813", ADDRESS)
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


# -- is it there?


@pytest.mark.parametrize(
    ("rows", "saw"),
    [
        ([row()], FOUND),
        ([row("9", description="Quite another thing altogether"), row()], FOUND),
        ([row(created_at="2026-11-20T11:59:54+00:00")], NotFound()),
        ([row(title="Low tide in the harbour today")], NotFound()),
        ([], NotFound()),
        ([row(), row("814")], CannotTell),
        ([row(media={"media_type": "video"})], CannotTell),
        ([row(link=f"{OPTIONS['link']}/")], FOUND),
        ([row(link=f"https://pin.example/{'go/' * 40}")], CannotTell),
        ([row(link=None)], CannotTell),
    ],
)
def test_a_pin_is_looked_for_on_its_board(server, pinterest, rows, saw):
    server.on("GET", ON_BOARD, 200, {"items": rows, "bookmark": None})
    found = pinterest.find(replace(pin(), called_at=NOON), Memory())
    assert isinstance(found, saw) if isinstance(saw, type) else found == saw


def test_a_link_that_pins_share_makes_them_no_likeness(server, pinterest):
    link = f"{OPTIONS['link']}/{'harbour/' * 15}"
    other = row("9", description="The harbour at four", link=link)
    server.on("GET", ON_BOARD, 200, {"items": [other, row(link=link)], "bookmark": None})
    assert pinterest.find(pin(link=link), Memory()) == FOUND


def test_a_board_is_read_to_its_end_in_whatever_order(server, pinterest, step):
    old, older = "2026-11-19T09:00:00", "2026-11-18T09:00:00"
    page = {"items": [row("9", created_at=old), row("8", created_at=older)], "bookmark": "more"}
    server.on("GET", ON_BOARD, 200, page)
    server.on("GET", ON_BOARD, 200, {"items": [row()], "bookmark": None})
    assert pinterest.find(pin(), step) == FOUND
    assert server.seen("GET", ON_BOARD)[1].query["bookmark"] == "more"
    for proves_nothing in ([(200, page, {}), (500, {}, {})], [(200, page, {})]):
        server.scripts[("GET", ON_BOARD)] = proves_nothing
        assert isinstance(pinterest.find(pin(), step), CannotTell)


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


# -- by the document

DOCUMENT = Document(load("pinterest/openapi-v5.json"), base="/v5")


@needs_vectors
@pytest.mark.parametrize(
    "payload",
    [pin(), pin(picture(), MAST), pin(film()), pin(film(), picture(), link="")],
    ids=["picture", "carousel", "video", "video with cover"],
)
def test_a_whole_journey_fits_openapi_v5(server, pinterest, step, payload):
    server.on("GET", ON_BOARD, 200, {"items": [row("9")] * 3, "bookmark": "Y2JVSG"})
    server.on("GET", ON_BOARD, 200, {"items": []})
    server.on("PATCH", PIN, 200, row())
    server.on("GET", PIN, 200, row())
    server.on("DELETE", PIN, 204)
    server.on("GET", USER, 200, {"id": "27", "username": "tide"})
    pinterest.accounts()
    assert isinstance(prepared(pinterest, payload, step), Published)
    pinterest.find(payload, step)
    pinterest.edit("813", payload)
    pinterest.measure(["813"])
    pinterest.audience()
    assert pinterest.remove("813") is None
    for request in (one for one in server.requests if one.path.startswith("/v5")):
        DOCUMENT.check_request(request)


@needs_vectors
def test_the_check_against_openapi_v5_can_fail(server, pinterest, step):
    prepared(pinterest, pin(text="a" * 801), step)
    with pytest.raises(jsonschema.ValidationError):
        DOCUMENT.check_request(server.requests[-1])


@needs_vectors
def test_every_right_is_known():
    flows = DOCUMENT.found["components"]["securitySchemes"]["pinterest_oauth2"]["flows"]
    assert set(SPEC.auth.scopes) <= set(flows["authorizationCode"]["scopes"])
