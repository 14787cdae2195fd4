"""The simulated Mastodon: apps, what people let them do, and tokens."""

import pytest
import requests

from publishers.sandbox.models import Account
from tests.sandbox.mastodon import POSTS, posted, tidewater

__all__ = ["tidewater"]


@pytest.fixture
def app(anonymous, site):
    made = anonymous("mastodon").post(
        "api/v1/apps",
        data={
            "client_name": "Drumbeat",
            "redirect_uris": f"{site.url}/connect/mastodon/callback/",
            "scopes": "read write",
        },
    )
    return made.json()


def consented(site, app, scope="read write", **more):
    """The code that a person's yes gives."""
    query = {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": f"{site.url}/connect/mastodon/callback/",
        "scope": scope,
        **more,
    }
    browser = requests.Session()
    address = f"{site.url}/sandbox/mastodon/oauth/authorize"
    page = browser.get(address, params=query, timeout=20)
    assert page.status_code == 200, page.text
    account = Account.objects.get(platform="mastodon", handle="tidewater")
    form = {
        "account": str(account.pk),
        "decision": "allow",
        "csrfmiddlewaretoken": page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0],
    }
    back = browser.post(
        address, params=query, data=form, allow_redirects=False, timeout=20
    ).headers["Location"]
    return back.partition("code=")[2]


def traded(api, app, code, **more):
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": app["redirect_uri"],
        **more,
    }
    return api.post("oauth/token", data=form)


def test_an_app_registers_itself_and_is_let_in(site, anonymous, tidewater, app):
    assert app["client_secret_expires_at"] == 0
    api = anonymous("mastodon")
    code = consented(site, app)
    assert traded(api, app, code, client_secret="guess").status_code == 401
    token = traded(api, app, code).json()
    assert token["scope"] == "read write"
    assert not {"refresh_token", "expires_in"} & set(token)
    api.token = token["access_token"]
    assert api.get("api/v1/accounts/verify_credentials").json()["username"] == "tidewater"
    api.token = ""
    again = traded(api, app, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    secret = {name: app[name] for name in ("client_id", "client_secret")}
    assert api.post("oauth/revoke", data={"token": token["access_token"], **secret}).json() == {}
    api.token = token["access_token"]
    refused = api.get("api/v1/accounts/verify_credentials")
    assert (refused.status_code, refused.json()["error"]) == (401, "The access token is invalid")


def test_an_app_without_an_address_is_none(anonymous):
    assert anonymous("mastodon").post("api/v1/apps", data={"client_name": "x"}).status_code == 422


def test_rights_are_asked_for_at_every_call(connect, tidewater):
    api = connect(tidewater, ("read:statuses",))
    refused = posted(api)
    assert refused.status_code == 403
    assert "outside the authorized scopes" in refused.json()["error"]
    assert connect(tidewater, ("write",)).post(POSTS, json={"status": "x"}).ok
