"""OAuth of the simulated LinkedIn: codes, refreshing, scopes and the consent page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publishers.sandbox import oauth
from publishers.sandbox.models import Credential
from publishers.sandbox.registry import twin_for
from tests.sandbox.linkedin import MEMBER, PARTNER, ines

__all__ = ["ines"]


@pytest.fixture
def granted(site, ines):
    redirect_uri = f"{site.url}/connect/callback/"

    def make(scope):
        query = {"client_id": "drumbeat", "redirect_uri": redirect_uri, "scope": scope}
        code = oauth.grant_code(twin_for("linkedin"), ines, query)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return form | {"client_id": "drumbeat", "client_secret": "sandbox"}

    return make


def test_a_code_with_the_secret_in_the_body(anonymous, granted):
    form, api = granted(MEMBER), anonymous("linkedin")
    bad = api.post("oauth/v2/accessToken", data=form | {"client_secret": "guess"})
    assert (bad.status_code, bad.json()["error"]) == (401, "invalid_client")
    tokens = api.post("oauth/v2/accessToken", data=form).json()
    assert tokens["expires_in"] == 5_184_000
    assert "refresh_token" not in tokens
    assert api.post("oauth/v2/accessToken", data=form).status_code == 400


def test_partners_refresh_and_the_refresh_token_stays(anonymous, granted):
    api = anonymous("linkedin")
    tokens = api.post("oauth/v2/accessToken", data=granted(PARTNER)).json()
    assert tokens["refresh_token_expires_in"] == 31_536_000
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    form |= {"client_id": "drumbeat", "client_secret": "sandbox"}
    new = api.post("oauth/v2/accessToken", data=form).json()
    assert new["refresh_token"] == tokens["refresh_token"]
    assert new["access_token"] != tokens["access_token"]
    ends = timezone.now() + timedelta(days=3)
    Credential.objects.filter(kind="refresh").update(expires_at=ends)
    assert api.post("oauth/v2/accessToken", data=form).json()["expires_in"] <= 3 * 86_400
    Credential.objects.filter(kind="refresh").update(expires_at=timezone.now())
    dead = api.post("oauth/v2/accessToken", data=form)
    assert (dead.status_code, dead.json()["error"]) == (400, "invalid_grant")


def test_other_scopes_end_older_tokens(anonymous, granted):
    api = anonymous("linkedin")
    old = api.post("oauth/v2/accessToken", data=granted(MEMBER)).json()["access_token"]
    new = api.post("oauth/v2/accessToken", data=granted(PARTNER)).json()["access_token"]
    api.token = old
    assert api.get("v2/userinfo").status_code == 401
    api.token = new
    assert api.get("v2/userinfo").status_code == 200
    secret = {"client_id": "drumbeat", "client_secret": "sandbox", "token": new}
    assert api.post("oauth/v2/revoke", data=secret).status_code == 200
    assert api.get("v2/userinfo").status_code == 401


def test_consent_shows_pages_and_names_its_denial(client, ines):
    query = {
        "response_type": "code",
        "client_id": "drumbeat",
        "redirect_uri": "http://testserver/connect/callback/",
        "state": "s",
        "scope": PARTNER,
    }
    address = "/sandbox/linkedin/oauth/v2/authorization"
    page = client.get(address, query)
    assert "also runs Harbour Trust, Tidewater" in page.text
    denied = client.post(f"{address}?{page.request['QUERY_STRING']}", {"decision": "deny"})
    assert denied["Location"].endswith("/connect/callback/?error=user_cancelled_authorize&state=s")
    bad = client.get(address, query | {"scope": "r_member_social"})
    assert "error=unauthorized_scope_error" in bad["Location"]
