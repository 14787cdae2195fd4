"""Many deliveries decided at once: each by itself, foreign ones never, and back where possible."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from delivery.models import Undo
from delivery.outages import PACE
from delivery.services import bulk
from posts.errors import BadTime, IllegalMove, UnknownDelivery
from posts.models import Activity, Delivery
from posts.services import deliveries
from posts.times import from_utc
from tests.factories.delivery import (
    AttemptFactory,
    channel_of,
    claimed,
    due_delivery,
    sending,
    troubled,
)

pytestmark = pytest.mark.django_db

VERBS = {
    "retry": bulk.retry,
    "pace": bulk.pace,
    "mark_published": bulk.mark_published,
    "drop": bulk.drop,
    "cancel": bulk.cancel,
}


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


@pytest.fixture
def dead(team, bob):
    """One in each state that waits for a person, oldest first."""
    return [
        troubled(due_delivery(team, bob, seconds=-60 * (9 - n)), state)
        for n, state in enumerate(("failed", "missed", "needs_human"))
    ]


def later(**distance):
    return from_utc(timezone.now() + timedelta(**distance), "Europe/Lisbon")


def ids(rows):
    return [row.pk for row in rows]


def states(rows):
    return [Delivery.objects.get(pk=row.pk).state for row in rows]


@pytest.mark.parametrize("name", VERBS)
def test_ids_of_another_team_are_refused_before_anything_is_done(team, other_team, bob, dead, name):
    theirs = troubled(due_delivery(other_team), "failed")
    before = states([*dead, theirs])

    with pytest.raises(UnknownDelivery):
        VERBS[name](team=team, ids=[*ids(dead), theirs.pk], by=bob)
    with pytest.raises(UnknownDelivery):
        VERBS[name](team=team, ids=[*ids(dead), 10**9], by=bob)

    assert states([*dead, theirs]) == before


def test_there_is_a_most(team, bob):
    with pytest.raises(IllegalMove, match="at most 500"):
        bulk.drop(team=team, ids=range(501), by=bob)


def test_what_is_dead_is_sent_now(team, bob, dead):
    waiting = due_delivery(
        team, bob, run_at=timezone.now() + timedelta(minutes=9), failures=2, problem="Busy."
    )

    answer = bulk.retry(team=team, ids=ids([*dead, waiting]), by=bob, looked=True)

    assert states([*dead, waiting]) == ["queued"] * 4
    assert answer.done == 4
    assert answer.undo is None
    assert "cannot be undone" in answer.final
    assert all(row.run_at <= timezone.now() for row in Delivery.objects.all())


@pytest.mark.parametrize("verb", [bulk.retry, bulk.pace])
def test_what_became_doubtful_while_others_were_decided_is_not_sent(
    team, bob, dead, verb, monkeypatch
):
    """The rows are read at once; by the last one's turn a colleague's try of it had no answer."""
    resend, last = deliveries.resend, dead[1]

    def meanwhile(**given):
        if given["delivery"].pk == dead[0].pk:
            fresh = Delivery.objects.get(pk=last.pk)
            resend(delivery=fresh, by=bob)
            troubled(fresh, "needs_human")
        return resend(**given)

    monkeypatch.setattr(deliveries, "resend", meanwhile)
    answer = verb(team=team, ids=ids(dead[:2]), by=bob)

    assert states(dead[:2]) == ["queued", "needs_human"]
    assert "Say first whether it is" in answer.refused[0].words


def test_each_is_decided_by_itself_and_told(team, bob, dead):
    on_its_way = due_delivery(team, bob)
    sending(on_its_way)

    answer = bulk.cancel(team=team, ids=ids([*dead, on_its_way]), by=bob)

    assert states([*dead, on_its_way]) == ["cancelled"] * 3 + ["sending"]
    assert answer.done == 3
    [refused] = answer.refused
    assert refused.delivery_id == on_its_way.pk
    assert "being published right now" in refused.words


def test_another_time_can_be_taken_back(team, bob, dead):
    answer = bulk.reschedule(team=team, ids=ids(dead), by=bob, at=later(hours=2))
    assert states(dead) == ["queued", "queued", "needs_human"]
    assert "Say first whether it is" in answer.results[2].words
    assert answer.undo is not None

    back = bulk.undo(team=team, pk=answer.undo.pk, by=bob)

    assert states(dead) == ["failed", "missed", "needs_human"]
    assert back.done == 2


def test_not_at_a_time_that_is_past(team, bob, dead):
    with pytest.raises(BadTime):
        bulk.reschedule(team=team, ids=ids(dead), by=bob, at=later(hours=-1))
    assert states(dead) == ["failed", "missed", "needs_human"]


def test_paced_means_oldest_first_and_a_minute_apart_on_each_channel(team, bob):
    channel = channel_of(team)
    old = [
        troubled(due_delivery(team, bob, channel=channel, seconds=-3600 + n), "missed")
        for n in range(3)
    ]
    other = troubled(due_delivery(team, bob, seconds=-100), "missed")

    bulk.pace(team=team, ids=ids([other, *reversed(old)]), by=bob)

    times = [Delivery.objects.get(pk=row.pk).run_at for row in old]
    assert [times[1] - times[0], times[2] - times[1]] == [timedelta(seconds=60)] * 2
    assert times[0] <= timezone.now()
    assert Delivery.objects.get(pk=other.pk).run_at == times[0]


def test_pacing_more_goes_on_where_the_first_ones_end(team, bob):
    """And leaves a minute around what is planned there anyway."""
    channel = channel_of(team)
    old = [
        troubled(due_delivery(team, bob, channel=channel, seconds=-3600 + n), "missed")
        for n in range(6)
    ]
    planned = due_delivery(team, bob, channel=channel, seconds=190)
    far = due_delivery(team, bob, channel=channel, seconds=86_400)

    bulk.pace(team=team, ids=ids(old[:2]), by=bob)
    bulk.pace(team=team, ids=ids(old[2:]), by=bob)

    rows = Delivery.objects.exclude(pk=far.pk).order_by("run_at")
    times = [row.run_at for row in rows]
    assert all(after - before >= PACE for before, after in pairwise(times))
    assert times[-1] - times[0] < 9 * PACE
    assert list(rows.exclude(pk=planned.pk)) == old


def test_one_that_cannot_go_does_not_use_up_its_minute(team, bob):
    channel = channel_of(team)
    first = due_delivery(team, bob, channel=channel, seconds=-500)
    second = troubled(due_delivery(team, bob, channel=channel, seconds=-400), "missed")

    answer = bulk.pace(team=team, ids=[first.pk, second.pk], by=bob)

    assert [result.done for result in answer.results] == [False, True]
    assert Delivery.objects.get(pk=second.pk).run_at <= timezone.now()


def test_to_another_time_they_keep_their_distances(team, bob):
    rows = [troubled(due_delivery(team, bob, seconds=n), "missed") for n in (-900, -600, -100)]
    at = later(days=1)

    answer = bulk.reschedule(team=team, ids=ids(rows), by=bob, at=at)

    due = [Delivery.objects.get(pk=row.pk).due_at for row in rows]
    assert due[0] == at.at
    assert [moment - due[0] for moment in due] == [row.due_at - rows[0].due_at for row in rows]
    assert answer.undo is not None


def test_what_is_queued_moves_along(team, bob):
    missed = troubled(due_delivery(team, bob, seconds=-600), "missed")
    queued = due_delivery(team, bob, seconds=3600)
    taken = due_delivery(team, bob)
    claimed(taken)
    at = later(days=1)

    answer = bulk.reschedule(team=team, ids=ids([missed, queued, taken]), by=bob, at=at)

    moved = Delivery.objects.get(pk=queued.pk)
    assert (moved.state, moved.content_hash) == ("queued", queued.content_hash)
    assert moved.due_at == moved.run_at == at.at + (queued.due_at - missed.due_at)
    assert states([missed, taken]) == ["queued", "claimed"]
    assert answer.done == 2
    assert [decision["delivery_id"] for decision in answer.undo.decisions] == [missed.pk]
    assert Activity.objects.filter(kind="delivery.move", actor=bob).count() == 1


def test_seen_live_is_final(team, bob, dead):
    answer = bulk.mark_published(team=team, ids=ids(dead), by=bob)

    assert states(dead) == ["published"] * 3
    assert answer.undo is None
    assert "cannot be undone" in answer.final
    assert set(Delivery.objects.values_list("confirmed_by", flat=True)) == {bob.pk}


# -- the way back


def test_a_drop_is_taken_back_once_and_by_who_did_it(team, bob, alice, other_team, mallory, dead):
    undo = bulk.drop(team=team, ids=ids(dead), by=bob).undo
    for somebody, where in ((alice, team), (mallory, other_team)):
        with pytest.raises(UnknownDelivery):
            bulk.undo(team=where, pk=undo.pk, by=somebody)

    assert bulk.undo(team=team, pk=undo.pk, by=bob).done == 3

    assert states(dead) == ["failed", "missed", "needs_human"]
    with pytest.raises(IllegalMove, match="too late"):
        bulk.undo(team=team, pk=undo.pk, by=bob)


def test_after_ten_minutes_it_is_too_late(team, bob, dead):
    undo = bulk.drop(team=team, ids=ids(dead), by=bob).undo
    Undo.objects.update(created_at=timezone.now() - timedelta(minutes=11))

    with pytest.raises(IllegalMove, match="too late"):
        bulk.undo(team=team, pk=undo.pk, by=bob)

    assert states(dead) == ["cancelled"] * 3


def test_what_was_taken_meanwhile_is_gone_and_the_rest_comes_back(team, bob):
    rows = [troubled(due_delivery(team, bob, seconds=-9 + n), "missed") for n in range(2)]
    answer = bulk.pace(team=team, ids=ids(rows), by=bob)
    Delivery.objects.filter(pk=rows[1].pk).update(run_at=timezone.now() + timedelta(minutes=1))
    claimed(Delivery.objects.get(pk=rows[0].pk))
    Delivery.objects.filter(pk=rows[1].pk).update(run_at=answer_time(answer, rows[1]))

    back = bulk.undo(team=team, pk=answer.undo.pk, by=bob)

    assert states(rows) == ["claimed", "missed"]
    [refused] = back.refused
    assert "being published right now" in refused.words


def answer_time(answer, row):
    [decision] = [d for d in answer.undo.decisions if d["delivery_id"] == row.pk]
    return decision["became"]["run_at"]


def test_what_turned_out_to_be_live_does_not_come_back(team, bob):
    row = troubled(due_delivery(team, bob), "needs_human")
    undo = bulk.drop(team=team, ids=[row.pk], by=bob).undo
    AttemptFactory(delivery=row, attempt_no=2, outcome="ok", ended_at=timezone.now())

    back = bulk.undo(team=team, pk=undo.pk, by=bob)

    assert states([row]) == ["cancelled"]
    assert back.refused[0].words == "It turned out to be live."


def test_old_ways_back_are_forgotten(team, bob, dead):
    bulk.drop(team=team, ids=ids(dead[:1]), by=bob)
    Undo.objects.update(created_at=timezone.now() - timedelta(days=2))

    bulk.drop(team=team, ids=ids(dead[1:]), by=bob)

    assert Undo.objects.count() == 1
