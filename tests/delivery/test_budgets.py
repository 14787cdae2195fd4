"""What a platform allows is kept to: who waits for it loses nothing, and nobody else waits."""

import time
from datetime import timedelta
from email.utils import formatdate

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from delivery import dispatcher, reaper, worker
from posts.models import Delivery
from publishers.models import Channel, RateWindow
from tests.delivery.budgeted import go, left_until_slot, states
from tests.delivery.platform import Budget
from tests.factories.delivery import channel_of, due_delivery

pytestmark = pytest.mark.django_db


# -- an app's budget


def test_three_of_five_go_and_two_wait_for_the_reset(platform, team):
    platform.budget = Budget(3, seconds=600)
    due = [due_delivery(team, channel=channel_of(team, "parrot_app")) for _ in range(5)]

    assert len(go()) == 3
    assert go() == []
    assert states(due) == ["published"] * 3 + ["queued"] * 2
    assert [(row.attempt_no, row.failures) for row in due[3:]] == [(0, 0)] * 2
    assert len(platform.calls) == 3

    platform.budget.reset = time.time()
    RateWindow.objects.update(resets_at=timezone.now() - timedelta(hours=1))
    assert len(go()) == 2
    assert states(due) == ["published"] * 5
    assert [(row.attempt_no, row.failures) for row in due] == [(1, 0)] * 5
    assert len(platform.calls) == 5


def test_what_others_have_spent_is_learned_from_the_first_answer(platform, team):
    """Another program uses the same app: the platform knows better than we do."""
    platform.budget = Budget(3, seconds=600)
    platform.budget.left = 2
    due = [due_delivery(team, channel=channel_of(team, "parrot_app")) for _ in range(3)]
    budgets_before = dispatcher.tick(limit=1)
    for claim in budgets_before:
        worker.run(claim.delivery_id, claim.attempt_no)

    assert len(go()) == 1
    assert go() == []
    assert states(due).count("queued") == 1
    assert len(platform.calls) == 2


def test_who_waited_too_long_is_told_for_what(platform, team):
    RateWindow.objects.create(
        platform="parrot_app",
        name="quarter",
        limit=3,
        remaining=0,
        resets_at=timezone.now() + timedelta(hours=1),
    )
    delivery = due_delivery(team, channel=channel_of(team, "parrot_app"), seconds=-31 * 60)

    reaper.sweep()

    assert states([delivery]) == ["missed"]
    assert "Parrot allows 3 posts per 15 minutes for this app; the next slot" in delivery.problem


def test_a_refusal_for_the_whole_app_stops_the_others_before_they_ask(platform, team):
    platform.budget = Budget(3, seconds=600)
    platform.budget.left = 0
    due = [due_delivery(team, channel=channel_of(team, "parrot_app")) for _ in range(3)]
    for claim in dispatcher.tick(limit=1):
        worker.run(claim.delivery_id, claim.attempt_no)

    assert go() == []
    assert states(due) == ["queued"] * 3
    assert [row.failures for row in due] == [0, 0, 0]
    assert len(platform.calls) == 1


def test_another_platform_does_not_wait_for_it(platform, team):
    RateWindow.objects.create(
        platform="parrot_app",
        name="quarter",
        limit=3,
        remaining=0,
        resets_at=timezone.now() + timedelta(hours=1),
    )
    due_delivery(team, channel=channel_of(team, "parrot_app"))
    other = due_delivery(team)

    assert go() == [other.pk]


def test_a_doubtful_post_was_spent(platform, team):
    platform.script = ["reset_after"]
    due_delivery(team, channel=channel_of(team, "parrot_app"))
    go()

    assert RateWindow.objects.get().remaining == 2


# -- a channel's own


def test_an_empty_channel_waits_and_the_next_one_does_not(platform, team):
    platform.budget = Budget(1, seconds=600)
    full, other = channel_of(team, "parrot_own"), channel_of(team, "parrot_own")
    first = due_delivery(team, channel=full, seconds=-60)
    second = due_delivery(team, channel=full)

    assert go() == [first.pk]
    assert 595 < left_until_slot(full) < 605
    assert go() == []
    assert states([second]) == ["queued"]
    assert (second.attempt_no, second.failures, second.problem) == (0, 0, "")

    platform.budget = None
    elsewhere = due_delivery(team, channel=other)
    assert go() == [elsewhere.pk]

    Channel.objects.filter(pk=full.pk).update(next_slot_at=Now())
    assert go() == [second.pk]


ASKED = [
    ("30", 30),
    ("0", 1),
    ("31536000", 86_400),
    ("9" * 18, 86_400),
    (lambda: formatdate(time.time() + 3000, usegmt=True), 3000),
    (lambda: formatdate(time.time() + 10**8, usegmt=True), 86_400),
    (lambda: formatdate(time.time() - 500, usegmt=True), 1),
    ("2099-01-01T00:00:00Z", 86_400),
    ("-5", 15),
    ("soon", 15),
    ("", 15),
]


@pytest.mark.parametrize(("asked", "seconds"), ASKED)
def test_the_wait_a_platform_asks_for_is_kept_within_reason(platform, team, asked, seconds):
    """One that makes no sense is our own pause of 15 seconds, more or less."""
    platform.script = [f"429:{asked() if callable(asked) else asked}"]
    delivery = due_delivery(team)
    go()
    delivery.refresh_from_db()

    wait = left_until_slot(delivery.channel)
    slack = 3.5 if seconds == 15 else 0 if seconds < 15 else 20
    assert seconds - slack - 5 < wait < seconds + slack + 1
    assert abs((delivery.run_at - delivery.channel.next_slot_at).total_seconds()) < 5
    assert (delivery.state, delivery.failures) == ("queued", 0)
    assert delivery.problem == "Too many posts."
    assert go() == [] or seconds < 5


def test_a_refusal_on_one_channel_delays_no_other(platform, team):
    platform.script = ["429:600"]
    refused = due_delivery(team, seconds=-60)
    for claim in dispatcher.tick(limit=1):
        worker.run(claim.delivery_id, claim.attempt_no)
    other = due_delivery(team)

    assert go() == [other.pk]
    assert states([refused, other]) == ["queued", "published"]


def test_five_refusals_are_no_failure(platform, team):
    platform.script = ["429:1"] * 7
    delivery = due_delivery(team)
    for _ in range(7):
        Delivery.objects.update(run_at=Now())
        Channel.objects.update(next_slot_at=Now())
        go()

    assert states([delivery]) == ["queued"]
    assert delivery.failures == 0


def test_a_platform_that_does_not_say_how_long_is_asked_less_and_less_often(platform, team):
    platform.script = ["429:"] * 4
    delivery = due_delivery(team)
    waits = []
    for _ in range(4):
        Delivery.objects.update(run_at=Now())
        Channel.objects.update(next_slot_at=Now())
        go()
        waits.append(left_until_slot(delivery.channel))

    assert [round(wait / 15) for wait in waits[:2]] == [1, 2]
    assert waits[3] > 90
    assert states([delivery]) == ["queued"]
