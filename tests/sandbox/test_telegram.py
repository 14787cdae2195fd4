"""The simulated Telegram: its answers against telegram/bot-api.json, and what it refuses."""

import json

import pytest
from django.urls import reverse

from publishers.sandbox import accounts, faults, ledger
from publishers.sandbox.registry import twin_for
from tests.contracts.vectors import needs_vectors
from tests.publishers.adapters.telegram import check_answer
from tests.sandbox.conftest import Api, picture
from tests.sandbox.films import mp4


@pytest.fixture
def tidewater(site):
    return accounts.create("telegram", "tidewater")


@pytest.fixture
def api(site, tidewater) -> Api:
    key = accounts.mint_tokens(tidewater).access
    return Api(f"{site.url}/sandbox/telegram/bot{key}")


@pytest.fixture
def tell(api):
    """`tell("sendMessage", text="Tide")`, in the channel of that name."""

    def call(method, files=None, **fields):
        fields = {"chat_id": "@tidewater", **fields}
        asked = {"data": fields, "files": files} if files else {"json": fields}
        return api.post(method, **asked)

    return call


def words(answer):
    return answer.status_code, answer.json()["description"]


def result(answer):
    assert answer.ok, answer.text
    return answer.json()["result"]


@needs_vectors
def test_its_answers_fit_the_bot_api(api, tell, png, tidewater):
    me = result(api.get("getMe"))
    asked = [
        ("getMe", api.get("getMe")),
        ("getUpdates", api.get("getUpdates")),
        ("getChat", tell("getChat")),
        ("getChatMember", tell("getChatMember", user_id=me["id"])),
        ("getChatMemberCount", tell("getChatMemberCount")),
        ("sendMessage", tell("sendMessage", text="Tide", protect_content=True)),
        ("sendPhoto", tell("sendPhoto", {"photo": ("a.png", png)}, caption="Tide")),
        ("sendVideo", tell("sendVideo", {"video": ("a.mp4", mp4())})),
        ("sendMediaGroup", album(tell, png)),
        ("editMessageText", tell("editMessageText", message_id=2, text="Low tide")),
        ("editMessageCaption", tell("editMessageCaption", message_id=3, caption="Low tide")),
    ]
    answering = tell("sendMessage", text="Ebb", reply_parameters={"message_id": 6})
    asked += [("sendMessage", answering), ("deleteMessage", tell("deleteMessage", message_id=2))]
    for method, answer in asked:
        assert answer.ok, answer.text
        check_answer(method, answer.json())
    faults.arm(tidewater, "rate_limited", parameter="7")
    slower = tell("sendMessage", text="Tide")
    check_answer("sendMessage", slower.json())
    assert slower.json()["parameters"] == {"retry_after": 7}
    check_answer("sendMessage", tell("sendMessage").json())


def album(tell, png, **more):
    items = [
        {"type": "photo", "media": "attach://a", "caption": "Tide"},
        {"type": "video", "media": "attach://b"},
    ]
    return tell("sendMediaGroup", {"a": png, "b": mp4()}, **{"media": json.dumps(items), **more})


def test_an_album_is_gone_with_its_last_message(tell, png, tidewater):
    first, second = (one["message_id"] for one in result(album(tell, png)))
    assert result(tell("sendMessage", text="After"))["message_id"] == second + 1
    assert result(tell("deleteMessage", message_id=first)) is True
    assert ledger.posts(tidewater).filter(deleted_at=None).count() == 2
    assert words(tell("deleteMessage", message_id=first))[0] == 400
    assert result(tell("deleteMessage", message_id=second)) is True
    assert ledger.posts(tidewater).filter(deleted_at=None).count() == 1


@pytest.mark.parametrize(
    ("method", "fields", "said"),
    [
        ("sendMessage", {"text": " "}, "message text is empty"),
        ("sendMessage", {"text": "\U0001f30a" * 2049}, "message is too long"),
        ("sendMessage", {"text": "a", "parse_mode": "HTML"}, "not simulated"),
        ("sendMessage", {"text": "a", "chat_id": "@nobody"}, "chat not found"),
        ("sendMessage", {"text": "a", "chat_id": ""}, "chat_id is empty"),
        ("sendMessage", {"text": "a", "reply_parameters": {"message_id": 9}}, "replied not found"),
        ("sendPhoto", {"photo": "https://tide.earth/a.png"}, "wrong file identifier/HTTP URL"),
        ("sendMediaGroup", {"media": [{"type": "photo"}]}, "2 to 10"),
        ("editMessageText", {"message_id": 9, "text": "a"}, "message to edit not found"),
        ("deleteMessage", {"message_id": 9}, "message to delete not found"),
        ("deleteMessage", {"message_id": "nine"}, "message_id is not specified"),
    ],
)
def test_refused(tell, tidewater, method, fields, said):
    status, told = words(tell(method, **fields))
    assert (status, told.startswith("Bad Request: "), said in told) == (400, True, True), told
    assert ledger.posts(tidewater).count() == 0


def test_pictures_are_looked_at(tell, png):
    strip = picture("PNG", size=(2100, 100))
    for name, content, said in (
        ("photo", b"text", "IMAGE_PROCESS_FAILED"),
        ("photo", strip, "PHOTO_INVALID_DIMENSIONS"),
        ("video", png, "VIDEO_FILE_INVALID"),
    ):
        assert said in words(tell(f"send{name.capitalize()}", {name: ("a", content)}))[1]
    long = tell("sendPhoto", {"photo": ("a.png", png)}, caption="a" * 1025)
    assert "caption is too long" in words(long)[1]


def test_who_asks(site, api, tidewater):
    sample = twin_for("telegram").sample(tidewater)
    base = f"{site.url}/sandbox/telegram"
    assert Api(f"{base}/bot{sample}").get("getMe").json()["result"]["username"] == "tidewater_bot"
    assert words(Api(f"{base}/bot17:nonsense").get("getMe")) == (401, "Unauthorized")
    assert words(Api(f"{base}/botnonsense").get("getMe")) == (404, "Not Found")
    other = accounts.create("telegram", "harbourtrust")
    stranger = api.post("sendMessage", json={"chat_id": other.remote_id, "text": "Tide"})
    assert words(stranger) == (403, "Forbidden: bot is not a member of the channel chat")


@pytest.mark.django_db
def test_the_token_stands_beside_the_channel(client):
    assert ":telegram-key-tidewater" in client.get(reverse("sandbox:index")).text
