"""Discord on the played server: one webhook, its channel, and the vendor's OpenAPI of webhooks.

Vectors: discord/openapi-webhooks-subset.json.
"""

from typing import Any

import pytest

from publishers.adapters.discord import Discord
from publishers.contract import Account
from tests.contracts.openapi import Document
from tests.contracts.vectors import load

KEY = "110201543/hush-AAHdqTcvCH1vGWJxfSeofSAs0K5PALD"
SERVER, CHANNEL = "81384788765712384", "155101607195836416"
ME = Account(f"{SERVER}/{CHANNEL}", "Tidewater", "Tidewater", token=KEY)
HOOK = f"/api/v10/webhooks/{KEY}"
MESSAGE = f"{HOOK}/messages/42"
NUMBER = "@110201543/42"
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

DOCUMENT = Document(load("discord/openapi-webhooks-subset.json"), base="/api/v10")


def check_answer(method: str, path: str, answer) -> None:
    """A refusal names what is wrong with a field by a word, where the document has a number."""
    status, body = answer.status_code, answer.json() if answer.content else None
    if status >= 400 and status != 429:
        DOCUMENT.valid(body, DOCUMENT.components["schemas"]["Error"])
    else:
        DOCUMENT.check_answer(method, path, status, body)
