"""The consent dance over real HTTP: what is asked, what is refused, and what connects nothing."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from publishers import crypto, oauth, registry
from publishers.contract import Reconnect, Rejected, Tokens, TryLater
from publishers.models import Channel, OAuthState
from publishers.registrations import Door
from tests.publishers.dance import (
    CALLBACK,
    CHANNELS,
    CONNECT,
    chooser_of,
    come_back,
    dance,
    leave,
    nothing_connected,
)

# -- the way there


def test_the_authorize_address_carries_exactly_what_the_platform_needs(
    as_user, alice, platform, settings
):
    response = as_user(alice).post(CONNECT)
    url = response.headers["Refresh"].removeprefix("0; url=")
    assert url.startswith(f"{platform.origin}/authorize?")
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    row = OAuthState.objects.get()
    verifier = crypto.decrypt(row.verifier, row=row.row("verifier"))
    assert query == {
        "response_type": "code",
        "client_id": "tide-client",
        "redirect_uri": f"{settings.SITE_URL}/connect/tide/callback/",
        "scope": "read write offline",
        "state": query["state"],
        "code_challenge": oauth.challenge(verifier),
        "code_challenge_method": "S256",
    }
    assert len(query["state"]) >= 43
    assert 43 <= len(verifier) <= 128
    assert url.replace("&", "&amp;") in response.content.decode()


def test_the_redirect_address_does_not_follow_the_host_header(as_user, alice, platform, settings):
    settings.ALLOWED_HOSTS = ["*"]
    response = as_user(alice).post(CONNECT, headers={"host": "evil.test"})
    assert "evil.test" not in response.headers["Refresh"]


def test_state_and_verifier_are_not_readable_in_the_database(as_user, alice, platform):
    query = leave(as_user(alice))
    row = OAuthState.objects.get()
    assert query["state"] not in str(vars(row))
    assert oauth.challenge(row.verifier) != query["code_challenge"]


# -- back, and connected


def test_one_account_is_connected_at_once_with_its_tokens_sealed(as_user, alice, platform):
    response = dance(as_user(alice), platform)
    assert response.status_code == 302
    assert response.headers["Location"] == CHANNELS
    channel = Channel.objects.select_related("grant", "team").get()
    assert (channel.team.slug, channel.platform, channel.remote_id) == ("tidewater", "tide", "t1")
    assert (channel.state, channel.connected_by) == ("connected", alice)
    grant = channel.grant
    assert crypto.decrypt(grant.access_token, row=grant.row("access")) == "canary-access-1"
    assert crypto.decrypt(grant.refresh_token, row=grant.row("refresh")) == "canary-refresh-1"
    assert "canary" not in str(vars(grant))
    assert timedelta(minutes=119) < grant.expires_at - timezone.now() < timedelta(minutes=121)
    assert OAuthState.objects.get().tokens == ""
    assert OAuthState.objects.get().verifier == ""


def test_the_code_is_traded_with_basic_authentication_and_the_verifier(as_user, alice, platform):
    dance(as_user(alice), platform)
    path, form, headers = platform.forms[0]
    assert path == "/token"
    assert headers["Authorization"].startswith("Basic ")
    assert "client_secret" not in form
    assert form["redirect_uri"].endswith(CALLBACK)
    assert form["grant_type"] == "authorization_code"


def test_client_secret_in_the_body_where_the_platform_wants_it(platform, monkeypatch):
    auth = Door("tide").oauth
    monkeypatch.setattr(
        registry.ADAPTERS["tide"],
        "spec",
        _with_auth(registry.spec_for("tide"), auth, client_auth="body"),
    )
    oauth.refresh(Door("tide"), "nothing")
    _, form, headers = platform.forms[0]
    assert form["client_secret"] == "canary-client-secret"
    assert "Authorization" not in headers


def _with_auth(spec, auth, **changes):
    values = {**vars(spec), "auth": type(auth)(**{**vars(auth), **changes})}
    return type(spec)(**values)


@pytest.mark.parametrize("method", ["post", "put", "delete", "head"])
def test_only_get_comes_back(as_user, alice, platform, method):
    client = as_user(alice)
    query = leave(client)
    assert getattr(client, method)(f"{CALLBACK}?state={query['state']}&code=x").status_code == 405
    assert OAuthState.objects.get().used_at is None


def test_signed_out_people_are_sent_to_sign_in(client, db, platform):
    assert client.get(CALLBACK).headers["Location"].startswith("/accounts/login/")


def test_an_unknown_platform_is_not_found(as_user, alice):
    assert as_user(alice).get(reverse("publishers:callback", args=["nowhere"])).status_code == 404


# -- people and platforms that say no


def test_denied_consent_says_so_and_how_to_go_on(as_user, alice, platform):
    client = as_user(alice)
    query = leave(client)
    page = nothing_connected(
        client.get(CALLBACK, {"state": query["state"], "error": "access_denied"}), 403
    )
    assert "You chose not to allow Drumbeat on Tide" in page
    assert CHANNELS in page


def test_an_error_text_from_the_platform_is_not_shown(as_user, alice, platform):
    client = as_user(alice)
    query = leave(client)
    answer = {
        "state": query["state"],
        "error": "server_error",
        "error_description": "<script>alert(1)</script>",
    }
    page = nothing_connected(client.get(CALLBACK, answer), 400)
    assert "alert(1)" not in page


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ((500, {}), 503),
        ((429, {}), 503),
        ((200, {}), 503),
        ((200, []), 503),
        ((200, {"access_token": 7}), 503),
        ((401, {"error": "invalid_client"}), 503),
        ((400, {"error": "invalid_grant"}), 400),
        ((400, {"error": {"message": "nested"}}), 503),
    ],
)
def test_bad_answers_of_the_token_endpoint_connect_nothing(
    as_user, alice, platform, answer, status
):
    client = as_user(alice)
    query = leave(client)
    platform.answer = answer
    page = nothing_connected(come_back(client, platform, query), status)
    assert "Nothing was connected" in page


def test_a_platform_that_is_down_connects_nothing(as_user, alice, platform, monkeypatch):
    client = as_user(alice)
    query = leave(client)
    monkeypatch.setenv("PLATFORM_TIDE_API_URL", "http://127.0.0.1:1")
    page = nothing_connected(come_back(client, platform, query), 503)
    assert "could not be reached" in page


def test_an_account_without_anything_to_post_to(as_user, alice, platform):
    platform.accounts = []
    assert "nothing to post to" in nothing_connected(dance(as_user(alice), platform), 400)


def test_an_unset_platform_says_what_to_set(as_user, alice, platform, monkeypatch, settings):
    monkeypatch.setenv("PLATFORM_TIDE_CLIENT_ID", "")
    page = as_user(alice).get(CONNECT).content.decode()
    for words in (
        "PLATFORM_TIDE_CLIENT_ID",
        "PLATFORM_TIDE_CLIENT_SECRET",
        f"{settings.SITE_URL}/connect/tide/callback/",
        "developers.tide.test",
    ):
        assert words in page
    assert as_user(alice).post(CONNECT).status_code == 409
    assert OAuthState.objects.count() == 0


# -- tokens and the wire


def test_refresh_answers_outcomes(platform):
    tokens = platform.new_tokens()
    renewed = oauth.refresh(Door("tide"), tokens["refresh_token"])
    assert isinstance(renewed, Tokens)
    assert renewed.access == "canary-access-2"
    assert isinstance(oauth.refresh(Door("tide"), tokens["refresh_token"]), Reconnect)
    platform.answer = (400, {"error": "invalid_request", "error_description": "token was invalid"})
    assert isinstance(oauth.refresh(Door("tide"), "x"), Reconnect)
    platform.answer = (401, {})
    assert isinstance(oauth.refresh(Door("tide"), "x"), Reconnect)
    platform.answer = (200, {"error": "invalid_grant"})
    assert isinstance(oauth.refresh(Door("tide"), "x"), Reconnect)
    platform.answer = (400, {"message": "Bad Request", "error": 400})
    assert isinstance(oauth.refresh(Door("tide"), "x"), Reconnect)
    platform.answer = (200, {"error": "temporarily_unavailable"})
    assert isinstance(oauth.refresh(Door("tide"), "x"), TryLater)
    platform.answer = (401, {"error": "invalid_client"})
    assert isinstance(oauth.refresh(Door("tide"), "x"), Rejected)
    platform.answer = (503, {})
    assert isinstance(oauth.refresh(Door("tide"), "x"), TryLater)
    platform.answer = (429, {})
    limited = oauth.refresh(Door("tide"), "x")
    assert isinstance(limited, TryLater)
    assert limited.rate_limited


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(3600, 3600), ("3600", 3600), (3600.9, 3600), (None, None), ("soon", None), (0, None)],
)
def test_lifetimes_in_any_spelling(platform, said, seconds):
    platform.answer = (200, {"access_token": "a", "expires_in": said})
    assert oauth.refresh(Door("tide"), "x").expires_in == seconds


def test_tokens_and_secrets_reach_neither_log_nor_page_nor_session(
    as_user, alice, team, platform, caplog
):
    caplog.set_level("DEBUG")
    client = as_user(alice)
    query = leave(client)
    pages = [come_back(client, platform, query, code="canary-code").content.decode()]
    query = leave(client)
    come_back(client, platform, query)
    pages += [client.get(path).content.decode() for path in (CHANNELS, CONNECT)]
    said = "\n".join([*pages, caplog.text, str(dict(client.session))])
    assert Channel.objects.count() == 1
    assert "canary" not in said
    assert query["state"] not in said


def test_every_page_of_the_dance_is_not_kept_by_caches(as_user, alice, platform):
    client = as_user(alice)
    for response in (client.post(CONNECT), client.get(CALLBACK, {"state": "x"})):
        assert "no-store" in response.headers["Cache-Control"]


# -- who may


@pytest.mark.parametrize("method", ["get", "post"])
def test_editors_and_viewers_may_not_connect_and_outsiders_see_nothing(
    as_user, bob, vera, mallory, platform, method
):
    for person, status in ((bob, 403), (vera, 403), (mallory, 404)):
        for path in (CONNECT, chooser_of(1)):
            assert getattr(as_user(person), method)(path).status_code == status
    assert OAuthState.objects.count() == 0


def test_an_unknown_platform_cannot_be_connected(as_user, alice):
    url = reverse("publishers:connect", args=["tidewater", "nowhere"])
    assert as_user(alice).get(url).status_code == 404
