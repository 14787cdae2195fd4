"""YouTube on the played server: one channel, its videos, and the words of its answers."""

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest

from publishers.adapters.youtube import YouTube
from publishers.contract import Account, App
from publishers.http import Client
from tests.publishers.adapters.kit import film, post

ME = Account("UC7", "tide", "Tide", token="hush")
V3 = "/youtube/v3"
VIDEOS, CHANNELS, ITEMS = f"{V3}/videos", f"{V3}/channels", f"{V3}/playlistItems"
THREADS, COMMENTS = f"{V3}/commentThreads", f"{V3}/comments"
UPLOAD, COVER = f"/upload{V3}/videos", f"/upload{V3}/thumbnails/set"
REPORTS = "/v2/reports"
PLACE = f"https://www.googleapis.com{UPLOAD}?uploadType=resumable&upload_id=AHxyz"
VIDEO = "dQw4w9WgXcQ"
ADDRESS = f"https://web.example/watch?v={VIDEO}"
OPTIONS = {"made_for_kids": "no"}
BIG = 25_000_003
PIECE = 40 * 256 * 1024
# What it says of a video that is there and seen by everyone.
YES = {
    "status": {"uploadStatus": "processed", "privacyStatus": "public"},
    "items": [
        {
            "id": "42",
            "status": {"uploadStatus": "processed", "privacyStatus": "public"},
            "contentDetails": {"videoId": "42", "relatedPlaylists": {"uploads": "UU7"}},
            "snippet": {
                "title": "Tide",
                "topLevelComment": {"id": "43", "snippet": {"authorChannelId": {"value": "UC7"}}},
            },
            "statistics": {"viewCount": "7", "subscriberCount": "9"},
        }
    ],
}
HEADERS = {"Location": PLACE}


def resource(privacy="private", state="uploaded", **more):
    status = {"privacyStatus": privacy, "uploadStatus": state, **more}
    return {"kind": "youtube#video", "id": VIDEO, "status": status}


def listed(*rows):
    return {"kind": "youtube#videoListResponse", "items": list(rows)}


def refusal(status, reason, words="No"):
    errors = [{"message": words, "domain": "youtube", "reason": reason}]
    return {"error": {"code": status, "message": words, "errors": errors}}


def moving(size=None):
    content = film().read() if size is None else bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    digest = hashlib.sha256(content).hexdigest()
    return replace(
        film(),
        size=len(content),
        sha256=digest,
        read=lambda: content,
        opens=lambda: BytesIO(content),
    )


def clip(*media, text="Tide at nine", title="High water", **options):
    chosen = OPTIONS | options
    return post(text, *(media or (moving(),)), title=title, options=chosen)


@pytest.fixture
def youtube(server):
    server.on("POST", UPLOAD, 200, None, Location=PLACE)
    server.on("PUT", UPLOAD, 200, resource())
    server.on("GET", VIDEOS, 200, listed(resource(state="processed")))
    server.on("PUT", VIDEOS, 200, resource("public", "processed"))
    app = App("key", "secret", server.url, "https://web.example", moved=True)
    return YouTube(Client(trusted=(server.url,)), app, ME)
