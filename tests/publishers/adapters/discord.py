"""Discord on the played server: one webhook, its channel, and the vendor's OpenAPI of webhooks.

Vectors: discord/openapi-webhooks-subset.json.
"""

import re
from typing import Any

import jsonschema
import pytest

from publishers.adapters.discord import Discord
from publishers.contract import Account
from tests.contracts.vectors import load

KEY = "110201543/hush-AAHdqTcvCH1vGWJxfSeofSAs0K5PALD"
SERVER, CHANNEL = "81384788765712384", "155101607195836416"
ME = Account(f"{SERVER}/{CHANNEL}", "Tidewater", "Tidewater", token=KEY)
HOOK = f"/api/v10/webhooks/{KEY}"
MESSAGE = f"{HOOK}/messages/42"
LINK = f"https://web.example/channels/{SERVER}/{CHANNEL}/42"
ABOUT = {
    "application_id": None,
    "avatar": "a1b2",
    "channel_id": CHANNEL,
    "guild_id": SERVER,
    "id": "110201543",
    "name": "Tidewater",
    "type": 1,
}
SENT = {"id": "42", "channel_id": CHANNEL, "content": "Tide at nine"}
# What is not said in these words elsewhere.
YES = {"channel_id": CHANNEL, "guild_id": SERVER}


def no(status: int, code: int, words: str = "No", **more: Any) -> tuple[int, dict]:
    return status, {"code": code, "message": words, **more}


@pytest.fixture
def hook(server) -> Discord:
    server.on("GET", HOOK, 200, ABOUT)
    server.on("POST", HOOK, 200, SENT)
    server.on("PATCH", MESSAGE, 200, SENT)
    server.on("DELETE", MESSAGE, 204)
    return server.adapter(Discord, ME)


# -- what the specification says

DOCUMENT = "discord/openapi-webhooks-subset.json"
PREFIX = "/api/v10"


def valid(value: Any, schema: dict) -> None:
    jsonschema.validate(value, {**schema, "components": load(DOCUMENT)["components"]})


def operation(method: str, path: str) -> dict:
    """Of the paths that fit the one with the fewest parameters."""
    paths = load(DOCUMENT)["paths"]
    for shape in sorted(paths, key=lambda one: one.count("{")):
        pattern = re.sub(r"\{\w+\}", "[^/]+", shape)
        if re.fullmatch(pattern, path) and method.lower() in paths[shape]:
            return paths[shape][method.lower()]
    raise AssertionError(f"{method} {path} is not in the document")


def check_answer(method: str, path: str, answer) -> None:
    """A refusal has the platform's shape too; it names what is wrong with a field by a word."""
    told = operation(method, path)["responses"]
    if answer.status_code == 204:
        assert "204" in told
        return
    schemas = load(DOCUMENT)["components"]["schemas"]
    if answer.status_code == 429:
        valid(answer.json(), schemas["RatelimitedResponse"])
    elif answer.status_code >= 400:
        valid(answer.json(), schemas["Error"])
    else:
        valid(answer.json(), told[str(answer.status_code)]["content"]["application/json"]["schema"])
