"""What of a budget is written down, when, and how much of it is kept back."""

import pytest
from django.db import OperationalError

from delivery import budgets, dispatcher, worker
from publishers import windows
from publishers.contract import Rate
from publishers.models import RateWindow
from publishers.rates import Reading
from tests.delivery.budgeted import go, left_until_slot, states
from tests.delivery.parrot import AppParrot
from tests.delivery.platform import Budget
from tests.factories.delivery import channel_of, due_delivery

pytestmark = pytest.mark.django_db

OWN = Rate("quarter", "channel", 100, 900, headers="x-rate-limit")
APP = Rate("day", "app", 10_000, 86_400)
CALLS = Rate("calls", "channel", 100, 300, "calls", headers="ratelimit")


@pytest.fixture
def channel(team):
    return channel_of(team, "parrot_own")


def said(remaining, rate=OWN) -> Reading:
    return Reading(rate, rate.limit, remaining, 600)


def spent(rate=APP, number=1) -> Reading:
    return Reading(rate, rate.limit, None, rate.seconds, number)


def test_plenty_is_not_written(channel, django_assert_num_queries):
    with django_assert_num_queries(0):
        for remaining in range(99, 20, -1):
            budgets.note("parrot_own", channel.pk, [said(remaining)])


def test_what_is_nearly_used_up_is(channel, django_assert_num_queries):
    with django_assert_num_queries(1):
        budgets.note("parrot_own", channel.pk, [said(20)])
    assert RateWindow.objects.get().remaining == 20


def test_what_is_counted_here_is_gathered_and_nothing_is_lost(channel, django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(200):
            budgets.note("parrot_own", channel.pk, [spent()])
    assert RateWindow.objects.get().remaining == 9_999

    budgets.note("parrot_own", channel.pk, [spent()])
    assert RateWindow.objects.get().remaining == 9_799


def test_the_last_of_an_app_are_counted_one_by_one(channel, django_assert_num_queries):
    small = Rate("day", "app", budgets.NEAR, 86_400)
    with django_assert_num_queries(10):
        for _ in range(10):
            budgets.note("parrot_own", channel.pk, [spent(small)])
    assert RateWindow.objects.get().remaining == budgets.NEAR - 10


def test_all_rates_of_an_answer_are_one_statement(channel, django_assert_num_queries):
    with django_assert_num_queries(1):
        budgets.note("parrot_own", channel.pk, [said(3), spent(), said(1, CALLS)])
    assert RateWindow.objects.count() == 3


def test_a_fifth_is_kept_for_reading_where_reading_spends_too(channel):
    budgets.note("parrot_own", channel.pk, [said(21, CALLS)])
    assert (RateWindow.objects.get().reserve, RateWindow.objects.get().left) == (20, 1)
    assert left_until_slot(channel) < 0

    budgets.note("parrot_own", channel.pk, [said(20, CALLS)])
    assert RateWindow.objects.get().left == 0
    assert left_until_slot(channel) > 590


def test_an_app_keeps_a_fifth_for_reading_too(platform):
    reads = Rate("calls", "app", 100, 300, "calls")

    assert budgets.left(AppParrot.spec, {"quarter": 2}) == 2
    assert budgets.reserve(reads, 50) == 10
    assert budgets.reserve(APP, 50) == 0


def test_points_are_posts_by_their_cost(channel):
    points = Rate("hour", "channel", 5000, 3600, headers="ratelimit", cost=2)
    budgets.note("parrot_own", channel.pk, [said(2, points)])
    assert left_until_slot(channel) < 0

    budgets.note("parrot_own", channel.pk, [said(1, points)])
    assert left_until_slot(channel) > 590


def test_the_answer_is_stored_when_the_budget_cannot_be(platform, team, monkeypatch):
    def away(*args):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(windows, "keep", away)
    delivery = due_delivery(team, channel=channel_of(team, "parrot_app"))
    go()

    assert states([delivery]) == ["published"]


def test_an_ordinary_delivery_writes_no_budget_and_no_breaker(
    platform, team, django_assert_max_num_queries
):
    platform.budget = Budget(100, seconds=600)
    for _ in range(2):
        due_delivery(team, channel=channel_of(team, "parrot_own"))
    [one, two] = dispatcher.tick()
    worker.run(one.delivery_id, one.attempt_no)

    with django_assert_max_num_queries(50) as seen:
        worker.run(two.delivery_id, two.attempt_no)

    asked = [query["sql"] for query in seen.captured_queries]
    assert not [sql for sql in asked if "ratewindow" in sql or "breaker" in sql]
