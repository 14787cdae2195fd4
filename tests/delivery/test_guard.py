"""What the database refuses, tried on the database; and the table it was made from."""

import importlib
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from posts import states, workflow
from posts.errors import IllegalMove, LostRace
from posts.models import Approval, Delivery, Post, Revision
from posts.states import DeliveryState
from tests.delivery.refusals import ask_now, claim_anyway, put, refused, without
from tests.factories.delivery import claimed, due_delivery, sending, troubled, unknown
from tests.factories.posts import DeliveryFactory, RevisionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]

GUARD = importlib.import_module("posts.migrations.0008_parts")
LEGAL = {(source, to) for source, row in states.DELIVERY.items() for to in row.values()}


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
