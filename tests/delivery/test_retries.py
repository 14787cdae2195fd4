"""How long a delivery waits between its tries, and when it waits for a person instead."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import retries as chosen
from accounts.models import Team
from delivery import retries, settle
from delivery.answers import Answer
from notifications.models import Message
from posts.models import Activity, Delivery
from posts.states import DeliveryState
from publishers.contract import TryLater
from publishers.models import Channel
from tests.factories.delivery import due_delivery, sending

STRATEGIES = st.sampled_from(["exponential", "linear", "custom"])
SECONDS = st.integers(-100, 10**6)


@given(
    strategy=STRATEGIES,
    first=SECONDS,
    tries=st.integers(-3, 100),
    own=st.lists(SECONDS, max_size=30),
    failures=st.integers(-5, 200),
)
def test_no_plan_waits_less_than_nothing_or_more_than_an_hour(
    strategy, first, tries, own, failures
):
    plan = retries.Plan(chosen.pauses(strategy, first=first, tries=tries, own=own))

    assert 0 <= plan.pause(failures).total_seconds() <= chosen.LONGEST
    assert plan.tries == max(min(tries, chosen.MOST_TRIES), 1)
    assert plan.spent(failures) == (failures >= plan.tries)


@given(first=st.integers(1, 3600), tries=st.integers(1, 20), strategy=STRATEGIES)
def test_pauses_never_become_shorter(first, tries, strategy):
    pauses = chosen.pauses(strategy, first=first, tries=tries)

    assert len(pauses) == tries - 1
    assert pauses == sorted(pauses)


@given(own=st.lists(st.integers(1, 3600), min_size=1, max_size=25), tries=st.integers(1, 20))
def test_own_pauses_are_taken_as_written_and_the_last_one_repeats(own, tries):
    pauses = chosen.pauses("custom", first=15, tries=tries, own=own)

    assert pauses == [own[min(n, len(own) - 1)] for n in range(tries - 1)]


@given(failures=st.integers(1, 50))
def test_only_pauses_that_double_are_spread(failures):
    exact = retries.of(Team(retry_strategy="linear", retry_first_seconds=10))
    spread = retries.of(Team())

    assert exact.pause(failures).total_seconds() == [10, 20, 30, 40][min(failures, 4) - 1]
    usual = [15, 30, 60, 120][min(failures, 4) - 1]
    assert 0.8 * usual <= spread.pause(failures).total_seconds() <= 1.2 * usual


@given(seconds=st.integers(1, 3600))
def test_what_is_written_is_read(seconds):
    assert chosen.read(chosen.in_words(seconds)) == [seconds]


@pytest.mark.parametrize(
    ("text", "pauses"),
    [
        ("15 s, 30 s; 1 min", [15, 30, 60]),
        ("90", [90]),
        ("1 min 30 s, 1h", [90, 3600]),
        ("2 minutes, 1 Hour", [120, 3600]),
        ("15 s 30", [45]),
        ("", []),
    ],
)
def test_pauses_are_written_in_many_ways(text, pauses):
    assert chosen.read(text) == pauses


@pytest.mark.parametrize("text", ["soon", "5 cows", "-3 s", "0 s", "2 h", "1.5 min"])
def test_what_is_no_pause_is_named(text):
    with pytest.raises(chosen.NoPause):
        chosen.read(f"1 min, {text}")


def test_a_platforms_wish_comes_first_within_reason():
    assert retries.asked(7, 1).total_seconds() == 7
    assert retries.asked(365 * 86400, 1).total_seconds() == 86400
    assert 12 <= retries.asked(-5, 1).total_seconds() <= 18
    assert 12 <= retries.asked(None, 1).total_seconds() <= 18


def test_what_ends_its_workers_waits_ever_longer():
    pauses = [retries.backoff(n).total_seconds() for n in (1, 3, 6, 50)]

    assert pauses == sorted(pauses)
    assert pauses[-1] <= chosen.LONGEST


# -- what becomes of a delivery


def fail(delivery: Delivery) -> Delivery:
    """One try that did not work."""
    sending(delivery)
    settle.settle(delivery, delivery.attempt_no, Answer(TryLater("Busy.")))
    delivery.refresh_from_db()
    return delivery


@pytest.mark.django_db
def test_a_delivery_waits_as_its_team_chose(platform, team, bob):
    Team.objects.filter(pk=team.pk).update(
        retry_strategy="custom", retry_pauses=[100, 200], retry_tries=4
    )
    delivery = due_delivery(team, bob)

    waits = []
    while fail(delivery).state == DeliveryState.QUEUED:
        waits.append(round((delivery.run_at - timezone.now()).total_seconds() / 10) * 10)
        Delivery.objects.update(run_at=timezone.now())
        Channel.objects.update(next_slot_at=timezone.now())

    assert waits == [100, 200, 200]
    assert (delivery.state, delivery.failures) == (DeliveryState.FAILED, 4)
    assert delivery.problem == "Tried 4 times. Busy."


@pytest.mark.django_db
def test_a_dead_letter_keeps_everything_that_was_tried(platform, team, alice, bob):
    Team.objects.filter(pk=team.pk).update(retry_tries=2)
    delivery = fail(due_delivery(team, bob))
    Delivery.objects.update(run_at=timezone.now())

    fail(delivery)

    assert [attempt.outcome for attempt in delivery.attempts.all()] == ["not_sent", "not_sent"]
    said = Activity.objects.filter(kind__in=["delivery.not_sent", "delivery.refuse"])
    assert [entry.data["reason"] for entry in said.order_by("id")] == [
        "Busy.",
        "Tried 2 times. Busy.",
    ]
    told = Message.objects.filter(kind="delivery_failed")
    assert {message.user for message in told} == {alice, bob}


@pytest.mark.django_db
def test_one_try_may_be_all(platform, team, bob):
    Team.objects.filter(pk=team.pk).update(retry_tries=1)

    assert fail(due_delivery(team, bob)).state == DeliveryState.FAILED
