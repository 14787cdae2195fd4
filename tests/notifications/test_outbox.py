"""Leases, backoff and what a crash leaves behind."""

import contextlib
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Invitation, Membership, User
from accounts.services import invitations
from notifications import leasing, outbox, tasks
from notifications.kinds import KINDS
from notifications.models import LiveEvent, Message, Sending
from notifications.services import tell
from notifications.ways import Later, email
from tests.factories.notifications import DATA, LiveEventFactory, SendingFactory

pytestmark = pytest.mark.django_db
State = Sending.State


@pytest.fixture
def approved(team, alice):
    return tell(kind="review_approved", team=team, user=alice, data=DATA)


def only() -> Sending:
    return Sending.objects.get()


def test_what_is_told_is_sent_once(approved):
    assert outbox.drain() == 1
    assert outbox.drain() == 0
    assert len(mail.outbox) == 1
    assert (only().state, only().attempts, only().lease_until) == (State.SENT, 1, None)
    assert only().sent_at


def test_the_task_drains(approved):
    tasks.drain()
    assert len(mail.outbox) == 1


def test_a_rolled_back_change_tells_nobody(team, alice):
    with contextlib.suppress(RuntimeError), transaction.atomic():
        tell(kind="review_approved", team=team, user=alice, data=DATA)
        assert Message.objects.exists()
        raise RuntimeError
    assert not Message.objects.exists()
    assert not LiveEvent.objects.exists()


def test_an_undeclared_kind_or_a_missing_name_is_refused(team, alice):
    with pytest.raises(KeyError):
        tell(kind="gossip", team=team, user=alice, data=DATA)
    with pytest.raises(KeyError):
        tell(kind="review_approved", team=team, user=alice, data={"by": "Ines"})
    assert not Message.objects.exists()


def test_a_kind_without_mail_sends_none(team, alice):
    tell(
        kind="post_published", team=team, user=alice, data={"title": "A", "channels": "2 channels"}
    )
    assert Message.objects.count() == 1
    assert not Sending.objects.exists()


def test_a_server_that_is_away_is_asked_again_later_and_later(approved, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    waits = []
    for attempt in range(1, 9):
        Sending.objects.update(run_at=timezone.now())
        assert outbox.drain() == 1
        row = only()
        assert (row.state, row.attempts) == (State.WAITING, attempt)
        assert "ConnectionRefused" in row.error
        waits.append((row.run_at - timezone.now()).total_seconds())
    assert outbox.drain() == 0
    assert 20 < waits[0] < 40
    assert waits[3] > 2 * waits[0]
    assert max(waits) <= 3600 * 1.2


def test_after_a_day_of_trying_a_person_is_asked(approved, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    Sending.objects.update(attempts=leasing.MAX_ATTEMPTS - 1)
    outbox.drain()
    assert only().state == State.FAILED
    assert sum((leasing.pause(n) for n in range(1, leasing.MAX_ATTEMPTS)), timedelta()) > timedelta(
        hours=18
    )
    assert outbox.send_again(only())
    assert (only().state, only().attempts) == (State.WAITING, 0)
    assert not outbox.send_again(only())


def test_a_dead_workers_row_is_taken_over_when_its_lease_ends(approved):
    dead = outbox.lease()
    assert dead
    assert outbox.drain() == 0
    Sending.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert outbox.drain() == 1
    assert len(mail.outbox) == 1
    assert not outbox.settle(dead, Later("late news of the dead"))
    assert only().state == State.SENT


def test_a_repeated_mail_keeps_its_id(approved):
    """Killed after the server took the mail and before that was written."""
    email.deliver(outbox.lease())
    Sending.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    outbox.drain()
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_slow_server_takes_only_some_of_the_workers(team, alice):
    SendingFactory.create_batch(10, message__team=team, message__user=alice)
    assert [bool(outbox.lease()) for _ in range(5)] == [True, True, True, False, False]


def test_one_broken_message_does_not_hold_up_the_rest(team, alice, approved):
    broken = SendingFactory(message__team=team, message__user=alice, message__data={})
    Sending.objects.filter(pk=broken.pk).update(run_at=timezone.now() - timedelta(hours=1))
    assert outbox.drain() == 2
    broken.refresh_from_db()
    assert (broken.state, broken.error) == (State.WAITING, "KeyError")
    assert [message.to for message in mail.outbox] == [["alice@demo.test"]]


@pytest.mark.parametrize("gone", ["left", "locked out"])
def test_who_has_left_is_not_told(approved, alice, gone):
    if gone == "left":
        Membership.objects.filter(user=alice).delete()
    else:
        User.objects.update(is_active=False)
    outbox.drain()
    assert (only().state, len(mail.outbox)) == (State.FAILED, 0)
    assert "no longer in the team" in only().error


def test_a_secret_is_sealed_until_sent_and_then_gone(team):
    message = tell(
        kind="team_invitation",
        team=team,
        email="outside@demo.test",
        data={"by": "Alice", "team": "Tidewater", "role": "viewer", "until": "9 December 2026"},
        secret={"url": "/invitations/canary/"},
    )
    row = Message.objects.values().get(pk=message.pk)
    assert "canary" not in str(row)
    assert row["sealed"]
    outbox.drain()
    assert "/invitations/canary/" in mail.outbox[0].body
    message.refresh_from_db()
    assert message.sealed == ""


def test_a_lost_key_is_said_and_not_tried_for_ever(team, settings):
    tell(
        kind="team_invitation",
        team=team,
        email="outside@demo.test",
        data={"by": "Alice", "team": "Tidewater", "role": "viewer", "until": "9 December 2026"},
        secret={"url": "/x/"},
    )
    settings.TOKEN_KEYS = ["YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlcjE="]
    outbox.drain()
    assert only().state == State.FAILED
    assert "key" in only().error


def test_an_invitation_is_mailed_once_with_a_link_that_opens_it(team, alice, client):
    invitations.invite(
        team=team, email="new@demo.test", role="viewer", by=Membership.objects.get(user=alice)
    )
    assert outbox.drain() == 1
    assert outbox.drain() == 0
    sent = mail.outbox[0]
    assert sent.to == ["new@demo.test"]
    path = next(word for word in sent.body.split() if "/invitations/" in word)
    assert path in sent.alternatives[0][0]
    assert client.get(path.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert path.split("/")[-2] not in str(list(Message.objects.values()))


def test_revoked_and_expired_invitations_are_not_mailed(team, alice):
    mine = Membership.objects.get(user=alice)
    for number in range(2):
        invitations.invite(team=team, email=f"{number}@demo.test", role="viewer", by=mine)
    invitations.revoke(invitation=Invitation.objects.get(email="0@demo.test"), by=mine)
    Invitation.objects.filter(email="1@demo.test").update(expires_at=timezone.now())
    assert outbox.drain() == 0


def test_old_events_are_pruned(team):
    old = LiveEventFactory(team=team, at=timezone.now() - timedelta(days=1, minutes=1))
    young = LiveEventFactory(team=team, at=timezone.now() - timedelta(hours=23))
    tasks.prune()
    assert list(LiveEvent.objects.all()) == [young]
    assert old.pk != young.pk


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_message_once(team, alice):
    for _ in range(30):
        tell(kind="review_approved", team=team, user=alice, data=DATA)

    def work():
        while Sending.objects.filter(state=State.WAITING).exists():
            outbox.drain()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ids = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(ids) == len(set(ids)) == 30
    assert set(Sending.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


def test_every_kind_has_words_for_its_button_and_a_stable_id():
    assert len(KINDS) >= 10
    assert all(kind.action and kind.line for kind in KINDS.values())
