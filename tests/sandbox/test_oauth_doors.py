"""The ways in which consents differ between platforms, on a platform of the tests' own."""

from uuid import uuid4

import pytest
from django.test import RequestFactory
from django.utils import timezone

from publishers.sandbox import oauth, roster, trades
from publishers.sandbox.models import Account, ClientApp, Credential
from publishers.sandbox.twin import FOREVER, OAuth, Seed, Twin

pytestmark = pytest.mark.django_db
BACK = "http://127.0.0.1:8000/connect/pier/callback/"
COMMON = {"pkce": False, "code_seconds": 60, "access_seconds": 3600, "refresh_seconds": 7200}


class Pier(Twin):
    slug, name = "pier", "Pier"
    oauth = OAuth({"read": "Read", "write": "Post"}, separator=",", client_key="key", **COMMON)
    other_ways = {
        "side": OAuth({"basic": "See you"}, renewal="lasts", needs_state=False, **COMMON),
        "itself": OAuth({"basic": "See you"}, renewal="itself", registers=True, **COMMON),
    }
    seeds = (
        Seed("tide", "Tide", runs=("harbour",)),
        Seed("harbour", "H", Account.Kind.ORGANIZATION),
    )

    def new_account_id(self, kind):
        return uuid4().hex


PIER = Pier()


@pytest.fixture
def tide() -> Account:
    return roster.find(PIER, "tide")


def question(**more):
    return {
        "response_type": "code",
        "key": "drumbeat",
        "client_id": "drumbeat",
        "redirect_uri": BACK,
        "scope": "read,write",
        "state": "s",
        **more,
    }


def unsafe(way="", **more):
    return oauth.unsafe(PIER, RequestFactory().get("/", question(**more)), way)


def form(code, way="", **more):
    return {"code": code, "redirect_uri": BACK, "key": "drumbeat", "client_id": "drumbeat", **more}


def test_scopes_apart_by_commas_and_a_client_key(tide):
    assert unsafe() == ""
    assert "key" in unsafe(key="other")
    assert oauth.mistake(PIER, question()) == ""
    assert oauth.mistake(PIER, question(scope="read,admin")) == "invalid_scope"
    tokens = oauth.exchanged(PIER, form(oauth.grant_code(PIER, tide, question())))
    assert tokens.scopes == ("read", "write")
    with pytest.raises(oauth.BadGrant):
        oauth.exchanged(PIER, form("x", key="other"))


def test_a_door_has_its_own_rules_and_registration(tide, monkeypatch):
    side = question(scope="basic")
    assert oauth.mistake(PIER, side) == "invalid_scope"
    assert oauth.mistake(PIER, side, "side") == ""
    assert oauth.mistake(PIER, {**side, "state": ""}, "side") == ""
    assert oauth.back({**side, "state": ""}, code="1") == f"{BACK}?code=1"
    code = oauth.grant_code(PIER, tide, side, "side")
    with pytest.raises(oauth.BadGrant):
        oauth.exchanged(PIER, form(code))
    assert oauth.exchanged(PIER, form(code), "side").scopes == ("basic",)
    assert oauth.registered("pier", "side").client_id == "drumbeat"
    monkeypatch.setenv("PLATFORM_PIER_SIDE_CLIENT_ID", "mine")
    assert oauth.registered("pier", "side").client_id == "mine"
    assert oauth.registered("pier").client_id == "drumbeat"


def test_a_proof_that_was_promised_is_needed_also_where_it_need_not_be(tide):
    challenge = {"code_challenge": "v" * 43, "code_challenge_method": "plain"}
    code = oauth.grant_code(PIER, tide, question(**challenge))
    with pytest.raises(oauth.BadGrant):
        oauth.exchanged(PIER, form(code))
    assert oauth.exchanged(PIER, form(code, code_verifier="v" * 43)).access


def test_refresh_tokens_rotate_or_last(tide):
    first = oauth.exchanged(PIER, form(oauth.grant_code(PIER, tide, question())))
    renewing = {"grant_type": "refresh_token", "refresh_token": first.refresh}
    assert oauth.exchanged(PIER, renewing).refresh != first.refresh
    with pytest.raises(oauth.BadGrant):
        oauth.exchanged(PIER, renewing)
    code = oauth.grant_code(PIER, tide, question(scope="basic"), "side")
    lasting = oauth.exchanged(PIER, form(code), "side")
    renewing = {"grant_type": "refresh_token", "refresh_token": lasting.refresh}
    for _ in range(2):
        assert oauth.exchanged(PIER, renewing, "side").access
    assert oauth.granted(lasting)["refresh_token"] == lasting.refresh


def test_a_token_is_traded_for_a_longer_one(tide):
    short = oauth.issue(PIER, tide, "read", refresh=False, family=oauth.new_family())
    long = trades.lengthened(PIER, short.access, 60 * 86_400)
    assert long.expires_in == 60 * 86_400
    assert long.scopes == ("read",)
    Credential.objects.filter(value=short.access).update(expires_at=timezone.now())
    with pytest.raises(oauth.BadGrant):
        trades.lengthened(PIER, short.access, 60)
    assert trades.lengthened(PIER, long.access, 60).access != long.access


def test_an_organisation_has_a_token_that_ends_with_the_consent(tide):
    harbour = roster.find(PIER, "harbour")
    short = oauth.issue(PIER, tide, "read", refresh=False, family=oauth.new_family())
    person = oauth.known(PIER, Credential.Kind.ACCESS, short.access)
    value = trades.of_page(PIER, harbour, person)
    assert trades.of_page(PIER, harbour, person) == value
    of_page = oauth.known(PIER, Credential.Kind.ACCESS, value)
    assert of_page.account == harbour
    assert (of_page.expires_at - timezone.now()).total_seconds() > FOREVER - 60
    oauth.revoke(PIER, short.access)
    assert oauth.known(PIER, Credential.Kind.ACCESS, value) is None


def test_apps_that_register_themselves(tide):
    assert "No app" in unsafe("itself")
    ClientApp.objects.create(platform="pier", client_id="mine", client_secret="s", name="Drumbeat")
    assert unsafe("itself", client_id="mine") == ""
    assert oauth.app_of(PIER, "mine", "itself").client_secret == "s"
    ClientApp.objects.update(redirect_uris=["http://127.0.0.1:8000/another/callback/"])
    assert "redirect_uri" in unsafe("itself", client_id="mine")
    with pytest.raises(oauth.BadGrant):
        oauth.exchanged(PIER, {"grant_type": "refresh_token", "refresh_token": "x"}, "itself")
