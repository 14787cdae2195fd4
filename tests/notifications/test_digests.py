"""One mail with everything since the last: grouped, in the reader's language, and sent once."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from notifications import digests, leasing, outbox
from notifications.models import Digest, Habits, Sending
from notifications.services import tell
from tests.factories.notifications import DATA

pytestmark = pytest.mark.django_db
State = Sending.State
FAILED = {
    "title": "Map",
    "channel": "@tidewater",
    "reason": "The picture is too large",
    "url": "/t/harbour/deliveries/2/",
}


@pytest.fixture
def daily(team, other_team, alice):
    """Alice hears of two things in one team and of one in another."""
    Membership.objects.create(team=other_team, user=alice, role="editor")
    habits = Habits.objects.create(user=alice, pace=Habits.Pace.DAILY)
    tell(kind="review_approved", team=team, user=alice, data=DATA)
    tell(kind="delivery_failed", team=other_team, user=alice, data=FAILED)
    tell(kind="review_changes", team=team, user=alice, data=DATA)
    return habits


def due() -> None:
    Sending.objects.filter(state=State.GATHERED).update(run_at=timezone.now())


def test_nothing_is_mailed_before_it_is_due(daily):
    rows = list(Sending.objects.values_list("state", "run_at"))
    assert {state for state, _at in rows} == {State.GATHERED}
    assert all(timezone.now() < at <= timezone.now() + timedelta(days=1) for _state, at in rows)
    assert outbox.drain() == 0
    assert not Digest.objects.exists()


def test_everything_comes_in_one_mail_by_team(daily, alice):
    due()
    assert outbox.drain() == 1
    assert outbox.drain() == 0
    (sent,) = mail.outbox
    assert sent.to == ["alice@demo.test"]
    assert sent.subject == "3 things happened: Harbour Trust, Tidewater"
    text, html = sent.body, sent.alternatives[0][0]
    assert text.index("Harbour Trust") < text.index("Map") < text.index("--- Tidewater")
    assert text.index("--- Tidewater") < text.index("Ines approved") < text.index("Ines asked for")
    assert "http://127.0.0.1:8000/t/harbour/deliveries/2/" in text
    assert 'href="http://127.0.0.1:8000/t/harbour/deliveries/2/"' in html
    assert set(Sending.objects.values_list("state", flat=True)) == {State.SENT}


def test_it_is_written_in_the_readers_language(daily, alice):
    alice.language = "de"
    alice.save(update_fields=["language"])
    due()
    outbox.drain()
    assert "passiert" in mail.outbox[0].subject
    assert "Ines hat" in mail.outbox[0].body


def test_what_comes_later_is_in_the_next_one(daily, team, alice):
    due()
    outbox.drain()
    tell(kind="review_approved", team=team, user=alice, data={**DATA, "title": "Later"})
    assert outbox.drain() == 0
    due()
    outbox.drain()
    first, second = mail.outbox
    assert "Later" in second.body
    assert "Map" not in second.body
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]


def test_a_repeated_digest_is_the_same_mail(daily, team, alice):
    """Killed after the server took it; what was told meanwhile waits for the next."""
    due()
    digests.gather()
    first = leasing.lease(digests.rows(), at_once=3)
    digests.deliver(first)
    tell(kind="review_approved", team=team, user=alice, data={**DATA, "title": "Later"})
    due()
    Digest.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    outbox.drain()
    again = [m for m in mail.outbox if "Map" in m.body]
    assert len(again) == 2
    assert len({m.extra_headers["Message-ID"] for m in again}) == 1
    assert "Later" not in again[1].body
    assert again[0].body == again[1].body


def test_a_server_that_is_away_gets_it_later(daily, settings):
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    due()
    outbox.drain()
    assert Digest.objects.get().state == State.WAITING
    assert set(Sending.objects.values_list("state", flat=True)) == {State.GATHERED}
    settings.EMAIL_BACKEND = backend
    Digest.objects.update(run_at=timezone.now())
    outbox.drain()
    assert len(mail.outbox) == 1


def test_a_team_that_was_left_is_not_told_of(daily, other_team, alice):
    Membership.objects.filter(team=other_team).delete()
    due()
    outbox.drain()
    assert "Harbour" not in mail.outbox[0].body
    Membership.objects.all().delete()
    tell(kind="review_approved", team=other_team, user=alice, data=DATA)
    due()
    outbox.drain()
    assert len(mail.outbox) == 1
    assert Digest.objects.latest("pk").state == State.FAILED


def test_a_digest_waits_for_the_end_of_the_quiet_hours(daily, alice):
    here = timezone.localtime()
    Habits.objects.update(
        quiet_from=(here - timedelta(hours=1)).time(),
        quiet_until=(here + timedelta(hours=1)).time(),
    )
    due()
    outbox.drain()
    assert (Digest.objects.get().state, Digest.objects.get().attempts) == (State.WAITING, 0)
    assert not mail.outbox


def test_who_said_never_gets_none_that_was_under_way(daily):
    due()
    digests.gather()
    Habits.objects.update(pace=Habits.Pace.NEVER)
    outbox.drain()
    assert not mail.outbox


def test_a_long_one_is_cut_and_says_so(team, alice, monkeypatch):
    monkeypatch.setattr(digests, "MOST_SHOWN", 2)
    Habits.objects.create(user=alice, pace=Habits.Pace.HOURLY)
    for number in range(5):
        tell(kind="review_approved", team=team, user=alice, data={**DATA, "title": f"No. {number}"})
    due()
    outbox.drain()
    (sent,) = mail.outbox
    assert sent.subject.startswith("5 things happened")
    assert "No. 1" in sent.body
    assert "No. 2" not in sent.body
    assert "And 3 more, in Drumbeat." in sent.body


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_digest(daily):
    due()
    begun = threading.Barrier(4)

    def work():
        begun.wait()
        outbox.drain()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(mail.outbox) == 1
    assert Digest.objects.count() == 1
