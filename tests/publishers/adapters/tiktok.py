"""TikTok on the played server: one account, its films, and the words of its answers."""

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest

from publishers.adapters.tiktok import TikTok
from publishers.contract import Account, App
from publishers.http import Client
from tests.publishers.adapters.kit import film, post

ME = Account("-000abc", "tide", "Tide", token="hush")
V2 = "/v2/post/publish"
CREATOR, INIT, INBOX = f"{V2}/creator_info/query/", f"{V2}/video/init/", f"{V2}/inbox/video/init/"
PHOTOS, STATUS, PIECE = f"{V2}/content/init/", f"{V2}/status/fetch/", "/video/"
LIST, QUERY, USER = "/v2/video/list/", "/v2/video/query/", "/v2/user/info/"
PLACE = "https://open-upload.tiktokapis.com/video/?upload_id=67890&upload_token=Xza123"
LEVELS = ["PUBLIC_TO_EVERYONE", "SELF_ONLY"]
OPTIONS = {"privacy": "PUBLIC_TO_EVERYONE"}
BIG = 25_000_003
FILE = "tiktok/content-posting-errors.json"


def told(code="ok", **data):
    return {"data": data, "error": {"code": code, "message": "", "log_id": "1"}}


def moving(size=None):
    content = film().read() if size is None else b"\x07" * size
    digest = hashlib.sha256(content).hexdigest()
    return replace(
        film(),
        size=len(content),
        sha256=digest,
        read=lambda: content,
        opens=lambda: BytesIO(content),
    )


def clip(*media, text="Tide at nine", **options):
    return post(text, *(media or (moving(),)), options=OPTIONS | options)


@pytest.fixture
def tiktok(server):
    server.on("POST", CREATOR, 200, told(privacy_level_options=LEVELS, stitch_disabled=True))
    server.on("POST", INIT, 200, told(publish_id="v_pub_file~1", upload_url=PLACE))
    server.on("POST", INBOX, 200, told(publish_id="v_inbox_file~1", upload_url=PLACE))
    server.on("PUT", PIECE, 201)
    server.on("POST", PHOTOS, 200, told(publish_id="p_pub_url~1"))
    app = App("key", "secret", server.url, "https://web.example", moved=True)
    return TikTok(Client(trusted=(server.url,)), app, ME)
