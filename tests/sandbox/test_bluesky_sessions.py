"""Sessions of the simulated Bluesky: signing in, refreshing, handles."""

from datetime import timedelta

from django.utils import timezone

from publishers.sandbox.models import Credential
from tests.sandbox import lexicons
from tests.sandbox.bluesky import RECORDINGS, api, error, post, tidewater, write

__all__ = ["api", "tidewater", "write"]


def sign_in(api, identifier, password="demo-demo-demo-demo"):
    body = {"identifier": identifier, "password": password}
    return api.post("xrpc/com.atproto.server.createSession", json=body)


def refresh(api, token, **more):
    headers = {"Authorization": f"Bearer {token}"}
    return api.post("xrpc/com.atproto.server.refreshSession", headers=headers, **more)


def test_signing_in_by_handle_or_did(anonymous, tidewater):
    api = anonymous("bluesky")
    session = sign_in(api, "tidewater.test").json()
    if RECORDINGS.exists():
        lexicons.output("com.atproto.server.createSession", session)
    assert session["did"] == tidewater.remote_id
    assert session["didDoc"]["service"][0]["serviceEndpoint"] == api.base
    assert len(session["accessJwt"].split(".")) == 3
    by_did = sign_in(api, tidewater.remote_id)
    assert by_did.headers["RateLimit-Policy"] == "30;w=300"
    for name, secret in (("tidewater.test", "guess"), ("nobody.test", "demo-demo-demo-demo")):
        assert error(sign_in(api, name, secret)) == (401, "AuthenticationRequired")


def test_refreshing_has_a_grace(anonymous, tidewater):
    api = anonymous("bluesky")
    old = sign_in(api, "tidewater.test").json()
    new, again = (refresh(api, old["refreshJwt"]).json() for _ in range(2))
    assert new["refreshJwt"] == again["refreshJwt"] != old["refreshJwt"]
    api.token = old["accessJwt"]
    assert api.get("xrpc/com.atproto.server.getSession").json()["handle"] == "tidewater.test"
    api.token = ""
    used = Credential.objects.filter(value=old["refreshJwt"])
    used.update(used_at=timezone.now() - timedelta(hours=2, seconds=1))
    late = refresh(api, old["refreshJwt"])
    assert error(late) == (400, "ExpiredToken")
    assert "revoked" in late.json()["message"]
    assert refresh(api, new["refreshJwt"]).status_code == 200


def test_refreshing_takes_no_body_and_no_access_token(anonymous, tidewater):
    api = anonymous("bluesky")
    session = sign_in(api, "tidewater.test").json()
    assert error(refresh(api, session["refreshJwt"], json={})) == (400, "InvalidRequest")
    assert error(refresh(api, session["accessJwt"])) == (400, "InvalidToken")


def test_an_expired_access_token_is_a_400(api, write):
    Credential.objects.update(expires_at=timezone.now())
    assert error(write("createRecord", post())) == (400, "ExpiredToken")
    api.token = "garbage"
    assert error(api.get("xrpc/com.atproto.server.getSession")) == (400, "InvalidToken")
    api.token = ""
    assert error(api.get("xrpc/com.atproto.server.getSession")) == (401, "AuthMissing")


def test_handles(anonymous, tidewater):
    api = anonymous("bluesky")
    found = api.get("xrpc/com.atproto.identity.resolveHandle?handle=tidewater.test")
    assert found.json() == {"did": tidewater.remote_id}
    missing = api.get("xrpc/com.atproto.identity.resolveHandle?handle=nobody.test")
    assert error(missing) == (400, "HandleNotFound")
    assert api.get("xrpc/app.bsky.actor.getProfile?actor=nobody.test").status_code == 400
    where = "repo=tidewater.test&collection=app.bsky.actor.profile&rkey=self"
    profile = api.get(f"xrpc/com.atproto.repo.getRecord?{where}").json()
    assert profile["value"]["displayName"] == "Tidewater"
    assert profile["uri"] == f"at://{tidewater.remote_id}/app.bsky.actor.profile/self"
