"""Posts that are too close or say the same, as the calendar marks them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from calendar_app.conflicts import Kind, clear
from calendar_app.queries import conflicts as period
from calendar_app.queries.clashes import A_DAY
from calendar_app.queries.conflicts import SAID
from posts.models import Blackout, Delivery, Post, Variant
from posts.queries.alike import ALIKE
from posts.services import schedule
from posts.times import from_utc
from tests.calendar_app.december import at, move
from tests.factories.posts import PostFactory, VariantFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
LISBON = ZoneInfo("Europe/Lisbon")


def noted(team, *posts, days=30):
    ids, start = [post.pk for post in posts], at(1, 0)
    end = start + timedelta(days=days)
    return period.of_period(
        team, now=timezone.now(), start=start, end=end, zone=LISBON, ids=ids
    ).days


# -- pure


def test_the_next_clear_quarter_of_an_hour():
    taken = {1: [at(11, 9, 30), at(11, 11)], 2: [at(11, 12, 20)]}
    offsets = {1: timedelta(0), 2: timedelta(minutes=30)}
    found = clear(at(11, 9, 40), offsets=offsets, taken=taken, gap=timedelta(hours=1))
    assert found == at(11, 13)
    full = {1: [at(11, 0) + timedelta(minutes=90 * n) for n in range(40)]}
    gap = timedelta(hours=1)
    assert clear(at(11, 9), offsets={1: timedelta(0)}, taken=full, gap=gap) is None


# -- of a period


def test_too_close_on_one_channel(team, planned):
    one, other = planned("One", at(11, 9, 30)), planned("Other", at(11, 9, 40))
    planned("Later", at(11, 10, 40))
    days = noted(team)
    assert list(days) == [date(2026, 12, 11)]
    day = days[date(2026, 12, 11)]
    assert day.posts == {one.pk, other.pk}
    assert day.label == "10 min apart"
    assert day.title == "“Other”: 10 minutes after “One” on News."


def test_other_channels_and_other_teams_do_not_meet(team, other_team, planned):
    planned("One", at(11, 9, 30))
    planned("Other", at(11, 9, 40), channels=[ChannelFactory(team=team)])
    assert not noted(team)
    assert not noted(other_team)


def test_the_gap_is_the_teams(team, planned):
    planned("One", at(11, 9, 30))
    planned("Other", at(11, 9, 40))
    team.gap_minutes = 10
    assert not noted(team)


def test_what_lies_behind_is_not_brought_up(team, planned):
    planned("One", at(11, 9, 30))
    planned("Other", at(11, 9, 40))
    Delivery.objects.update(due_at=at(8, 9))
    assert not noted(team)


def test_the_same_text_on_the_same_channel(team, planned):
    first = planned("One", at(10, 9), body="Forty buoys")
    again = planned("Two", at(20, 9), body="Forty buoys")
    days = noted(team, first, again)
    assert [clash.kind for clash in days[date(2026, 12, 20)].clashes] == [Kind.SAME]
    assert days[date(2026, 12, 20)].label == "Same text"
    assert "The same text as “One” on News" in days[date(2026, 12, 20)].title
    assert date(2026, 12, 10) not in days


def test_the_same_text_of_their_own(team, planned):
    planned("One", at(10, 9), body="A", texts="Ahoy")
    again = planned("Two", at(20, 9), body="B", texts="Ahoy")
    assert noted(team, again)[date(2026, 12, 20)].label == "Same text"


@pytest.mark.parametrize("other", ["later", "elsewhere", "own text", "nothing to say"])
def test_not_the_same(team, planned, other):
    words = "" if other == "nothing to say" else "Forty buoys"
    first = planned("One", at(10, 9), body="Forty buoys")
    again = planned("Two", at(20, 9), body="Forty buoys")
    if other == "later":
        Delivery.objects.filter(post=again).update(due_at=at(10, 9) + timedelta(days=30))
    elif other == "elsewhere":
        Variant.objects.filter(post=again).update(channel=ChannelFactory(team=team))
    elif other == "own text":
        Variant.objects.filter(post=again).update(text="Something else")
    Post.objects.update(body=words)
    assert not noted(team, first, again, days=60)


def test_the_latest_of_several_that_said_the_same(team, planned):
    posts = [planned(f"P{n}", at(10 + n, 9), body="Forty buoys") for n in range(3)]
    days = noted(team, *posts)
    assert [len(day.clashes) for day in days.values()] == [1, 1]
    assert "“P1” on News" in days[date(2026, 12, 12)].title


def test_the_words_count_wherever_they_are_written(team, planned):
    """A text of its own may be what another post says everywhere."""
    planned("One", at(10, 9), body="Forty buoys")
    again = planned("Two", at(20, 9), body="Else", texts="Forty buoys")
    assert noted(team, again)[date(2026, 12, 20)].label == "Same text"


def test_the_same_text_of_another_team_is_its_own(team, other_team, planned, bob):
    theirs = PostFactory(team=other_team, body="Forty buoys", author=bob)
    VariantFactory(post=theirs, channel=ChannelFactory(team=other_team))
    schedule.plan(post=theirs, at=from_utc(at(10, 9), "Europe/Lisbon"), by=bob)
    again = planned("Two", at(20, 9), body="Forty buoys")
    assert not noted(team, again)


def test_many_that_say_the_same_elsewhere_hide_nothing(team, other_team, planned):
    planned("One", at(10, 9), body="A", texts="Ahoy")
    theirs = ChannelFactory(team=other_team)
    for post in PostFactory.create_batch(ALIKE + 1, team=other_team):
        VariantFactory(post=post, channel=theirs, text="Ahoy")
    again = planned("Two", at(20, 9), body="B", texts="Ahoy")
    assert noted(team, again)[date(2026, 12, 20)].label == "Same text"


def test_what_is_in_the_trash_is_not_compared_with(team, planned):
    first = planned("One", at(10, 9), body="Forty buoys")
    again = planned("Two", at(20, 9), body="Forty buoys")
    Post.objects.filter(pk=first.pk).update(trashed_at=at(9, 9))
    assert not noted(team, again)


def test_several_are_counted(team, planned):
    for minute in (0, 10, 20):
        planned(f"P{minute}", at(11, 9, minute))
    assert noted(team)[date(2026, 12, 11)].label == "2 conflicts"


def test_many_are_counted_so_far_and_those_shown_are_all_marked(team, channel, planned):
    posts = [planned(f"P{n}", at(11, 9, n)) for n in range(A_DAY + 5)]
    [day] = noted(team).values()
    assert day.label == f"{A_DAY}+ conflicts"
    assert len(day.lines) == SAID
    assert day.further == A_DAY + 1 - SAID
    last = posts[-1].pk
    assert last not in day.posts
    [day] = noted(team, posts[-1]).values()
    assert last in day.posts


def test_one_statement(team, planned, django_assert_num_queries):
    posts = [planned(f"P{n}", at(11, 9, n), body="Same") for n in range(5)]
    with django_assert_num_queries(1):
        assert noted(team, *posts)


# -- on the month


def month(team, **query):
    return reverse("calendar_app:month", kwargs={"team": team.slug}, query=query)


def test_month_marks_both_posts_and_the_day(team, planned, bob, as_user):
    planned("One", at(11, 9, 30))
    other = planned("Other", at(11, 9, 40))
    Blackout.objects.create(
        team=team, name="Office <closed>", starts_on=date(2026, 12, 24), ends_on=date(2026, 12, 25)
    )
    html = as_user(bob).get(month(team)).content.decode()
    cell = html.split('id="day-2026-12-11"')[1].split('role="gridcell"')[0]
    assert cell.count("post-chip__flag") == 2
    assert "10 min apart" in cell
    assert move(other) in cell
    assert html.count("Office &lt;closed&gt;</span>") == 2
