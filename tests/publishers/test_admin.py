"""The administrator's pages of this room: searchable, without secrets, changing by services."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publishers.models import Channel, Grant, OAuthState, RateWindow
from tests.factories.accounts import UserFactory
from tests.factories.publishers import ChannelFactory, grant_for

PAGES = ("channel", "grant", "oauthstate")


@pytest.fixture
def admin(as_user, db):
    return as_user(UserFactory(is_staff=True, is_superuser=True))


@pytest.fixture
def channel(team, platform):
    channel = ChannelFactory(team=team, platform="tide", handle="@tidewater")
    tokens = platform.new_tokens()
    grant_for(channel, access=tokens["access_token"], refresh=tokens["refresh_token"])
    OAuthState.objects.create(
        team=team,
        user=UserFactory(),
        platform="tide",
        state_hash="canary-hash",
        session_hash="canary-session",
        tokens="canary-tokens",
        verifier="canary-verifier",
    )
    return channel


@pytest.mark.parametrize("page", PAGES)
def test_lists_search_and_show_no_secret(admin, channel, page):
    for query in ("", "?q=tidewater", "?q=nothing"):
        response = admin.get(f"/admin/publishers/{page}/{query}")
        assert response.status_code == 200
        assert "canary" not in response.content.decode()


def test_rows_show_no_secret(admin, channel):
    sealed = Grant.objects.get()
    for page, row in (
        ("channel", channel),
        ("grant", sealed),
        ("oauthstate", OAuthState.objects.get()),
    ):
        response = admin.get(f"/admin/publishers/{page}/{row.pk}/change/")
        assert response.status_code == 200
        said = response.content.decode()
        assert "canary" not in said
        assert sealed.access_token not in said
        assert sealed.refresh_token not in said


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_added_or_deleted_by_hand(admin, channel, page):
    assert admin.get(f"/admin/publishers/{page}/add/").status_code == 403
    row = {"channel": Channel, "grant": Grant, "oauthstate": OAuthState}[page].objects.get()
    assert admin.post(f"/admin/publishers/{page}/{row.pk}/delete/").status_code == 403


def test_state_cannot_be_typed(admin, channel):
    admin.post(
        f"/admin/publishers/channel/{channel.pk}/change/",
        {"name": "New name", "state": "disconnected", "handle": "@evil", "remote_id": "x"},
    )
    channel.refresh_from_db()
    assert (channel.name, channel.state, channel.handle) == ("New name", "connected", "@tidewater")


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("pause", "paused", True),
        ("resume", "paused", False),
        ("disconnect", "state", "disconnected"),
    ],
)
def test_actions_go_through_the_services(admin, channel, platform, action, field, value):
    Channel.objects.update(paused=action == "resume")
    response = admin.post(
        "/admin/publishers/channel/",
        {"action": action, "_selected_action": [channel.pk]},
        follow=True,
    )
    assert "1 channel changed" in response.content.decode()
    channel.refresh_from_db()
    assert getattr(channel, field) == value
    assert Grant.objects.exists() is (action != "disconnect")
    assert platform.calls["/revoke"] == (1 if action == "disconnect" else 0)


def test_members_are_not_administrators(as_user, alice, channel):
    for page in PAGES:
        assert as_user(alice).get(f"/admin/publishers/{page}/").status_code in {302, 403}


def test_what_a_platform_said_wrongly_is_thrown_away_and_never_typed(admin, channel):
    window = RateWindow.objects.create(
        platform="tide",
        channel=channel,
        name="day",
        limit=100,
        remaining=0,
        said=True,
        resets_at=timezone.now() + timedelta(hours=24),
    )

    found = admin.get("/admin/publishers/ratewindow/?q=tidewater&said__exact=1")
    assert f"/ratewindow/{window.pk}/change/" in found.content.decode()
    assert admin.get("/admin/publishers/ratewindow/?q=nothing").status_code == 200
    assert admin.get("/admin/publishers/ratewindow/add/").status_code == 403
    address = f"/admin/publishers/ratewindow/{window.pk}/change/"
    assert admin.post(address, {"remaining": 5}).status_code == 403

    admin.post(f"/admin/publishers/ratewindow/{window.pk}/delete/", {"post": "yes"})
    assert not RateWindow.objects.exists()
