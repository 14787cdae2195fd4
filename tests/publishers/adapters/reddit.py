"""Reddit on the played server: one account in one subreddit, and a store for uploads."""

import pytest

from publishers.adapters.reddit import Reddit
from publishers.contract import Account, App
from publishers.http import Client
from tests.publishers.adapters.kit import post

ME = Account("t2_6hk60", "tide_water", token="hush")
SUBMIT, GALLERY, COMMENT = "/api/submit", "/api/submit_gallery_post.json", "/api/comment"
RULES, FLAIRS = "/api/v1/tides/post_requirements", "/r/tides/api/link_flair_v2"
SUBMITTED, COMMENTS = "/user/tide_water/submitted", "/user/tide_water/comments"
LEASE, INFO, ABOUT_ME = "/api/media/asset.json", "/api/info", "/api/v1/me"
ADDRESS = "https://www.reddit.com/r/tides/comments/4bbe4m/tide_at_nine/"
STORE = "reddit-uploaded-media.s3-accelerate.amazonaws.com"
MADE = {"url": ADDRESS, "id": "4bbe4m", "name": "t3_4bbe4m"}


def done(**data):
    return {"json": {"errors": [], "data": data}}


def refused(code, words="no", field="sr"):
    return {"json": {"errors": [[code, words, field]]}}


def lease(asset="pb7qsvi6i3c51", store=STORE):
    fields = {"acl": "public-read", "key": f"rte_images/{asset}", "policy": "eyJ"}
    listed = [{"name": name, "value": value} for name, value in fields.items()]
    return {"args": {"action": f"//{store}", "fields": listed}, "asset": {"asset_id": asset}}


def adapter_of(server, account=ME):
    app = App("client", "secret", server.url, "https://web.example", moved=True)
    return Reddit(Client(trusted=(server.url,)), app, account)


def titled(text="The pier is dry until five.", *media, **more):
    options = {"subreddit": "tides", **more.pop("options", {})}
    return post(text, *media, **{"title": "Tide at nine", "options": options, **more})


@pytest.fixture
def quiet(server):
    """Without a script."""
    return adapter_of(server)


@pytest.fixture
def reddit(server):
    server.on("GET", RULES, 200, {"is_flair_required": False})
    server.on("POST", LEASE, 200, lease())
    server.on("POST", "/", 201)
    server.on("POST", SUBMIT, 200, done(**MADE))
    server.on("POST", GALLERY, 200, done(url=ADDRESS, id="t3_4bbe4m"))
    return adapter_of(server)
