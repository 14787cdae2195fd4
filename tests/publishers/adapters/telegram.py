"""Telegram on the played server: one bot, its channel, and what the published Bot API says of both.

Vectors: telegram/bot-api.json.
"""

import json
from typing import Any

import pytest

from publishers.adapters.telegram import Telegram
from publishers.contract import Account
from tests.contracts.vectors import load

TOKEN = "110201543:hush-AAHdqTcvCH1vGWJxfSeofSAs0K5PALD"
NUMBER = -1001234567890
ME = Account(str(NUMBER), "tidewater", "Tidewater", token=TOKEN)
CHAT = {"id": NUMBER, "type": "channel", "title": "Tidewater", "username": "tidewater"}
RIGHTS = {"status": "administrator", "can_post_messages": True}
# One answer to every question: a message, a chat, a member, a bot.
_TIDE = {**CHAT, "username": "tide"}
YES = {"ok": True, "result": {"message_id": 42, "date": 1_795_000_000, "chat": _TIDE, **_TIDE}}


def path(method: str) -> str:
    return f"/bot{TOKEN}/{method}"


def yes(result: Any) -> dict:
    return {"ok": True, "result": result}


def no(code: int, words: str, **parameters: int) -> tuple[int, dict]:
    more = {"parameters": parameters} if parameters else {}
    return code, {"ok": False, "error_code": code, "description": words, **more}


def message(number: int = 42, **more: Any) -> dict:
    return {"message_id": number, "date": 1_795_000_000, "chat": CHAT, **more}


@pytest.fixture
def bot(server) -> Telegram:
    for method in ("sendMessage", "sendPhoto", "sendVideo"):
        server.on("POST", path(method), 200, yes(message()))
    server.on("POST", path("sendMediaGroup"), 200, yes([message(42), message(43)]))
    for method in ("editMessageText", "editMessageCaption"):
        server.on("POST", path(method), 200, yes(message(edit_date=1_795_000_100)))
    server.on("POST", path("deleteMessage"), 200, yes(True))
    server.on("POST", path("getMe"), 200, yes({"id": 110201543, "is_bot": True, "first_name": "T"}))
    server.on("POST", path("getChat"), 200, yes(CHAT))
    server.on("POST", path("getChatMember"), 200, yes(RIGHTS))
    server.on("POST", path("getChatMemberCount"), 200, yes(812))
    return server.adapter(Telegram, ME)


# -- what the Bot API says

DOCUMENT = "telegram/bot-api.json"
ARRAY = "Array of "
PLAIN = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float), "True": bool}


def fits(value: Any, types: list[str]) -> bool:
    """Of several kinds of array each item may be of another one."""
    if isinstance(value, list):
        inner = [one.removeprefix(ARRAY) for one in types if one.startswith(ARRAY)]
        return bool(inner) and all(fits(one, inner) for one in value)
    return any(_fits(value, one) for one in types if not one.startswith(ARRAY))


def _fits(value: Any, kind: str) -> bool:
    if kind in PLAIN:
        return isinstance(value, PLAIN[kind]) and (kind != "Integer" or value is not True)
    told = load(DOCUMENT)["types"][kind]
    if told.get("subtypes"):
        return fits(value, told["subtypes"])
    return isinstance(value, dict) and not misfits(value, told.get("fields", []))


def misfits(value: dict, fields: list[dict]) -> list[str]:
    """The names that are missing, unknown, or of another type."""
    known = {field["name"]: field for field in fields}
    missing = [name for name, field in known.items() if field["required"] and name not in value]
    strange = [name for name in value if name not in known]
    wrong = [name for name, one in value.items() if name in known and not _is(one, known[name])]
    return missing + strange + wrong


def _is(value: Any, field: dict) -> bool:
    return isinstance(value, Attached) or fits(value, field["types"])


class Attached:
    """A file that came along."""


def check_request(request) -> None:
    method = load(DOCUMENT)["methods"][request.path.rpartition("/")[2]]
    fields = method.get("fields", [])
    sent = _form(request, fields) if b"multipart" in _kind(request) else request.json
    assert misfits(sent, fields) == [], request.path


def _kind(request) -> bytes:
    return request.headers["Content-Type"].encode()


def _form(request, fields: list[dict]) -> dict:
    """What is no text is written as JSON; files are a field, or named inside of one."""
    types, sent = {field["name"]: field["types"] for field in fields}, {}
    for name, raw in request.parts.items():
        if name not in types:
            assert f'"attach://{name}"' in request.parts["media"].decode()
        elif "InputFile" in types[name]:
            sent[name] = Attached()
        else:
            text = raw.decode()
            is_text = "String" in types[name] and not text.lstrip("-").isdigit()
            sent[name] = text if is_text else json.loads(text)
    return sent


def check_answer(method: str, answer: dict) -> None:
    if answer["ok"]:
        assert set(answer) == {"ok", "result"}
        assert fits(answer["result"], load(DOCUMENT)["methods"][method]["returns"]), answer
        return
    assert set(answer) - {"parameters"} == {"ok", "error_code", "description"}
    assert isinstance(answer["error_code"], int)
    told = load(DOCUMENT)["types"]["ResponseParameters"]["fields"]
    assert misfits(answer.get("parameters", {}), told) == []
