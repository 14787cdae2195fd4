"""Budgets from end to end: what the simulated platforms count and say is kept to."""

import pytest
from django.utils import timezone

from delivery import dispatcher, worker
from delivery.queries import weather
from publishers.models import RateWindow
from publishers.sandbox import accounts
from publishers.sandbox.models import Account, Call
from tests.factories.delivery import due_delivery
from tests.factories.publishers import ChannelFactory, grant_for

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "abcd-efgh-ijkl-mnop"


@pytest.fixture(autouse=True)
def sandbox(live_server, settings):
    settings.SITE_URL = live_server.url
    settings.SANDBOX_URL = f"{live_server.url}/sandbox"


def channel_on(team, slug, handle, *, budget):
    """A channel of an account that may publish so often in a quarter of an hour."""
    password = {"password": PASSWORD} if slug == "bluesky" else {}
    account = accounts.create(slug, handle, **password)
    Account.objects.filter(pk=account.pk).update(budget_limit=budget, budget_left=budget)
    prefix = "urn:li:person:" if slug == "linkedin" else ""
    remote_id = f"{prefix}{account.remote_id}"
    channel = ChannelFactory(team=team, platform=slug, remote_id=remote_id, handle=handle)
    grant_for(channel, access=accounts.mint_tokens(account).access)
    return channel


def go() -> int:
    claims = dispatcher.tick()
    for claim in claims:
        worker.run(claim.delivery_id, claim.attempt_no)
    return len(claims)


def published(platform) -> int:
    return Call.objects.filter(platform=platform, does="publish").count()


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("x", "X allows 2 posts per 15 minutes for this account; the next slot is at "),
        ("bluesky", "Bluesky allows 2 calls per 5 minutes for this account; the next slot is at "),
    ],
)
def test_what_a_twin_says_is_left_is_kept_to(team, slug, words):
    channel = channel_on(team, slug, "tidewater", budget=2)
    due = [due_delivery(team, channel=channel, seconds=-60 + n) for n in range(3)]

    assert [go(), go(), go()] == [1, 1, 0]

    due[2].refresh_from_db()
    channel.refresh_from_db()
    assert (due[2].state, due[2].attempt_no, due[2].failures) == ("queued", 0, 0)
    assert 800 < (channel.next_slot_at - timezone.now()).total_seconds() <= 901
    assert weather.why(due[2]).startswith(words)
    assert published(slug) == 2


def test_a_twin_that_says_nothing_refuses_and_is_asked_later(team):
    channel = channel_on(team, "x", "harbourtrust", budget=5)
    silent = channel_on(team, "linkedin", "inesduarte", budget=1)
    due = [due_delivery(team, channel=silent, seconds=-60 + n) for n in range(2)]
    elsewhere = due_delivery(team, channel=channel)

    assert [go(), go(), go()] == [2, 1, 0]

    due[1].refresh_from_db()
    silent.refresh_from_db()
    elsewhere.refresh_from_db()
    assert elsewhere.state == "published"
    assert (due[1].state, due[1].failures) == ("queued", 0)
    assert silent.next_slot_at > timezone.now()
    counted = RateWindow.objects.get(channel=silent, name="day")
    assert (counted.limit, counted.remaining, counted.said) == (150, 149, False)
