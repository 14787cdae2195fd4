"""The simulated Pinterest over HTTP: boards, pins, videos, and the form of its answers
(pinterest/openapi-v5.json).
"""

import base64

import pytest

from publishers.sandbox import accounts
from publishers.sandbox.models import Account, Credential
from tests.contracts.openapi import Document
from tests.contracts.vectors import load
from tests.sandbox.films import mp4

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT = Document(load("pinterest/openapi-v5.json"), base="/v5")


@pytest.fixture
def tidewater(site) -> Account:
    made = accounts.create("pinterest", "tidewater", "Tidewater")
    Account.objects.update(processing_seconds=0)
    return made


@pytest.fixture
def api(connect, tidewater):
    return connect(tidewater)


@pytest.fixture
def board(api) -> str:
    return api.get("v5/boards").json()["items"][0]["id"]


@pytest.fixture
def image(png):
    data = base64.b64encode(png).decode()
    return {"source_type": "image_base64", "content_type": "image/png", "data": data}


def fits(answer, verb, path):
    """Its body, which has the form that the document gives it."""
    if DOCUMENT.found:
        DOCUMENT.check_answer(verb, f"/{path}", answer.status_code, answer.json())
    return answer.json()


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def test_answers_have_their_form(api, board, image):
    fits(api.get("v5/boards"), "GET", "v5/boards")
    fits(api.get("v5/user_account"), "GET", "v5/user_account")
    said = {"board_id": board, "title": "High water", "media_source": image}
    made = fits(api.post("v5/pins", json=said), "POST", "v5/pins")
    one = f"v5/pins/{made['id']}"
    shown = fits(api.get(one, params={"pin_metrics": "true"}), "GET", one)
    assert set(shown["pin_metrics"]) == {"90d", "lifetime_metrics"}
    changed = api.call("PATCH", one, json={"title": None, "description": "Tide at ten"})
    assert fits(changed, "PATCH", one)["description"] == "Tide at ten"
    on_board = f"v5/boards/{board}/pins"
    assert fits(api.get(on_board), "GET", on_board)["items"][0]["id"] == made["id"]
    assert api.delete(one).status_code == 204
    gone = api.get(one)
    assert code_of(gone) == (404, 50)
    fits(gone, "GET", one)


def test_a_video_is_registered_stored_worked_on_and_pinned(api, board, anonymous):
    place = fits(api.post("v5/media", json={"media_type": "video"}), "POST", "v5/media")
    number, fields = place["media_id"], place["upload_parameters"]
    one = f"v5/media/{number}"
    assert fits(api.get(one), "GET", one)["status"] == "registered"
    source = {"source_type": "video_id", "media_id": number}
    early = {"board_id": board, "media_source": source | {"cover_image_key_frame_time": 0}}
    assert code_of(api.post("v5/pins", json=early)) == (400, 1)
    store = anonymous("pinterest")
    file = {"file": ("tide.mp4", mp4(), "video/mp4")}
    few = {"key": fields["key"], "policy": fields["policy"]}
    assert store.post("", data=few, files=file).status_code == 400
    assert store.post("", data=fields | {"policy": "x"}, files=file).status_code == 403
    assert store.post("", data=fields, files=file).status_code == 204
    assert store.post("", data=fields, files=file).status_code == 403
    assert api.get(one).json()["status"] == "succeeded"
    uncovered = {"board_id": board, "media_source": source}
    assert code_of(api.post("v5/pins", json=uncovered)) == (400, 1)
    made = fits(api.post("v5/pins", json=early), "POST", "v5/pins")
    assert (made["media"]["media_type"], made["creative_type"]) == ("video", "VIDEO")
    assert code_of(api.post("v5/media", json={"media_type": "image"})) == (400, 1)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"board_id": "7x"}, (400, 1)),
        ({"board_id": "99"}, (404, 40)),
        ({"title": "a" * 101}, (400, 1)),
        ({"description": "a" * 801}, (400, 1)),
        ({"alt_text": "a" * 501}, (400, 1)),
        ({"link": "tide.earth"}, (400, 1)),
        ({"media_source": None}, (400, 1)),
        ({"media_source": {"source_type": "image_base64", "data": "?"}}, (400, 1)),
        ({"media_source": {"source_type": "multiple_image_base64", "items": []}}, (400, 1)),
    ],
)
def test_what_it_does_not_take(api, tidewater, board, image, said, code):
    answer = api.post("v5/pins", json={"board_id": board, "media_source": image} | said)
    assert code_of(answer) == code
    assert tidewater.posts.count() == 0


def test_a_pin_twice_is_two_and_lists_come_in_pages(api, board, image):
    said = {"board_id": board, "title": "High water", "media_source": image}
    made = [api.post("v5/pins", json=said).json()["id"] for _ in range(3)]
    first = api.get(f"v5/boards/{board}/pins", params={"page_size": "2"}).json()
    query = {"page_size": "2", "bookmark": first["bookmark"]}
    rest = api.get(f"v5/boards/{board}/pins", params=query).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert rest["bookmark"] is None
    assert code_of(api.get("v5/boards", params={"page_size": "251"})) == (400, 1)


def test_what_belongs_to_others_or_is_not_allowed(api, connect, board, image):
    said = {"board_id": board, "media_source": image}
    one = f"v5/pins/{api.post('v5/pins', json=said).json()['id']}"
    other = connect(accounts.create("pinterest", "harbourtrust"))
    assert code_of(other.post("v5/pins", json=said)) == (404, 40)
    assert code_of(other.delete(one)) == (404, 50)
    assert code_of(api.call("PATCH", one, json={"media_source": image})) == (400, 1)
    Credential.objects.update(scopes="boards:read pins:read")
    assert code_of(api.post("v5/pins", json=said)) == (401, 3)
    api.token = "nonsense"
    assert code_of(api.get("v5/boards")) == (401, 2)


def test_tokens(anonymous, tidewater):
    api, form = anonymous("pinterest"), {"grant_type": "refresh_token", "refresh_token": "none"}
    assert code_of(api.post("v5/oauth/token", data=form)) == (401, 2)
    pair = base64.b64encode(b"drumbeat:sandbox").decode()
    headers = {"Authorization": f"Basic {pair}"}
    assert code_of(api.post("v5/oauth/token", data=form, headers=headers)) == (401, 2)
    token = accounts.mint_tokens(tidewater).refresh
    told = api.post("v5/oauth/token", data=form | {"refresh_token": token}, headers=headers)
    body = fits(told, "POST", "v5/oauth/token")
    assert body["refresh_token"] not in ("", token)
    assert code_of(api.post("v5/oauth/token", data={"code": "x"}, headers=headers)) == (400, 1)
