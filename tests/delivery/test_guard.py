"""What the database refuses, tried on the database; and the table it was made from."""

import importlib
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from posts import states, workflow
from posts.errors import IllegalMove, LostRace
from posts.models import Activity, Approval, Delivery, DeliveryPart, Post, Revision
from posts.states import DeliveryState
from tests.factories.delivery import (
    AttemptFactory,
    claimed,
    due_delivery,
    sending,
    troubled,
    unknown,
)
from tests.factories.posts import ActivityFactory, DeliveryFactory, RevisionFactory

pytestmark = pytest.mark.django_db

GUARD = importlib.import_module("posts.migrations.0008_parts")
LEGAL = {(source, to) for source, row in states.DELIVERY.items() for to in row.values()}


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


@contextmanager
def refused(why: str):
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        yield


def ask_now() -> None:
    """Let the constraints that wait for the end of the transaction speak."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def without(trigger: str, table: str = "posts_delivery"):
    """Do what the product cannot."""
    ask_now()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        yield
        ask_now()
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def fields_of(state: str) -> dict[str, object]:
    lease = timezone.now() + timedelta(seconds=90) if state in states.LEASED else None
    proof = "p1" if state == DeliveryState.PUBLISHED else None
    return {"state": state, "lease_until": lease, "remote_id": proof}


def put(delivery: Delivery, state: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(**fields_of(state))


def test_the_migration_was_made_from_the_table():
    written = {(source, to) for source, row in GUARD.EDGES.items() for to in row}
    assert written == LEGAL
    assert "posts_delivery_may" in importlib.import_module("posts.migrations.0003_decisions")._AFTER


@pytest.mark.parametrize("source", list(DeliveryState))
def test_the_database_allows_exactly_the_table(team, source):
    delivery = due_delivery(team, attempt_no=1)
    with without("delivery_guard"):
        put(delivery, source)

    for target in DeliveryState:
        if source == target or (source, target) in LEGAL:
            with transaction.atomic():
                put(delivery, target)
                transaction.set_rollback(True)
        else:
            with refused(f"cannot go from {source} to {target}"):
                put(delivery, target)


def test_nothing_begins_under_way(team):
    for state in (DeliveryState.CLAIMED, DeliveryState.SENDING):
        with refused(f"begins {state}"):
            DeliveryFactory(queued=True, lease_until=timezone.now(), state=state)


def test_nothing_is_sent_without_an_approval(team):
    delivery = due_delivery(team)
    with without("approval_stays", "posts_approval"):
        Approval.objects.all().delete()
    claim_anyway(delivery)

    with refused("is not approved as it is"):
        put(delivery, DeliveryState.SENDING)


def test_nothing_is_sent_with_a_revoked_or_another_approval(team):
    delivery = due_delivery(team)
    claim_anyway(delivery)
    Approval.objects.update(revoked_at=timezone.now())
    Post.objects.update(body="Something else")
    other = RevisionFactory(post=Post.objects.get(), content_hash="f" * 64)
    Approval.objects.create(
        post=other.post, revision=other, content_hash=other.content_hash, source="review"
    )

    with refused("is not approved as it is"):
        put(delivery, DeliveryState.SENDING)


def test_nothing_is_sent_while_a_decision_can_be_taken_back(team):
    delivery = due_delivery(team)
    with without("approval_kept", "posts_approval"):
        Approval.objects.update(not_before=timezone.now() + timedelta(minutes=1))
    claim_anyway(delivery)

    with refused("is not approved as it is"):
        put(delivery, DeliveryState.SENDING)


def test_nothing_is_sent_before_its_time(team):
    delivery = due_delivery(team, seconds=30)
    claim_anyway(delivery)

    with refused("is not due yet"):
        put(delivery, DeliveryState.SENDING)


def test_content_stays_what_was_approved_while_committed(team):
    delivery = due_delivery(team)
    other = RevisionFactory(post=delivery.post, content_hash="e" * 64)

    with refused("cannot change its content while committed"):
        Delivery.objects.update(revision=other, content_hash=other.content_hash)


def test_the_hash_is_that_of_the_revision(team):
    delivery = due_delivery(team)
    workflow.move(delivery, "recall", revision=None, content_hash="")

    with refused("delivery_content_is_of_revision"):
        Delivery.objects.update(revision=Revision.objects.get(), content_hash="d" * 64)
        ask_now()


def test_attempts_never_become_fewer(team):
    delivery = due_delivery(team)
    claimed(delivery)

    with refused("cannot have fewer attempts"):
        Delivery.objects.update(attempt_no=0)


def test_what_is_published_stays_published(team):
    delivery = due_delivery(team)
    sending(delivery)
    workflow.move(delivery, "publish", remote_id="p1", owner="", lease_until=None)

    for change in ({"remote_id": "p2"}, {"due_at": timezone.now()}, {"attempt_no": 7}):
        with refused("has ended"):
            Delivery.objects.update(**change)
    Delivery.objects.update(permalink="https://elsewhere.example/p1")


def test_a_queued_post_is_live_only_with_proof(team, alice):
    due_delivery(team)

    with refused("cannot be live without proof"):
        Delivery.objects.update(state="published", confirmed_by=alice)


def test_what_is_under_way_cannot_be_deleted(team):
    for state in (claimed, sending, unknown):
        delivery = due_delivery(team)
        state(delivery)
        with refused("cannot be deleted"):
            delivery.delete()


def test_revisions_approvals_and_activity_stay_as_they_were(team, bob):
    delivery = due_delivery(team, bob)
    ActivityFactory(post=delivery.post)

    for change in (
        lambda: Revision.objects.update(content_hash="c" * 64),
        lambda: Revision.objects.update(snapshot={}),
        lambda: Approval.objects.update(content_hash="c" * 64),
        lambda: Approval.objects.update(granted_name="Somebody"),
        lambda: Activity.objects.update(kind="post.other"),
    ):
        with refused("cannot be changed"):
            change()


def test_a_revoked_approval_stays_revoked(team):
    due_delivery(team)
    Approval.objects.update(revoked_at=timezone.now())

    with refused("cannot be changed"):
        Approval.objects.update(revoked_at=None)


def test_people_may_leave_without_taking_the_records(team, bob):
    delivery = due_delivery(team, bob)
    ActivityFactory(post=delivery.post, actor=bob)

    bob.delete()

    assert Revision.objects.get().author is None
    assert Approval.objects.get().granted_by is None
    assert Activity.objects.get().actor is None


@pytest.mark.parametrize("records", [Revision, Approval, Activity])
def test_records_go_with_their_post_only(team, bob, records):
    delivery = due_delivery(team, bob)
    ActivityFactory(post=delivery.post)
    if records is Revision:
        Delivery.objects.all().delete()
        with without("approval_stays", "posts_approval"):
            Approval.objects.all().delete()
    with refused("cannot be deleted while its post exists"):
        records.objects.all().delete()
        ask_now()


def test_an_attempt_is_closed_once_and_kept(team):
    delivery = due_delivery(team)
    sending(delivery)
    attempt = delivery.attempts.get()

    with refused("can only be closed, once"):
        delivery.attempts.update(content_hash="b" * 64, outcome="ok", ended_at=timezone.now())
    delivery.attempts.update(outcome="ambiguous", ended_at=timezone.now())
    with refused("can only be closed, once"):
        delivery.attempts.update(outcome="ok")
    with refused("cannot be deleted while its delivery exists"):
        attempt.delete()
        ask_now()


def test_after_a_success_there_is_no_further_attempt(team):
    delivery = due_delivery(team)
    AttemptFactory(delivery=delivery, outcome="ok", ended_at=timezone.now())

    with refused("is live already"):
        AttemptFactory(delivery=delivery, attempt_no=2)


# -- items: parts of a thread, first comments


def part(delivery: Delivery, seq: int, **fields) -> DeliveryPart:
    known = {"kind": "part", "remote_id": f"p{seq + 1}", "published_at": timezone.now(), **fields}
    return DeliveryPart.objects.create(delivery=delivery, seq=seq, **known)


def test_an_item_is_sent_only_when_the_one_before_it_is_live(team):
    delivery = due_delivery(team)
    with refused("item 1 of delivery .* has nothing before it"):
        AttemptFactory(delivery=delivery, item=1)
    part(delivery, 0)
    AttemptFactory(delivery=delivery, item=1)
    with refused("item 2 of delivery .* has nothing before it"):
        AttemptFactory(delivery=delivery, item=2)


def test_the_journal_may_know_of_an_item_before_the_one_before_it(team):
    AttemptFactory(delivery=due_delivery(team), item=1, worker="journal")


@pytest.mark.parametrize("worker", ["host:1:1", "journal"])
def test_a_live_item_is_not_sent_again(team, worker):
    delivery = due_delivery(team)
    part(delivery, 0)
    with refused("is live already"):
        AttemptFactory(delivery=delivery, item=0, worker=worker)


def test_items_are_live_in_their_order_and_once(team):
    delivery = due_delivery(team)
    with refused("has nothing before it"):
        part(delivery, 1)
    part(delivery, 0)
    part(delivery, 1)
    with refused("part_once"):
        part(delivery, 1, remote_id="p9")
    with refused("part_remote_once"):
        part(delivery, 2, remote_id="p2")


def test_what_is_live_stays_as_it_is(team):
    delivery = due_delivery(team)
    row = part(delivery, 0)
    with refused("cannot be changed"):
        DeliveryPart.objects.update(remote_id="p9")
    with refused("item 0 of delivery .* is live"):
        row.delete()
        ask_now()


@pytest.mark.parametrize("state", [DeliveryState.DRAFT, DeliveryState.CANCELLED])
def test_what_is_partly_live_is_not_taken_back(team, state):
    due_delivery(team)
    Delivery.objects.update(remote_id="p1")
    with refused("is partly live"):
        Delivery.objects.update(state=state)
    with refused("cannot become another post"):
        Delivery.objects.update(remote_id="p2")
    with refused("cannot become another post"):
        Delivery.objects.update(remote_id=None)


# -- the machine as a whole


STEPS = sorted({event for row in states.DELIVERY.values() for event in row})


def change(delivery: Delivery, event: str) -> None:
    fields = {
        "claim": {"lease_until": timezone.now(), "attempt_no": delivery.attempt_no + 1},
        "intend": {},
        "advance": {"remote_id": "p1"},
        "publish": {"remote_id": "p1", "lease_until": None},
        "stop": {"remote_id": "p1", "lease_until": None},
    }.get(event, {"lease_until": None})
    if event == "confirm_live":
        fields["confirmed_by"] = delivery.post.author
    workflow.move(delivery, event, **fields)


# What no delivery becomes of which a part is live.
TAKEN_BACK = {DeliveryState.DRAFT, DeliveryState.CANCELLED}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=st.lists(st.sampled_from(STEPS), max_size=25))
@example(events=["claim", "intend", "advance", "cancel", "recall"])
def test_whatever_is_tried_only_the_table_happens(team, events):
    """Any series of events: each is done or refused as the table says, and ends stay ends."""
    delivery = due_delivery(team)
    for event in events:
        before, tries = delivery.state, delivery.attempt_no
        expected = states.DELIVERY[DeliveryState(before)].get(event)
        if expected is None:
            with pytest.raises(IllegalMove):
                change(delivery, event)
        elif delivery.remote_id and expected in TAKEN_BACK:
            expected = None
            with refused("is partly live"):
                change(delivery, event)
        else:
            change(delivery, event)
        stored = Delivery.objects.get(pk=delivery.pk)
        assert stored.state == (expected or before)
        assert stored.attempt_no >= tries
        assert (stored.lease_until is not None) == (stored.state in states.LEASED)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    source=st.sampled_from([s for s in DeliveryState if states.DELIVERY[s]]),
    data=st.data(),
)
def test_of_two_who_saw_the_same_one_wins(team, source, data):
    delivery = due_delivery(team, attempt_no=1)
    with without("delivery_guard"):
        put(delivery, source)
    first, second = Delivery.objects.get(pk=delivery.pk), Delivery.objects.get(pk=delivery.pk)
    events = st.sampled_from(sorted(states.DELIVERY[source]))

    change(first, data.draw(events))

    with pytest.raises(LostRace):
        change(second, data.draw(events))


def test_troubled_rows_are_made_as_the_product_makes_them(team):
    for state in ("missed", "failed", "needs_human"):
        assert troubled(due_delivery(team), state).state == state


def claim_anyway(delivery: Delivery) -> None:
    workflow.move(
        delivery,
        "claim",
        attempt_no=1,
        lease_until=timezone.now() + timedelta(seconds=90),
    )
