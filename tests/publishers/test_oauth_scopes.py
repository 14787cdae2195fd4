"""Permissions: what is asked for, and what a platform says that it gave."""

import pytest

from publishers.models import OAuthState
from tests.publishers.dance import CONNECT, dance, leave, nothing_connected


def test_partial_scopes_are_named_and_given_back(as_user, alice, platform):
    platform.scope = "read offline"
    page = nothing_connected(dance(as_user(alice), platform), 403)
    assert "Missing: write" in page
    assert platform.calls["/revoke"] == 1
    assert OAuthState.objects.get().tokens == ""


def test_an_app_with_fewer_permissions_asks_for_those_alone(
    as_user, alice, platform, monkeypatch, settings
):
    name = f"{settings.PLATFORM_ENV_PREFIX}TIDE_SCOPES"
    monkeypatch.setenv(name, "read, offline something")
    browser = as_user(alice)
    assert leave(browser)["scope"] == "read offline"
    assert "write" not in browser.get(CONNECT).content.decode()
    platform.scope = "read offline"
    assert dance(browser, platform).status_code == 302
    monkeypatch.setenv(name, "none of them")
    assert leave(browser)["scope"] == "read write offline"


@pytest.mark.parametrize("scope", ["read,write,offline", "offline  write read extra", None])
def test_scopes_in_other_spellings_are_understood(as_user, alice, platform, scope):
    platform.scope = scope
    assert dance(as_user(alice), platform).status_code == 302
