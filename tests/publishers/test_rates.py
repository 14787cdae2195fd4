"""What is left of a platform's rates: read from headers, or counted, and kept by the row."""

from datetime import timedelta
from email.utils import formatdate

import pytest
from django.utils import timezone

from publishers import registry, windows
from publishers.contract import Rate, Rejected, Reply, TryLater, Uncertain
from publishers.models import Channel, RateWindow
from publishers.rates import Meter, Reading, read
from publishers.waits import LONGEST
from publishers.windows import Noted
from tests.factories.publishers import ChannelFactory

NOW = 1_795_000_000.0
RATE = Rate("quarter", "channel", 100, 900, headers="x-rate-limit")
COUNTED = Rate("day", "app", 50, 86_400, aligned=True)
CALLS = Rate("calls", "channel", 3000, 300, "calls", headers="ratelimit")


def headers(limit="100", remaining="40", reset=str(int(NOW) + 600)) -> dict[str, str]:
    found = {
        "X-Rate-Limit-Limit": limit,
        "X-Rate-Limit-Remaining": remaining,
        "X-Rate-Limit-Reset": reset,
    }
    return {name: value for name, value in found.items() if value is not None}


# -- headers


def test_a_reading_says_what_is_left_and_until_when():
    assert read(RATE, headers(), NOW) == Reading(RATE, 100, 40, 600)


@pytest.mark.parametrize(
    ("remaining", "left"),
    [("0", 0), (" 7 ", 7), ("400", 100), ("9" * 18, 100), ("98.0", 98), ("1.5", 1), ("0.9", 0)],
)
def test_more_than_the_limit_is_not_left(remaining, left):
    assert read(RATE, headers(remaining=remaining), NOW).remaining == left


def test_what_was_used_tells_the_limit_too():
    """As of a platform that counts the seconds to its reset, and averages."""
    said = {"x-ratelimit-used": "3", "x-ratelimit-remaining": "597.0", "x-ratelimit-reset": "97"}
    ten = Rate("ten", "app", 1000, 600, "calls", headers="x-ratelimit")
    assert read(ten, said, NOW) == Reading(ten, 600, 597, 97)
    assert read(ten, said | {"x-ratelimit-used": "many"}, NOW).limit == 1000
    assert read(ten, said | {"x-ratelimit-limit": "700"}, NOW).limit == 700


@pytest.mark.parametrize(
    "remaining", ["-1", "", "many", "1e3", "9" * 40, "\u0663", "1.", "1.5.2", None]
)
def test_a_remainder_that_makes_no_sense_is_no_reading(remaining):
    assert read(RATE, headers(remaining=remaining), NOW) is None


@pytest.mark.parametrize(
    ("limit", "known"),
    [("100", 100), ("17", 17), ("0", 100), ("-5", 100), ("", 100), (None, 100), ("9" * 18, 10**9)],
)
def test_a_limit_that_makes_no_sense_is_the_declared_one(limit, known):
    assert read(RATE, headers(limit=limit, remaining="3"), NOW).limit == known


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [
        ("90", 90),
        (str(int(NOW) + 90), 90),
        (str((int(NOW) + 90) * 1000), 90),
        (str(int(NOW) - 5), 1),
        (str(int(NOW) + 365 * 86_400), LONGEST),
        ("31536000", LONGEST),
        (formatdate(NOW + 120, usegmt=True), 120),
        (formatdate(NOW + 10**8, usegmt=True), LONGEST),
        ("2026-11-18T11:07:10.000Z", 30),
        ("-7", 900),
        ("tomorrow", 900),
        ("", 900),
        (None, 900),
    ],
)
def test_a_reset_is_a_wait_of_at_most_a_day(reset, seconds):
    assert read(RATE, headers(reset=reset), NOW).resets_in == seconds


def test_windows_that_share_their_headers_are_told_apart_by_their_policy():
    said = {"RateLimit-Remaining": "2000", "RateLimit-Limit": "3000", "RateLimit-Reset": "60"}
    hour = Rate("hour", "channel", 5000, 3600, headers="ratelimit")

    assert read(CALLS, said | {"RateLimit-Policy": "3000;w=300"}, NOW).remaining == 2000
    assert read(hour, said | {"RateLimit-Policy": "3000;w=300"}, NOW) is None
    assert read(hour, said, NOW).remaining == 2000


def test_a_platform_that_says_nothing_has_no_reading():
    assert read(COUNTED, headers(), NOW) is None
    assert read(RATE, {}, NOW) is None


# -- one job


def meter_of(*calls) -> list[Reading]:
    meter = Meter([RATE, COUNTED, CALLS])
    for answer, commits in calls:
        meter.note(answer, commits=commits)
    return meter.take()


def test_calls_that_publish_count_for_posts_and_all_for_calls():
    upload = Reply(200, {"ratelimit-remaining": "12", "ratelimit-reset": "60"}, b"")
    post = Reply(201, headers(reset="600"), b"")

    assert meter_of((upload, False), (upload, False)) == [Reading(CALLS, 3000, 12, 60)]
    assert meter_of((upload, False), (post, True)) == [
        Reading(CALLS, 3000, 11, 60),
        Reading(RATE, 100, 40, 600),
        Reading(COUNTED, 50, None, 86_400, spent=1),
    ]


