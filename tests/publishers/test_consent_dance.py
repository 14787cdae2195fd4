"""Connecting each real platform to its simulated twin, in a real browser over real HTTP."""

import re

import pytest
from playwright.sync_api import expect

from publishers import crypto, sessions, standing
from publishers.models import Channel, Grant
from publishers.sandbox.registry import TWINS
from publishers.sessions import Session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=20_000)


@pytest.fixture
def open_as(browser, live_server, settings, as_user):
    """`open_as(alice)`: a page on the channels of Tidewater, signed in; scripts can be off."""
    settings.SITE_URL = live_server.url
    settings.SANDBOX_URL = f"{live_server.url}/sandbox"
    contexts = []

    def browse(user, *, scripts=True):
        context = browser.new_context(java_script_enabled=scripts)
        contexts.append(context)
        # This server is synchronous: an event stream would hold one of its threads for ever.
        context.route(re.compile("/live/"), lambda route: route.abort())
        key = as_user(user).session.session_key
        context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/t/tidewater/channels/")
        return page

    yield browse
    for context in contexts:
        context.close()


def begin(page, name):
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name=f"Continue to {name}").click()
    expect(page.get_by_role("heading", name="Drumbeat wants to use your")).to_be_visible()


def token(channel):
    opened = sessions.open_session(channel.pk)
    assert isinstance(opened, Session), opened
    return opened.adapter.account.token


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_allow_connects_and_the_token_works(open_as, alice, team, scripts):
    page = open_as(alice, scripts=scripts)
    begin(page, "X")
    page.get_by_label(re.compile("Tidewater")).first.check()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("Connected Tidewater")).to_be_visible()
    expect(page.get_by_text("Healthy")).to_be_visible()
    channel = Channel.objects.get()
    assert (channel.platform, channel.handle) == ("x", "tidewater")
    before = token(channel)
    assert isinstance(standing.check(channel.pk), Session)
    assert isinstance(sessions.renew(channel.pk), Session)
    assert token(channel) != before
    assert before not in page.content()


def test_deny_connects_nothing(open_as, alice, team):
    page = open_as(alice)
    for name in ("X", "LinkedIn"):
        begin(page, name)
        page.get_by_role("button", name="Deny").click()
        expect(
            page.get_by_role("heading", name=f"You chose not to allow Drumbeat on {name}")
        ).to_be_visible()
        page.get_by_role("link", name="Back to channels").click()
    assert Channel.objects.count() == 0


def test_the_way_back_cannot_be_walked_twice(open_as, alice, team):
    page = open_as(alice)
    begin(page, "X")
    with page.expect_request(lambda request: "/connect/x/callback/" in request.url) as walked:
        page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("Healthy")).to_be_visible()
    response = page.goto(walked.value.url)
    assert response.status == 400
    expect(page.get_by_role("heading", name="already used")).to_be_visible()
    assert Channel.objects.count() == 1


def test_a_person_and_the_pages_they_run_are_chosen_from(open_as, alice, team):
    page = open_as(alice)
    begin(page, "LinkedIn")
    page.get_by_label(re.compile("Ines Duarte")).check()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="Which accounts shall we connect?")).to_be_visible()
    page.get_by_label(re.compile("Harbour Trust")).uncheck()
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("2 connected", exact=True)).to_be_visible()
    kinds = set(Channel.objects.values_list("kind", flat=True))
    assert len(kinds) == 2
    assert len(set(Grant.objects.values_list("family", flat=True))) == 1
    page_channel = Channel.objects.exclude(kind="person").get()
    assert isinstance(standing.check(page_channel.pk), Session)


def test_an_app_password_connects_and_its_session_renews(open_as, alice, team, live_server):
    page = open_as(alice)
    # Where one reads which accounts there are; looking makes them.
    page.goto(f"{live_server.url}/sandbox/")
    page.goto(f"{live_server.url}/t/tidewater/channels/")
    page.get_by_role("link", name="Bluesky", exact=True).click()
    page.get_by_label("Handle").fill("@tidewater.test")
    page.get_by_label("App password").fill("wrong-wrong-wrong-wron")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert Channel.objects.count() == 0
    page.get_by_label("App password").fill(TWINS["bluesky"].sample_password)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("Healthy")).to_be_visible()
    channel = Channel.objects.select_related("grant").get()
    before = token(channel)
    assert isinstance(sessions.renew(channel.pk), Session)
    assert token(channel) != before
    grant = Grant.objects.get()
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(grant.access_token, row="channel:0:access")


def test_reconnecting_with_another_account_is_refused_by_name(open_as, alice, team):
    page = open_as(alice)
    begin(page, "X")
    page.get_by_label(re.compile("Tidewater")).first.check()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("Healthy")).to_be_visible()
    page.get_by_role("button", name="More for tidewater on X").click()
    page.get_by_role("link", name="Reconnect").click()
    page.get_by_role("button", name="Continue to X").click()
    page.get_by_label(re.compile("Harbour Trust")).check()
    page.get_by_role("button", name="Allow").click()
    expect(
        page.get_by_role("heading", name="You signed in as harbourtrust, but this channel is")
    ).to_be_visible()
    assert list(Channel.objects.values_list("handle", flat=True)) == ["tidewater"]
