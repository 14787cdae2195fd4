"""OAuth of the simulated X: codes, proofs, refreshing and revoking."""

import pytest
from django.utils import timezone

from publishers.sandbox import oauth
from publishers.sandbox.models import Credential
from publishers.sandbox.registry import twin_for
from tests.sandbox.x import SCOPES, VERIFIER, code, form, tidewater, token

__all__ = ["code", "form", "tidewater"]


def test_a_code_is_good_once(anonymous, form):
    first = token(anonymous("x"), **form)
    assert first.status_code == 200
    assert first.json()["expires_in"] == 7200
    assert first.json()["scope"] == SCOPES
    assert first.json()["refresh_token"]
    again = token(anonymous("x"), **form)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": VERIFIER + "x"},
        {"code_verifier": ""},
        {"redirect_uri": "http://elsewhere.test/callback/"},
        {"code": "guessed"},
    ],
)
def test_a_code_needs_its_proof(anonymous, form, wrong):
    assert token(anonymous("x"), **(form | wrong)).status_code == 400
    assert token(anonymous("x"), **form).status_code == 200


def test_a_code_lives_thirty_seconds(anonymous, form):
    made = Credential.objects.get(kind="code")
    assert 25 < (made.expires_at - timezone.now()).total_seconds() <= 30
    Credential.objects.update(expires_at=timezone.now())
    assert token(anonymous("x"), **form).status_code == 400


def test_the_client_proves_itself(anonymous, form):
    for auth in (("drumbeat", "guess"), None):
        answer = token(anonymous("x"), auth=auth, **form)
        assert answer.status_code == 401
        assert answer.json()["error"] == "unauthorized_client"
    assert token(anonymous("x"), auth=None, **form, client_id="drumbeat").status_code == 200


def test_refreshing_rotates(anonymous, form):
    api = anonymous("x")
    old = token(api, **form).json()
    new = token(api, grant_type="refresh_token", refresh_token=old["refresh_token"]).json()
    assert new["refresh_token"] != old["refresh_token"]
    api.token = new["access_token"]
    assert api.get("2/users/me").status_code == 200
    api.token = ""
    dead = token(api, grant_type="refresh_token", refresh_token=old["refresh_token"])
    assert dead.status_code == 400
    assert "token was invalid" in dead.json()["error_description"]
    assert token(api, grant_type="refresh_token", refresh_token=new["refresh_token"]).ok


def test_no_refresh_without_offline_access(tidewater, anonymous, site):
    redirect_uri = f"{site.url}/connect/callback/"
    query = {"client_id": "drumbeat", "redirect_uri": redirect_uri, "scope": "tweet.read"}
    query |= {"code_challenge": VERIFIER, "code_challenge_method": "plain"}
    code = oauth.grant_code(twin_for("x"), tidewater, query)
    answer = token(anonymous("x"), code=code, redirect_uri=redirect_uri, code_verifier=VERIFIER)
    assert "refresh_token" not in answer.json()


def test_revoking_ends_the_whole_grant(anonymous, form):
    api = anonymous("x")
    tokens = token(api, **form).json()
    gone = api.post(
        "2/oauth2/revoke", data={"token": tokens["refresh_token"]}, auth=("drumbeat", "sandbox")
    )
    assert gone.json() == {"revoked": True}
    api.token = tokens["access_token"]
    assert api.get("2/users/me").status_code == 401
