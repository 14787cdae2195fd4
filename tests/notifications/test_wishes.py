"""What a person chose holds: which kinds, by which way, and when."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Membership
from notifications import hours, outbox, preferring, queries, wishes
from notifications.kinds import KINDS
from notifications.models import Digest, Habits, Message, Preference, Sending
from notifications.services import tell, tell_all
from tests.factories.notifications import DATA

LISBON = ZoneInfo("Europe/Lisbon")
NEW_YORK = ZoneInfo("America/New_York")
State = Sending.State
FAILED = {"title": "Map", "channel": "@t", "reason": "it is too large", "url": "/t/tidewater/"}


def at(text: str, zone: ZoneInfo = LISBON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-27 21:59", None),
        ("2026-11-27 22:00", "2026-11-28 07:00"),
        ("2026-11-28 03:00", "2026-11-28 07:00"),
        ("2026-11-28 06:59", "2026-11-28 07:00"),
        ("2026-11-28 07:00", None),
        # Clocks go forward in this night: six hours of sleep.
        ("2027-03-27 23:00", "2027-03-28 07:00"),
    ],
)
def test_quiet_hours_over_midnight(now, ends):
    found = hours.quiet_until(at(now), time(22), time(7), LISBON)
    assert found == (at(ends) if ends else None)


def test_quiet_hours_within_a_day_and_of_no_length():
    assert hours.quiet_until(at("2026-11-27 13:00"), time(12), time(14), LISBON) == at(
        "2026-11-27 14:00"
    )
    assert hours.quiet_until(at("2026-11-27 14:00"), time(12), time(14), LISBON) is None
    assert hours.quiet_until(at("2026-11-27 14:00"), time(7), time(7), LISBON) is None


def test_the_hour_that_comes_twice_is_quiet_both_times():
    """Clocks go back at two in the morning of 1 November in New York."""
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    for now in (first, first + timedelta(hours=1)):
        assert hours.quiet_until(now, time(1), time(7), NEW_YORK) == at(
            "2026-11-01 07:00", NEW_YORK
        )


def test_digests_are_due_by_the_wall():
    assert hours.next_daily(at("2026-11-27 07:59"), 8, LISBON) == at("2026-11-27 08:00")
    assert hours.next_daily(at("2026-11-27 08:00"), 8, LISBON) == at("2026-11-28 08:00")
    assert hours.next_daily(at("2027-03-27 09:00"), 8, LISBON) == at("2027-03-28 08:00")
    assert hours.next_hour(at("2026-11-27 08:00")) == at("2026-11-27 09:00")


pytestmark = pytest.mark.django_db


def approved(team, user):
    return tell(kind="review_approved", team=team, user=user, data=DATA)


def quiet_now(user, **more):
    """Quiet from an hour ago until in an hour, by the clock of Lisbon."""
    here = timezone.now().astimezone(LISBON)
    user.time_zone = LISBON.key
    user.save(update_fields=["time_zone"])
    around = {
        "quiet_from": (here - timedelta(hours=1)).time().replace(microsecond=0),
        "quiet_until": (here + timedelta(hours=1)).time().replace(microsecond=0),
    }
    return Habits.objects.create(user=user, **around, **more)


def test_a_kind_that_is_switched_off_is_not_mailed_and_not_shown(team, alice):
    for way in ("email", "in_app"):
        Preference.objects.create(user=alice, kind="review_approved", way=way, wanted=False)
    message = approved(team, alice)
    assert not message.sendings.exists()
    assert not queries.inbox(team, alice).exists()
    assert outbox.drain() == 0


def test_a_kind_that_is_switched_on_is_mailed(team, alice):
    Preference.objects.create(user=alice, kind="post_published", way="email", wanted=True)
    tell(kind="post_published", team=team, user=alice, data={"title": "A", "channels": "2"})
    assert outbox.drain() == 1
    assert len(mail.outbox) == 1


def test_several_late_posts_follow_the_choice_for_one(team, alice):
    Preference.objects.create(user=alice, kind="delivery_late", way="email", wanted=False)
    data = {"count": 2, "title": "A", "channel": "B", "reason": "C"}
    assert not tell(kind="deliveries_late", team=team, user=alice, data=data).sendings.exists()


@pytest.mark.parametrize("kind", [kind.id for kind in KINDS.values() if kind.must])
def test_what_must_come_comes_at_once_whatever_was_chosen(alice, kind):
    Preference.objects.create(user=alice, kind=kind, way="email", wanted=False)
    quiet_now(alice, pace=Habits.Pace.NEVER)
    theirs = wishes.of_one(alice.pk)
    assert theirs.want(kind, "email")
    assert not theirs.gathers(kind)
    assert theirs.quiet_until(timezone.now(), kind) is None


def test_never_is_never_also_for_what_cannot_wait(team, alice):
    Habits.objects.create(user=alice, pace=Habits.Pace.NEVER, urgent_anyway=True)
    tell(kind="delivery_failed", team=team, user=alice, data=FAILED)
    assert not Sending.objects.exists()
    assert queries.unread(team, alice).count() == 1


def test_mails_wait_until_the_quiet_hours_end_and_the_bell_does_not(team, alice, bob):
    habits = quiet_now(alice)
    tell_all(
        [
            Message(kind="review_approved", team=team, user=user, data=dict(DATA))
            for user in (alice, bob)
        ]
    )
    assert outbox.drain() == 1
    assert [sent.to for sent in mail.outbox] == [["bob@demo.test"]]
    assert queries.unread(team, alice).count() == 1
    row = Sending.objects.get(message__user=alice)
    wall = row.run_at.astimezone(LISBON).time()
    assert (row.state, wall) == (State.WAITING, habits.quiet_until)
    Habits.objects.all().delete()
    Sending.objects.update(run_at=timezone.now())
    assert outbox.drain() == 1


def test_quiet_hours_that_began_meanwhile_hold_a_mail_back_and_cost_no_attempt(team, alice):
    approved(team, alice)
    quiet_now(alice)
    outbox.drain()
    row = Sending.objects.get()
    assert (row.state, row.attempts, row.error) == (State.WAITING, 0, "")
    assert row.run_at > timezone.now() + timedelta(minutes=50)
    assert not mail.outbox


@pytest.mark.parametrize(("anyway", "sent"), [(True, 1), (False, 0)])
def test_what_cannot_wait_breaks_through_when_asked_for(team, alice, anyway, sent):
    quiet_now(alice, urgent_anyway=anyway, pace=Habits.Pace.DAILY)
    tell(kind="delivery_failed", team=team, user=alice, data=FAILED)
    approved(team, alice)
    outbox.drain()
    assert len(mail.outbox) == sent


def test_the_zone_is_the_persons_and_else_that_of_their_first_team(team, other_team, alice):
    team.time_zone = "Asia/Tokyo"
    team.save(update_fields=["time_zone"])
    Membership.objects.create(team=other_team, user=alice, role="viewer")
    assert wishes.of_one(alice.pk).zone.key == "Asia/Tokyo"
    alice.time_zone = LISBON.key
    alice.save(update_fields=["time_zone"])
    assert wishes.of_one(alice.pk).zone == LISBON


def test_who_changed_their_mind_gets_no_mail_that_was_written_before(team, alice):
    approved(team, alice)
    Preference.objects.create(user=alice, kind="review_approved", way="email", wanted=False)
    outbox.drain()
    assert (Sending.objects.get().state, len(mail.outbox)) == (State.FAILED, 0)


def test_telling_many_asks_once(team, alice, bob, carol, django_assert_max_num_queries):
    people = [alice, bob, carol] * 20
    rows = [Message(kind="review_approved", team=team, user=p, data=dict(DATA)) for p in people]
    with django_assert_max_num_queries(9):
        tell_all(rows)
    assert Sending.objects.count() == 60


def test_a_new_pace_moves_what_was_gathered(team, alice):
    Habits.objects.create(user=alice, pace=Habits.Pace.DAILY)
    approved(team, alice)
    assert Sending.objects.get().state == State.GATHERED
    preferring.save(user=alice, habits=Habits(pace=Habits.Pace.NOW), ticked=[])
    assert Sending.objects.get().run_at <= timezone.now()
    Preference.objects.all().delete()
    assert outbox.drain() == 1
    assert Digest.objects.get().state == State.SENT
