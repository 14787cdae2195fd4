"""The tick that asks platforms how posts did: when, whom, and what it does without an answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics import measuring
from analytics.tasks import measure
from posts.models import Reception
from publishers import instance
from publishers.models import Channel, RateWindow
from tests.analytics.gauge import Plain

pytestmark = pytest.mark.django_db


def due(**fields):
    """All is to be asked now, also by the database's clock, which stands still within a test."""
    Reception.objects.update(next_at=timezone.now() - timedelta(minutes=5), **fields)


def near(moment, **span):
    """Whether that is so far from now, give or take a minute."""
    return abs(moment - timezone.now() - timedelta(**span)) < timedelta(minutes=1)


def test_asks_an_hour_a_day_a_week_and_a_month_after(gauge, connected, went_out):
    channel = connected()
    gauge.figures = {f"p{n}": {"impressions": 100 + n, "likes": 3, "clicks": 4} for n in range(5)}
    ages = [{"minutes": 30}, {"hours": 2}, {"days": 2}, {"days": 8}, {"days": 31}]
    rows = [went_out(channel, f"p{n}", **age) for n, age in enumerate(ages)]
    measure()
    assert sorted(gauge.asked[0]) == ["p1", "p2", "p3"]
    young, soon, later, last = (Reception.objects.get(pk=row.pk) for row in rows[:4])
    assert not Reception.objects.filter(pk=rows[4].pk).exists()
    assert young.measured_at is None
    assert near(young.next_at, minutes=30)
    assert (soon.impressions, soon.engagements, soon.team) == (101, 7, channel.team)
    assert near(soon.next_at, hours=22)
    assert near(later.next_at, days=5)
    assert near(last.next_at, days=22)
    measure()
    assert len(gauge.asked) == 1


def test_the_last_time_is_a_month_after(gauge, connected, went_out):
    row = went_out(connected(), "p1", days=29)
    measure()
    due(at=timezone.now() - timedelta(days=30, hours=1))
    gauge.figures = {"p1": {"likes": 8}}
    measure()
    found = Reception.objects.get(pk=row.pk)
    assert (found.engagements, found.impressions, found.next_at) == (8, None, None)


def test_what_is_gone_keeps_its_figures(gauge, connected, went_out):
    row = went_out(connected(), "p1", hours=2)
    gauge.figures = {"p1": {"likes": 8}}
    measure()
    gauge.figures = {}
    due()
    measure()
    found = Reception.objects.get(pk=row.pk)
    assert (found.engagements, found.next_at) == (8, None)


@pytest.mark.parametrize(("status", "hours"), [(429, 2), (401, 1), (500, 1)])
def test_no_answer_is_asked_for_again(gauge, connected, went_out, status, hours):
    row = went_out(connected(), "p1", days=2)
    gauge.script = [status]
    measure()
    found = Reception.objects.get(pk=row.pk)
    assert found.measured_at is None
    assert near(found.next_at, hours=hours)
    assert Channel.objects.get().state == "connected"


def test_not_for_ever(gauge, connected, went_out):
    row = went_out(connected(), "p1", days=29)
    measure()
    due(at=timezone.now() - timedelta(days=30, hours=23, minutes=30))
    gauge.script = [500]
    measure()
    assert Reception.objects.get(pk=row.pk).next_at is None


def test_an_adapter_that_breaks_holds_up_nobody(gauge, connected, went_out):
    broken = went_out(connected("gauge_broken"), "p1", days=2)
    fine = went_out(connected(), "p2", days=2)
    gauge.figures = {"p2": {"likes": 1}}
    measure()
    assert Reception.objects.get(pk=fine.pk).engagements == 1
    assert near(Reception.objects.get(pk=broken.pk).next_at, hours=1)


def test_who_cannot_be_asked_is_not(gauge, connected, went_out):
    """A channel that was left, a platform without figures, a post that a person called live."""
    went_out(connected(state="disconnected"), "p1", days=2)
    went_out(connected("gauge_silent"), "p2", days=2)
    measure()
    assert gauge.asked == []
    assert Reception.objects.filter(delivery__channel__platform="gauge_silent").count() == 0


def test_half_of_every_rate_is_for_posts(gauge, connected, went_out):
    channel, other = connected("gauge_rated"), connected("gauge_rated")
    for number in range(3):
        went_out(channel, f"a{number}", days=2)
    went_out(other, "b1", days=2)
    soon = timezone.now() + timedelta(minutes=30)
    spent = {"platform": "gauge_rated", "limit": 10, "resets_at": soon}
    RateWindow.objects.create(name="own", channel=channel, remaining=5, **spent)
    gauge.figures = {"b1": {"likes": 2}}
    measure()
    assert gauge.asked == [["b1"]]
    waiting = Reception.objects.filter(delivery__channel=channel)
    assert all(near(row.next_at, hours=1) for row in waiting)
    left = {row.channel_id: row.remaining for row in RateWindow.objects.all()}
    assert left == {channel.pk: 5, other.pk: 9, None: 9}
    RateWindow.objects.filter(channel=None).update(remaining=5)
    due()
    measure()
    assert len(gauge.asked) == 1


def test_a_tick_is_bounded_and_the_longest_waiting_come_first(
    gauge, connected, went_out, monkeypatch
):
    monkeypatch.setattr(measuring, "CHANNELS", 2)
    monkeypatch.setattr(measuring, "TOGETHER", 2)
    for name, days in (("a", 3), ("b", 5), ("c", 4)):
        channel = connected()
        for number in range(3):
            went_out(channel, f"{name}{number}", days=days, minutes=-number)
    measure()
    assert sorted(map(sorted, gauge.asked)) == [["b0", "b1"], ["c0", "c1"]]
    measure()
    assert sorted(map(sorted, gauge.asked[2:])) == [["b2"], ["c2"]]
    measure()
    assert [sorted(ids) for ids in gauge.asked[4:]] == [["a0", "a1"]]


def test_what_is_being_asked_is_not_asked_twice(gauge, connected, went_out):
    """A worker that died on the way leaves rows that come up again in a while."""
    went_out(connected(), "p1", days=2)
    measuring._enroll()
    assert len(measuring._due()) == 1
    assert measuring._due() == []
    assert near(Reception.objects.get().next_at, minutes=15)


def test_another_installation_asks_nothing(gauge, connected, went_out, monkeypatch):
    went_out(connected(), "p1", days=2)
    monkeypatch.setattr(instance, "foreign", lambda: "This database is another's.")
    measure()
    assert gauge.asked == []


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_meanwhile(gauge, connected, went_out):
    went_out(connected(), "p1", days=2)
    Plain.open_transactions.clear()
    measure()
    assert Plain.open_transactions == [False]


def test_few_statements(gauge, connected, went_out, django_assert_max_num_queries):
    channel = connected()
    for number in range(20):
        went_out(channel, f"p{number}", days=2)
    gauge.figures = {f"p{number}": {"likes": number} for number in range(20)}
    with django_assert_max_num_queries(12):
        measure()
