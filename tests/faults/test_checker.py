"""The checker can fail: each of its own promises, broken, is found; and it raises no false alarm.

Those of the database alone are in test_invariants.py.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import Activity, Approval
from publishers.sandbox.models import Account, RemotePost
from tests.delivery.parrot import Parrot
from tests.factories.delivery import (
    AttemptFactory,
    channel_of,
    due_delivery,
    published,
    sending,
    troubled,
    unknown,
)
from tests.factories.posts import PostFactory
from tests.faults import checker
from tests.faults.history import Act, History
from tests.faults.planting import unguarded, update

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("parrot")]

EARLY = "early on the platform's clock"
AFTER_NO = "live after somebody was told that it would not be"
CANCELLED = "cancelled while nothing was public, and live"
FAILED = "failed, and live"
LOST = "lost: neither out nor visibly waiting"
NOT_OURS = "live, and no attempt of ours sent it"
NOT_KNOWN = "live, and not known to us"
WORDS = "Forty buoys report."


@pytest.fixture
def account(db):
    return Account.objects.create(
        platform=Parrot.spec.slug, handle="here.test", name="Here", remote_id="here"
    )


@pytest.fixture
def delivery(team, account):
    """Due half a minute ago, on the channel of the account."""
    post = PostFactory(team=team, stage="scheduled", body=WORDS)
    channel = channel_of(team, Parrot.spec.slug, remote_id=account.remote_id)
    made = due_delivery(team, channel=channel, post=post, seconds=-30)
    with unguarded():
        Approval.objects.update(created_at=ago(1000))
    return made


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


def out(delivery, account, *, sent: float = 20.0, accepted: float = 19.0):
    """Published, and there; both so many seconds ago."""
    published(delivery, at=ago(sent))
    return there(account, f"remote-{delivery.pk}", accepted)


def there(account, key: str, accepted: float = 19.0, text: str = WORDS):
    return RemotePost.objects.create(
        account=account, remote_id=key, text=text, accepted_at=ago(accepted)
    )


def did(kind: str, delivery, seconds: float, *, text: str = WORDS, one: bool = False) -> Act:
    at = ago(seconds).timestamp()
    return Act(kind, delivery.post_id, delivery.pk if one else None, text, at, at)


def found(*acts: Act, scheduled: set[int] = frozenset()) -> set[str]:
    history = History(acts=list(acts), scheduled=set(scheduled))
    return set(checker.check(history, quiet=600))


def note(delivery, kind: str, seconds: float, **data) -> None:
    Activity.objects.create(
        team=delivery.team,
        post=delivery.post,
        kind=kind,
        at=ago(seconds),
        data={"delivery": delivery.pk, **data},
    )


def test_all_is_well(delivery, account):
    out(delivery, account)
    assert not found()


# -- early


def test_early_on_the_platforms_clock(delivery, account):
    out(delivery, account, sent=30.5, accepted=30.4)
    assert found() == {EARLY}


def test_there_before_anything_was_sent(delivery, account):
    out(delivery, account, sent=20, accepted=25)
    assert EARLY in found()


def test_its_first_sending_was_early_by_the_time_that_held_then(delivery, account):
    note(delivery, "post.plan", 100, at=ago(30).isoformat())
    out(delivery, account, sent=60, accepted=59)
    note(delivery, "delivery.resend", 10)
    update(due_at=ago(10))
    assert {EARLY, "I10: sent early"} <= found()


def test_sent_again_it_was_not_early_before(delivery, account):
    note(delivery, "post.plan", 100, at=ago(30).isoformat())
    out(delivery, account, sent=20, accepted=19)
    note(delivery, "delivery.resend", 10)
    update(due_at=ago(10))
    assert not found()


# -- after a no


@pytest.mark.parametrize("kind", ["cancel", "drop", "edit", "revoke", "unschedule"])
def test_live_after_a_no(delivery, account, kind):
    out(delivery, account)
    assert found(did(kind, delivery, 25, one=kind in ("cancel", "drop"))) == {AFTER_NO}
    assert not found(did(kind, delivery, 15, one=kind in ("cancel", "drop")))


def test_the_same_words_were_allowed_again(delivery, account):
    out(delivery, account)
    assert not found(did("revoke", delivery, 25), did("return", delivery, 22))


def test_other_words_were_allowed(delivery, account):
    out(delivery, account)
    other = did("return", delivery, 22, text="Other words.")
    assert found(did("edit", delivery, 25), other) == {AFTER_NO}


def test_another_place_was_allowed(delivery, account):
    out(delivery, account)
    elsewhere = Act("resend", delivery.post_id, delivery.pk + 1, WORDS, *[ago(22).timestamp()] * 2)
    assert found(did("cancel", delivery, 25, one=True), elsewhere) == {AFTER_NO}


def test_it_was_allowed_only_afterwards(delivery, account):
    out(delivery, account)
    assert found(did("revoke", delivery, 25), did("return", delivery, 10)) == {AFTER_NO}


# -- cancelled, failed


def test_cancelled_and_live(delivery, account):
    out(delivery, account)
    update(state="cancelled")
    note(delivery, "delivery.cancel", 25, **{"from": "queued"})
    assert CANCELLED in found()


def test_failed_and_live(delivery, account):
    troubled(delivery, "failed")
    there(account, "somewhere", accepted=-1)
    assert FAILED in found()


# -- known


def test_live_and_in_doubt_for_ever(delivery, account):
    unknown(delivery, since=20)
    there(account, "somewhere", accepted=-1)
    assert NOT_KNOWN in found()


@pytest.mark.parametrize(("sent", "known"), [(20, True), (5, False)])
def test_forgotten_by_a_person_unless_it_was_sent_afterwards(delivery, account, sent, known):
    AttemptFactory(delivery=delivery, intent_at=ago(sent), outcome="ambiguous", ended_at=ago(sent))
    there(account, "somewhere", accepted=sent - 1)
    update(state="cancelled")
    note(delivery, "delivery.cancel", 10, **{"from": "needs_human"})
    assert (NOT_KNOWN not in found()) is known


def test_nobody_sent_it(account):
    there(account, "somewhere")
    assert NOT_OURS in found()


# -- lost


def test_lost(delivery, account):
    assert LOST in found()


def test_in_somebodys_hands_for_ever(delivery, account):
    sending(delivery)
    assert LOST in found()


def test_a_draft_that_nobody_made_one(delivery, account):
    update(state="draft")
    scheduled = {delivery.post_id}
    assert found(scheduled=scheduled) == {LOST}
    moved, cancelled = did("reschedule", delivery, 9), did("cancel", delivery, 12, text="")
    assert found(moved, scheduled=scheduled) == {LOST}
    assert found(moved, cancelled, scheduled=scheduled) == set()
    assert found(did("cancel", delivery, 3, text=""), moved, scheduled=scheduled) == {LOST}
    assert not found(did("unschedule", delivery, 10), scheduled={delivery.post_id})
    assert not found()
