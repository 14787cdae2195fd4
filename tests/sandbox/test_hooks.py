"""What a platform tells this installation: signed, kept, sent again, forged."""

import hashlib
import hmac
import json

import pytest
from django.urls import reverse

from publishers.sandbox import accounts, hooks
from publishers.sandbox.models import Account, Credential, HookCall, RemotePost
from publishers.sandbox.registry import TWINS
from publishers.sandbox.twin import HookRequest
from tests.publishers.adapters.kit import Server

pytestmark = pytest.mark.django_db
TELLER = type(TWINS["x"])


class Teller(TELLER):
    """The simulated X, if it told things more plainly."""

    tells = ("published", "comment", "revoked")

    def hook(self, happening):
        post = happening.post.remote_id if happening.post else ""
        body = json.dumps({"id": happening.id, "kind": happening.kind, "post": post}).encode()
        signed = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
        return HookRequest(body, {"X-Signature": signed, "Content-Type": "application/json"})


@pytest.fixture
def drumbeat(settings):
    """Our own address, played by a server that notes what comes."""
    with Server() as running:
        settings.SITE_URL = running.url
        running.on("POST", reverse("publishers:hook", args=["x"]), 200, {"ok": True})
        yield running


@pytest.fixture
def twin(monkeypatch):
    made = Teller()
    monkeypatch.setitem(TWINS, "x", made)
    return made


@pytest.fixture
def post() -> RemotePost:
    tidewater = accounts.create("x", "tidewater", "Tidewater")
    return RemotePost.objects.create(account=tidewater, remote_id="1799", text="Tide at nine")


def genuine(request) -> bool:
    signed = hmac.new(b"secret", request.body, hashlib.sha256).hexdigest()
    return request.headers["X-Signature"] == signed


def test_it_is_signed_posted_and_kept(drumbeat, twin, post):
    call = hooks.send(twin, post.account, "published", post=post)
    [request] = drumbeat.requests
    assert request.path == "/hooks/x/"
    assert request.json["post"] == "1799"
    assert genuine(request)
    assert (call.status, call.kind, call.forged) == (200, "published", False)
    assert "ok" in call.answer


def test_the_same_again_letter_by_letter_and_forged_not(drumbeat, twin, post):
    call = hooks.send(twin, post.account, "published", post=post)
    hooks.again(call)
    first, second = drumbeat.requests
    assert first.body == second.body
    assert genuine(second)
    false = hooks.forged(call)
    assert false.forged
    assert not genuine(drumbeat.requests[-1])
    assert drumbeat.requests[-1].json["post"] == "1799"


def test_nobody_there(twin, post, settings):
    settings.SITE_URL = "http://127.0.0.1:9"
    call = hooks.send(twin, post.account, "published", post=post)
    assert (call.status, call.answer) == (0, "ConnectionError")


def test_somebody_comments(drumbeat, twin, post):
    hooks.comment(twin, post)
    answer = post.answers.get()
    assert answer.account != post.account
    assert drumbeat.requests[0].json == {
        "id": drumbeat.requests[0].json["id"],
        "kind": "comment",
        "post": answer.remote_id,
    }


# -- the pages


def test_buttons_on_the_page_of_a_post(client, drumbeat, twin, post):
    page = client.get("/sandbox/x/tidewater/status/1799").text
    assert "Comment on it and tell Drumbeat" in page
    assert "Tell Drumbeat: published" in page
    for kind in ("comment", "published"):
        told = client.post(reverse("sandbox:hook_tell", args=[post.pk]), {"kind": kind})
        assert told["Location"] == reverse("sandbox:hooks")
    assert HookCall.objects.count() == 2
    wrong = client.post(reverse("sandbox:hook_tell", args=[post.pk]), {"kind": "applause"})
    assert wrong.status_code == 404


def test_the_list_and_its_buttons(client, drumbeat, twin, post):
    assert "Nothing told yet" in client.get(reverse("sandbox:hooks")).text
    call = hooks.send(twin, post.account, "published", post=post)
    page = client.get(reverse("sandbox:hooks")).text
    assert "X-Signature" in page
    assert "1799" in page
    again = reverse("sandbox:hook_again", args=[call.pk])
    assert client.post(again).status_code == 302
    assert client.post(again, {"forged": "yes"}).status_code == 302
    assert HookCall.objects.filter(forged=True).count() == 1
    assert client.get(again).status_code == 405
    assert "forged" in client.get(reverse("sandbox:hooks")).text


def test_withdrawing_access(client, drumbeat, twin, post):
    accounts.mint_tokens(post.account)
    address = reverse("sandbox:hook_withdraw", args=["x", "tidewater"])
    assert client.post(address)["Location"] == reverse("sandbox:hooks")
    assert not Credential.objects.filter(revoked_at=None).exists()
    assert drumbeat.requests[0].json["kind"] == "revoked"


def test_withdrawing_where_nothing_is_told(client):
    account = accounts.create("bluesky", "tidewater.test")
    accounts.mint_tokens(account)
    address = reverse("sandbox:hook_withdraw", args=["bluesky", "tidewater.test"])
    told = client.post(address)
    assert told["Location"] == reverse("sandbox:account_faults", args=["bluesky", "tidewater.test"])
    assert not HookCall.objects.exists()
    assert Account.objects.filter(platform="bluesky").exists()
