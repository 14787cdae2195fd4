"""The channels page and its actions: for members, by role, as page and as fragment."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from notifications.models import LiveEvent
from publishers import services, styles
from publishers.models import Channel, Grant
from tests.factories.publishers import ChannelFactory, grant_for
from tests.publishers.channels_page import PAGE, text

CHECK_ALL = reverse("publishers:channels_check", args=["tidewater"])
HTMX = {"HX-Request": "true"}
ACTIONS = (
    "publishers:channel_disconnect",
    "publishers:channel_pause",
    "publishers:channel_check",
)
DISCONNECT, PAUSE, CHECK = ACTIONS


@pytest.fixture
def channel(team, alice, platform):
    channel = ChannelFactory(
        team=team,
        platform="tide",
        remote_id="t1",
        handle="@tidewater",
        name="Tidewater",
        connected_by=alice,
    )
    tokens = platform.new_tokens()
    grant_for(channel, access=tokens["access_token"], refresh=tokens["refresh_token"])
    return channel


def url(channel, action, team="tidewater"):
    return reverse(action, args=[team, channel.pk])


# -- the list


def test_the_page_shows_every_channel_with_its_health(as_user, alice, team, channel):
    out = ChannelFactory(
        team=team,
        platform="rock",
        handle="@out",
        state="reconnect",
        problem="Rock ended our access.",
    )
    grant_for(out, ends_in=-60)
    soon = ChannelFactory(team=team, platform="tide", handle="@soon")
    grant_for(soon, refresh="", ends_in=6 * 86400)
    ChannelFactory(team=team, platform="tide", handle="@gone", state="disconnected")
    ChannelFactory(team=team, platform="lost", handle="@lost")
    page = text(as_user(alice).get(PAGE))
    for words in (
        "<html",
        "Healthy",
        "Signed out",
        "Rock ended our access. Its posts wait until you reconnect.",
        "Renew soon",
        "Tide cannot renew by itself",
        "Disconnected",
        "3 connected",
        "1 needs you",
        "does not know lost",
        "by Alice",
    ):
        assert words in page, words
    assert page.index("@out") < page.index("@tidewater") < page.index("@gone")


def test_the_fragment_is_the_list_and_reads_itself_again(as_user, alice, channel):
    part = text(as_user(alice).get(PAGE, headers=HTMX))
    assert "<html" not in part
    assert 'data-live="channels"' in part
    assert f'hx-get="{PAGE}"' in part
    assert "@tidewater" in part


def test_a_viewer_sees_health_but_no_buttons(as_user, vera, channel):
    page = text(as_user(vera).get(PAGE))
    assert "@tidewater" in page
    assert "connect/tide" not in page
    assert "disconnect" not in page
    assert "Check all" not in page


def test_an_empty_team_is_told_what_to_do(as_user, alice, vera, platform):
    assert "Connect the first account" in text(as_user(alice).get(PAGE))
    assert "An owner or admin" in text(as_user(vera).get(PAGE))


def test_only_the_teams_own_channels_are_listed(as_user, mallory, alice, channel):
    assert as_user(mallory).get(PAGE).status_code == 404
    assert "@tidewater" not in text(as_user(mallory).get("/t/harbour/channels/"))


def test_names_from_the_platform_are_text(as_user, alice, team, platform):
    evil = '<img src=x onerror=alert(1)>"'
    channel = ChannelFactory(team=team, platform="tide", handle=evil, name=evil)
    grant_for(channel)
    client = as_user(alice)
    for page in (client.get(PAGE), client.get(url(channel, DISCONNECT))):
        assert "<img src=x" not in text(page)


def test_statements_do_not_grow_with_channels(
    as_user, alice, team, platform, django_assert_max_num_queries
):
    for _ in range(70):
        grant_for(ChannelFactory(team=team, platform="tide", connected_by=alice))
    client = as_user(alice)
    with django_assert_max_num_queries(12):
        page = text(client.get(PAGE))
    assert page.count('class="channel"') == 60
    assert "Page 1 of 2" in page
    assert text(client.get(PAGE, {"page": "2"})).count('class="channel"') == 10


@pytest.mark.parametrize("page", ["-1", "0", "99999999999", "x", "\x00"])
def test_odd_page_numbers_show_a_page(as_user, alice, channel, page):
    assert "@tidewater" in text(as_user(alice).get(PAGE, {"page": page}))


def test_platforms_that_are_not_set_up_say_so(as_user, alice, channel, monkeypatch):
    monkeypatch.setenv("PLATFORM_TIDE_CLIENT_ID", "")
    assert "Not set up" in text(as_user(alice).get(PAGE))


# -- actions: who may


@pytest.mark.parametrize("verb", ACTIONS)
def test_who_may_not_change_a_channel(as_user, bob, vera, mallory, client, channel, verb):
    for person, status in ((bob, 403), (vera, 403), (mallory, 404)):
        assert as_user(person).post(url(channel, verb)).status_code == status
    assert client.post(url(channel, verb)).status_code == 302
    channel.refresh_from_db()
    assert (channel.state, channel.paused) == ("connected", False)
    assert Grant.objects.count() == 1


@pytest.mark.parametrize("verb", ACTIONS)
def test_another_teams_channel_is_not_there(as_user, mallory, channel, verb):
    path = url(channel, verb, "harbour")
    assert as_user(mallory).post(path).status_code == 404
    assert as_user(mallory).get(path).status_code in {404, 405}
    assert Grant.objects.count() == 1


@pytest.mark.parametrize("path", [PAUSE, CHECK])
def test_get_changes_nothing(as_user, alice, channel, path):
    assert as_user(alice).get(url(channel, path)).status_code == 405
    assert as_user(alice).get(CHECK_ALL).status_code == 405


# -- disconnecting


def test_disconnecting_asks_first(as_user, alice, channel):
    page = text(as_user(alice).get(url(channel, DISCONNECT)))
    assert "<html" in page
    assert "Disconnect @tidewater on Tide?" in page
    dialog = text(as_user(alice).get(url(channel, DISCONNECT), headers=HTMX))
    assert "<html" not in dialog
    assert "<dialog" in dialog
    assert Grant.objects.count() == 1


def test_disconnecting_erases_the_token_and_keeps_the_row(as_user, alice, channel, platform):
    response = as_user(alice).post(url(channel, DISCONNECT))
    assert response.headers["Location"] == PAGE
    channel.refresh_from_db()
    assert channel.state == "disconnected"
    assert Grant.objects.count() == 0
    assert [form["token"] for path, form, _ in platform.forms if path == "/revoke"] == [
        "canary-access-1"
    ]
    assert "canary-access-1" not in platform.live


def test_disconnecting_twice_says_it_once(as_user, alice, channel, platform):
    for _ in range(2):
        assert as_user(alice).post(url(channel, DISCONNECT)).status_code == 302
    assert LiveEvent.objects.filter(topic=f"channel:{channel.pk}").count() == 1
    assert platform.calls["/revoke"] == 1


def test_a_platform_that_is_down_does_not_keep_a_channel(as_user, alice, channel, monkeypatch):
    monkeypatch.setenv("PLATFORM_TIDE_API_URL", "http://127.0.0.1:1")
    as_user(alice).post(url(channel, DISCONNECT))
    assert Grant.objects.count() == 0


def test_a_consent_is_revoked_with_its_last_channel(team, channel, platform):
    page = ChannelFactory(team=team, platform="tide", remote_id="page")
    grant_for(page, family=channel.grant.family)
    services.disconnect(channel)
    assert platform.calls["/revoke"] == 0
    services.disconnect(page)
    assert platform.calls["/revoke"] == 1


# -- pausing and checking


def test_pausing_and_resuming(as_user, alice, channel):
    client = as_user(alice)
    part = text(client.post(url(channel, PAUSE), {"paused": "1"}, headers=HTMX))
    assert "Paused" in part
    assert "<html" not in part
    channel.refresh_from_db()
    assert channel.paused
    assert client.post(url(channel, PAUSE), {"paused": "0"}).headers["Location"] == PAGE
    channel.refresh_from_db()
    assert not channel.paused
    assert LiveEvent.objects.filter(topic="channels").count() == 2


def test_checking_says_how_it_is(as_user, alice, channel, platform):
    client = as_user(alice)
    response = client.post(url(channel, CHECK), headers=HTMX)
    assert "is healthy" in response.headers["HX-Trigger"]
    platform.live.clear()
    response = client.post(url(channel, CHECK), headers=HTMX)
    assert '"tone": "bad"' in response.headers["HX-Trigger"]
    assert "Signed out" in text(response)
    followed = client.post(url(channel, CHECK), follow=True)
    assert "ended our access" in text(followed)


def test_checking_all_asks_the_workers(as_user, alice, bob, channel, team, monkeypatch):
    ChannelFactory(team=team, platform="tide", state="disconnected")
    asked = []
    monkeypatch.setattr("publishers.tasks.check.delay", asked.append)
    assert as_user(bob).post(CHECK_ALL).status_code == 403
    assert as_user(alice).post(CHECK_ALL).status_code == 302
    assert asked == [channel.pk]


# -- the generated stylesheet


def test_the_stylesheet_has_the_platforms_colours_and_may_be_kept(client, platform):
    response = client.get(reverse("publishers:platforms_css"))
    assert '[data-platform="tide"] { --platform: #0a66c2; }' in text(response)
    assert response.headers["Content-Type"].startswith("text/css")
    assert "immutable" not in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


def test_a_versioned_address_is_kept_for_ever(client, platform):
    response = client.get(styles.address())
    assert "immutable" in response.headers["Cache-Control"]


def test_health_follows_time(as_user, alice, team, platform):
    channel = ChannelFactory(team=team, platform="tide", handle="@ends")
    grant_for(channel, refresh="", ends_in=None)
    assert "Does not expire" in text(as_user(alice).get(PAGE))
    Grant.objects.update(expires_at=timezone.now() + timedelta(days=30))
    page = text(as_user(alice).get(PAGE))
    assert "Renew soon" not in page
    assert "<dd>Ends " in page


def test_a_picture_is_shown_only_from_this_site(as_user, alice, channel, settings):
    for address, shown in (("https://elsewhere.test/a.png", 0), (f"{settings.SITE_URL}/a.png", 1)):
        Channel.objects.update(avatar_url=address)
        assert text(as_user(alice).get(PAGE)).count(f'src="{address}"') == shown
