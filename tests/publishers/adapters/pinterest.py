"""Pinterest on the played server: one account, two boards, and the words of its answers."""

import pytest

from publishers.adapters.pinterest import Pinterest
from publishers.contract import Account, App
from publishers.http import Client
from tests.publishers.adapters.kit import NOON, picture, post

ME = Account("2783136121146311751", "tide", "Tide", token="hush")
V5 = "/v5"
PINS, BOARDS, MEDIA, USER = f"{V5}/pins", f"{V5}/boards", f"{V5}/media", f"{V5}/user_account"
ON_BOARD, FILM, PIN = f"{BOARDS}/71/pins", f"{MEDIA}/12345", f"{PINS}/813"
STORE = "https://pinterest-media-upload.s3-accelerate.amazonaws.com/"
FIELDS = {"key": "uploads/11:video", "policy": "eyJl", "x-amz-date": "20220127T185143Z"}
OPTIONS = {"board": "Tide tables", "link": "https://tide.earth/today"}
# What it says of a board, of a video and of a pin that are there.
YES = {
    "items": [{"id": "71", "name": "tide", "created_at": "2020-01-01T20:10:40"}],
    "media_id": "12345",
    "upload_url": STORE,
    "upload_parameters": FIELDS,
    "status": "succeeded",
    "pin_metrics": {"lifetime_metrics": {"impression": 7}},
    "bookmark": None,
}


def row(number="813", **changes):
    return {
        "id": number,
        "created_at": NOON.replace(tzinfo=None).isoformat(),
        "title": "High water",
        "description": "Tide at nine",
        "link": OPTIONS["link"],
        "board_id": "71",
        "media": {"media_type": "image"},
    } | changes


def refusal(code, words="No"):
    return {"code": code, "message": words}


def pin(*media, text="Tide at nine", title="High water", **options):
    return post(text, *(media or (picture(),)), title=title, options=OPTIONS | options)


@pytest.fixture
def pinterest(server):
    boards = [{"id": "70", "name": "Recipes"}, {"id": "71", "name": "Tide Tables"}]
    server.on("GET", BOARDS, 200, {"items": boards, "bookmark": None})
    server.on("POST", PINS, 201, {"id": "813"})
    place = {"media_id": "12345", "media_type": "video"}
    place |= {"upload_url": STORE, "upload_parameters": FIELDS}
    server.on("POST", MEDIA, 201, place)
    server.on("POST", "/", 204)
    film = {"media_id": "12345", "media_type": "video"}
    server.on("GET", FILM, 200, film | {"status": "succeeded"})
    app = App("id", "secret", server.url, "https://web.example", moved=True)
    return Pinterest(Client(trusted=(server.url,)), app, ME)
