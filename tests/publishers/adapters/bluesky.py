"""Bluesky on the played server: one account, and the addresses of its calls."""

import pytest

from publishers.adapters.bluesky import Bluesky
from publishers.contract import Account

DID = "did:plc:2bcyhwo3pzc62zfylwvlsqw7"
ME = Account(DID, "tide.test", "Tide", token="hush")
BLOB = {"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": "image/png", "size": 129}


def xrpc(name):
    return f"/xrpc/{name}"


POST = "app.bsky.feed.post"
REF = {"uri": f"at://did:plc:ana/{POST}/3n2sqezd3trbf", "cid": "bafyreigh2akiscaildc"}
PUT, UPLOAD = xrpc("com.atproto.repo.putRecord"), xrpc("com.atproto.repo.uploadBlob")
GET, RESOLVE = xrpc("com.atproto.repo.getRecord"), xrpc("com.atproto.identity.resolveHandle")
WRITES, POSTS = xrpc("com.atproto.repo.applyWrites"), xrpc("app.bsky.feed.getPosts")
CREATE, REFRESH = (
    xrpc("com.atproto.server.createSession"),
    xrpc("com.atproto.server.refreshSession"),
)


@pytest.fixture
def sky(server):
    server.on("POST", UPLOAD, 200, {"blob": BLOB})
    return server.adapter(Bluesky, ME)
