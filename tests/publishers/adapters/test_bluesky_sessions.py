"""Sessions of Bluesky: signing in, where the account lives, refreshing, what refusals mean."""

import base64
import json
import time

import pytest

from publishers.adapters.bluesky import Bluesky
from publishers.contract import Account, Reconnect, Rejected, TryLater
from tests.publishers.adapters.bluesky import CREATE, DID, GET, REFRESH, sky
from tests.publishers.adapters.kit import Server

__all__ = ["sky"]


def jwt(seconds):
    claims = json.dumps({"exp": int(time.time()) + seconds}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.sig"


def session(**more):
    return {"did": DID, "handle": "tide.test", "accessJwt": jwt(600), "refreshJwt": "r", **more}


def nobody(server, host=""):
    return server.adapter(Bluesky, Account("", "", host=host))


def test_signing_in(server):
    server.on("POST", CREATE, 200, session(active=True))
    server.on("GET", GET, 200, {"value": {"displayName": "Tide"}})
    account, tokens = nobody(server).sign_in(" @tide.test\u202c ", " abcd-efgh ")
    assert server.seen("POST", CREATE)[0].json == {
        "identifier": "tide.test",
        "password": "abcd-efgh",
    }
    assert (account.remote_id, account.handle, account.name) == (DID, "tide.test", "Tide")
    assert account.host == server.url
    assert account.token == tokens.access
    assert 590 <= tokens.expires_in <= 600


def claiming(claims):
    return f"e30.{base64.urlsafe_b64encode(claims.encode()).decode().rstrip('=')}.sig"


@pytest.mark.parametrize(
    "token",
    [
        "opaque",
        "a.b.c",
        "a.\u00e9.c",
        claiming("[]"),
        claiming('{"exp": NaN}'),
        claiming('{"exp": 1e999}'),
        claiming('{"exp": %s}' % ("9" * 400)),
        claiming("[" * 5000),
    ],
)
def test_a_token_that_says_nothing_lasts_as_long_as_the_reference_server_makes_them(server, token):
    server.on("POST", CREATE, 200, session(accessJwt=token))
    _, tokens = nobody(server).sign_in("tide.test", "abcd")
    assert tokens.expires_in == 7200


def test_the_server_where_the_account_lives_is_kept(server):
    with Server() as home:
        service = {"id": "#atproto_pds", "serviceEndpoint": "https://pds.example/"}
        server.on("POST", CREATE, 200, session(didDoc={"service": [{"id": "#other"}, service]}))
        account, _ = nobody(server).sign_in("tide.test", "abcd")
        assert account.host == "https://pds.example"
        unsafe = {**service, "serviceEndpoint": home.url}
        server.scripts[("POST", CREATE)] = [(200, session(didDoc={"service": [unsafe]}), {})]
        account, _ = nobody(server).sign_in("tide.test", "abcd")
        assert account.host == server.url, "no token goes out unencrypted to a stranger"
        assert home.requests == []


@pytest.mark.parametrize("host", ["http://pds.example", "ftp://pds.example"])
def test_a_password_is_not_sent_unencrypted(server, host):
    answer = nobody(server, host).sign_in("tide.test", "abcd")
    assert isinstance(answer, Rejected)
    assert "https://" in answer.reason


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost", "https://169.254.169.254", "[::1]"])
def test_a_server_inside_our_network_is_not_called(server, host):
    answer = nobody(server, host).sign_in("tide.test", "abcd")
    assert isinstance(answer, Rejected)
    assert answer.code == "address_not_allowed"


@pytest.mark.parametrize(
    ("status", "body", "outcome", "words"),
    [
        (
            401,
            {"error": "AuthenticationRequired", "message": "Invalid identifier"},
            Rejected,
            "Check",
        ),
        (401, {"error": "AuthFactorTokenRequired"}, Rejected, "app password"),
        (401, {"error": "AccountTakedown"}, Reconnect, "taken down"),
        (400, {"error": "InvalidRequest", "message": "x"}, Rejected, "Check the handle"),
        (429, {"error": "RateLimitExceeded"}, TryLater, "slow down"),
        (500, None, TryLater, "trouble"),
        (200, {"hello": "world"}, Rejected, "does not answer like"),
        (200, None, Rejected, "does not answer like"),
        (200, session(active=False, status="deactivated"), Rejected, "deactivated"),
    ],
)
def test_signing_in_refused(server, status, body, outcome, words):
    server.on("POST", CREATE, status, body)
    answer = nobody(server).sign_in("tide.test", "hush-password")
    assert isinstance(answer, outcome), answer
    assert words in answer.reason
    assert "hush" not in answer.reason


def test_refreshing_sends_no_body(server, sky):
    server.on("POST", REFRESH, 200, session(refreshJwt="next"))
    assert sky.refresh("hush-refresh").refresh == "next"
    [sent] = server.requests
    assert sent.body == b""
    assert "Content-Type" not in sent.headers
    assert sent.headers["Authorization"] == "Bearer hush-refresh"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, {"error": "ExpiredToken", "message": "Token has been revoked"}, Reconnect),
        (400, {"error": "InvalidToken"}, Reconnect),
        (401, {"error": "AuthMissing"}, Reconnect),
        (500, None, TryLater),
        (429, {}, TryLater),
        (200, {}, TryLater),
    ],
)
def test_refreshing_refused(server, sky, status, body, outcome):
    server.on("POST", REFRESH, status, body)
    assert isinstance(sky.refresh("r"), outcome)
