"""Mastodon on the played server: one account, its files, and a post as clients see it."""

from dataclasses import replace

import pytest

from publishers.adapters.mastodon import Mastodon
from publishers.contract import Account, Media
from tests.publishers.adapters.kit import NOON, Memory, picture, post
from tests.sandbox.films import mp4

ME = Account("7001@tide.example", "tide@tide.example", "Tide", token="hush")
STATUSES = "/api/v1/statuses"
MEDIA = "/api/v2/media"
TIMELINE = "/api/v1/accounts/7001/statuses"
SCOPES = {"error": "This action is outside the authorized scopes"}
INSTANCE = {
    "configuration": {
        "media_attachments": {"video_size_limit": 90_000, "supported_mime_types": ["video/mp4"]}
    }
}


@pytest.fixture
def mastodon(server):
    server.on("POST", MEDIA, 200, {"id": "11", "url": "https://files.example/11"})
    return server.adapter(Mastodon, ME)


def film(alt: str = "The tide comes in", **more) -> Media:
    return replace(picture(alt, mp4()), mime="video/mp4", seconds=12.5, **more)


def status(number="1", text="<p>Tide at nine</p>", moment=NOON, **more):
    return {
        "id": number,
        "url": f"https://tide.example/@tide/{number}",
        "created_at": f"{moment:%Y-%m-%dT%H:%M:%S}.120Z",
        "content": text,
        "spoiler_text": "",
        "sensitive": False,
        "in_reply_to_id": None,
        "media_attachments": [],
        **more,
    }


def publish(server, adapter, code=200, body=None, payload=None, step=None, **headers):
    server.on("POST", STATUSES, code, status() if body is None else body, **headers)
    return adapter.publish(payload or post(), step or Memory())
