"""What the database keeps of revisions, approvals, activity and attempts, whoever asks."""

import pytest
from django.utils import timezone

from posts.models import Activity, Approval, Delivery, Revision
from tests.delivery.refusals import ask_now, refused, without
from tests.factories.delivery import AttemptFactory, due_delivery, sending
from tests.factories.posts import ActivityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


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
