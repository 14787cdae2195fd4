"""The consent page of the simulated X: allowed, denied, mistaken and unsafe."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from publishers.sandbox.models import Credential
from tests.sandbox.x import CHALLENGE, SCOPES, code, form, tidewater, token

__all__ = ["code", "form", "tidewater"]


@pytest.fixture
def consent(site, tidewater):
    redirect_uri = f"{site.url}/connect/callback/"

    def address(**changes):
        query = {
            "response_type": "code",
            "client_id": "drumbeat",
            "redirect_uri": redirect_uri,
            "scope": SCOPES,
            "state": "s1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changes
        kept = {name: value for name, value in query.items() if value is not None}
        return (
            requests.Request("GET", f"{site.url}/sandbox/x/i/oauth2/authorize", params=kept)
            .prepare()
            .url
        )

    return address


def decide(address, **form):
    browser = requests.Session()
    page = browser.get(address, timeout=5)
    csrf = browser.cookies["csrftoken"]
    return page, browser.post(
        address, data={"csrfmiddlewaretoken": csrf, **form}, allow_redirects=False, timeout=5
    )


def test_allowing_gives_a_code_that_works(consent, anonymous, tidewater, form):
    page, answer = decide(consent(), decision="allow", account=tidewater.pk)
    assert page.status_code == 200
    assert "Upload pictures and videos for you" in page.text
    assert "media.write" in page.text
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/connect/callback/"
    query = parse_qs(back.query)
    assert query["state"] == ["s1"]
    assert token(anonymous("x"), **(form | {"code": query["code"][0]})).status_code == 200


def test_denying_says_so(consent):
    _, answer = decide(consent(), decision="deny")
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {
        "error": ["access_denied"],
        "state": ["s1"],
    }
    assert not Credential.objects.exists()


def test_an_account_must_be_chosen(consent):
    _, answer = decide(consent(), decision="allow", account="999999")
    assert answer.status_code == 422
    assert "Choose the account" in answer.text


def test_consent_needs_the_page_it_came_from(consent):
    assert requests.post(consent(), data={"decision": "allow"}, timeout=5).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "somebody"},
        {"redirect_uri": "http://evil.test/callback/"},
        {"redirect_uri": "/callback/"},
        {"redirect_uri": None},
    ],
)
def test_an_unsafe_request_is_not_sent_back(consent, wrong):
    answer = requests.get(consent(**wrong), allow_redirects=False, timeout=5)
    assert answer.status_code == 400
    assert "not valid" in answer.text


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "dm.read"}, "invalid_scope"),
        ({"state": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
    ],
)
def test_a_mistaken_request_is_sent_back_with_its_error(consent, wrong, error):
    answer = requests.get(consent(**wrong), allow_redirects=False, timeout=5)
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["error"] == [error]