def test_what_got_no_answer_was_spent_and_what_never_left_was_not():
    assert [one.spent for one in meter_of((Uncertain("Silence."), True))] == [1, 1, 1]
    assert meter_of((TryLater("Refused."), True), (Rejected("Ours."), True)) == []


def test_what_was_taken_is_not_counted_again():
    meter = Meter([COUNTED])
    meter.note(Uncertain("Silence."), commits=True)

    assert [one.spent for one in meter.take()] == [1]
    assert meter.take() == []
    meter.note(Uncertain("Silence."), commits=True)
    assert [one.spent for one in meter.take()] == [1]


# -- the row

pytestmark = pytest.mark.django_db


def keep(reading, channel_id=None, reserve=0):
    return windows.keep("parrot", [Noted(reading, channel_id, reserve)])[reading.rate.name]


def said(remaining, resets_in=600) -> Reading:
    return Reading(RATE, 100, remaining, resets_in)


def spent(number=1) -> Reading:
    return Reading(COUNTED, COUNTED.limit, None, COUNTED.seconds, number)


def test_what_a_platform_says_is_kept_in_one_statement(team, django_assert_num_queries):
    channel = ChannelFactory(team=team)
    noted = [Noted(said(40), channel.pk, 0), Noted(spent(), None, 0)]

    with django_assert_num_queries(1):
        windows.keep("parrot", noted)

    of_channel = RateWindow.objects.get(channel=channel)
    assert (of_channel.limit, of_channel.remaining, of_channel.said) == (100, 40, True)
    of_app = RateWindow.objects.get(channel=None)
    assert (of_app.limit, of_app.remaining, of_app.said) == (50, 49, False)


def test_of_two_answers_of_one_window_the_smaller_is_the_later():
    keep(said(4))
    assert keep(said(5, resets_in=601)).remaining == 4
    assert keep(said(3, resets_in=599)).remaining == 3
    assert RateWindow.objects.count() == 1


def test_a_new_window_begins_with_what_is_said():
    keep(said(0, resets_in=5))

    assert keep(said(99, resets_in=900)).remaining == 99


def test_what_nobody_says_is_counted():
    assert keep(spent()).remaining == 49
    assert keep(spent(3)).remaining == 46
    assert keep(spent(60)).remaining == 0


def test_counting_goes_on_from_what_was_said_last():
    keep(said(40))

    assert keep(Reading(RATE, 100, None, 900, 2)).remaining == 38
    assert RateWindow.objects.get().resets_at < timezone.now() + timedelta(seconds=601)


def test_counting_begins_anew_when_the_window_is_over():
    keep(spent(10))
    RateWindow.objects.update(resets_at=timezone.now() - timedelta(seconds=1))

    assert keep(spent()).remaining == 49


def test_a_day_begins_at_midnight_in_greenwich():
    keep(spent())

    until = RateWindow.objects.get().resets_at
    assert (until.hour, until.minute, until.second, until.microsecond) == (0, 0, 0, 0)
    assert timedelta(0) < until - timezone.now() <= timedelta(days=1)


def test_an_empty_channel_is_put_off_until_its_reset_and_no_other(team):
    channel, other = ChannelFactory(team=team), ChannelFactory(team=team)
    before = Channel.objects.get(pk=other.pk).next_slot_at

    keep(said(1), channel.pk)
    channel.refresh_from_db()
    assert channel.next_slot_at <= timezone.now()

    keep(said(0), channel.pk)
    channel.refresh_from_db()
    other.refresh_from_db()
    assert timedelta(seconds=595) < channel.next_slot_at - timezone.now() < timedelta(seconds=605)
    assert other.next_slot_at == before


def test_what_is_kept_for_reading_counts_as_nothing_for_publishing(team):
    channel = ChannelFactory(team=team)

    keep(Reading(CALLS, 100, 20, 60), channel.pk, reserve=20)

    channel.refresh_from_db()
    assert channel.next_slot_at > timezone.now() + timedelta(seconds=50)
    assert RateWindow.objects.get().left == 0


def test_a_later_slot_is_not_brought_forward(team):
    channel = ChannelFactory(team=team, next_slot_at=timezone.now() + timedelta(hours=2))

    keep(said(0), channel.pk)

    channel.refresh_from_db()
    assert channel.next_slot_at > timezone.now() + timedelta(minutes=110)


# -- what the platforms declare


@pytest.mark.parametrize("spec", registry.specs(), ids=lambda spec: spec.slug)
def test_declared_rates_make_sense(spec):
    names = [rate.name for rate in spec.rates]

    assert spec.rates
    assert len(set(names)) == len(names)
    for rate in spec.rates:
        assert 0 < rate.cost <= rate.limit
        assert 0 < rate.seconds <= LONGEST
        assert rate.headers == rate.headers.lower()
        assert not rate.headers.endswith("-")
