"""More posts on a channel than its platform takes in a day: said on every view, and beforehand."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from calendar_app import quotas
from calendar_app.conflicts import Kind
from calendar_app.queries.ahead import ahead, intent_of
from calendar_app.queries.conflicts import of_period
from calendar_app.quotas import Quota, of_spec
from posts.models import Delivery, Post, Variant
from posts.states import DeliveryState
from publishers import registry
from publishers.contract import Rate
from tests.calendar_app.december import HX, at
from tests.calendar_app.hours import day, week
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
LISBON = ZoneInfo("Europe/Lisbon")
# The platform with the fewest posts a day.
FEWEST = min(
    (one for one in quotas.known() if not one.aligned), key=lambda one: (one.most, one.platform)
)
MOST = FEWEST.most
TOLD = f"{MOST + 1} posts in 24 hours; Journal takes {MOST}."


@pytest.fixture
def journal(team):
    team.gap_minutes = 0
    team.save(update_fields=["gap_minutes"])
    return ChannelFactory(team=team, name="Journal", platform=FEWEST.platform)


def fill(channel, bob, start, count, apart=timedelta(hours=1), **fields):
    """So many posts on the channel from `start` on."""
    posts = Post.objects.bulk_create(
        Post(
            team=channel.team,
            author=bob,
            title=f"Entry {n}",
            body=f"Entry {n} of {start}",
            planned_at=start + n * apart,
        )
        for n in range(count)
    )
    Variant.objects.bulk_create(Variant(post=post, channel=channel) for post in posts)
    Delivery.objects.bulk_create(
        Delivery(team=channel.team, post=p, channel=channel, due_at=p.planned_at, **fields)
        for p in posts
    )
    return posts


def noted(team, posts=()):
    ids = [post.pk for post in posts]
    start, end, now = at(1, 0), at(31, 0), timezone.now()
    return of_period(team, now=now, start=start, end=end, zone=LISBON, ids=ids).days


# -- what a Spec says


def spec(*rates):
    return replace(registry.specs()[0], rates=rates)


@pytest.mark.parametrize(
    ("rates", "most"),
    [
        ([Rate("day", "channel", 25, 86_400)], 25),
        ([Rate("day", "channel", 25, 86_400), Rate("app", "app", 100, 86_400, cost=10)], 10),
        ([Rate("day", "channel", 1000, 86_400, cost=110)], 9),
        ([Rate("day", "channel", 25, 86_400, "calls"), Rate("hour", "channel", 2, 3600)], None),
        ([], None),
    ],
)
def test_the_narrowest_that_counts_posts_by_the_day(rates, most):
    found = of_spec(spec(*rates))
    assert (found.most if found else None) == most


def test_a_platform_without_one_is_not_among_them():
    known = quotas.known()
    assert known
    assert quotas.known([FEWEST.platform]) == [FEWEST]
    for one in known:
        assert of_spec(registry.spec_for(one.platform)) == one
    without = {spec.slug for spec in registry.specs()} - {one.platform for one in known}
    assert not quotas.known(without)


# -- of a period


def test_as_many_as_it_takes_are_no_conflict(team, journal, bob):
    fill(journal, bob, at(11, 8), MOST)
    assert not noted(team)


def test_one_more_is(team, journal, bob):
    posts = fill(journal, bob, at(11, 8), MOST + 1)
    [there] = noted(team, posts).values()
    [crowd] = there.clashes
    assert (crowd.kind, crowd.count, crowd.most) == (Kind.QUOTA, MOST + 1, MOST)
    assert there.title == TOLD
    assert there.label == f"{MOST + 1} in 24 h, takes {MOST}"
    assert there.posts == {posts[-1].pk}


def test_any_24_hours_over_midnight(team, journal, bob):
    fill(journal, bob, at(11, 20), MOST + 1)
    assert list(noted(team)) == [date(2026, 12, 12)]


def test_a_day_apart_is_not_on_one_day(team, journal, bob):
    fill(journal, bob, at(11, 8), MOST)
    [last] = fill(journal, bob, at(12, 8), 1)
    assert not noted(team)
    Delivery.objects.filter(post=last).update(due_at=at(12, 8) - timedelta(seconds=1))
    assert noted(team)


def test_at_one_moment_all_are_counted(team, journal, bob):
    posts = fill(journal, bob, at(11, 8), MOST + 2, apart=timedelta())
    [there] = noted(team, posts).values()
    assert there.clashes[0].count == MOST + 2
    assert len(there.posts) == MOST + 2


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.MISSED, "cancelled"])
def test_what_went_out_before_counts_and_what_failed_does_not(team, journal, bob, state):
    fill(journal, bob, at(9, 2), MOST - 1)
    post = PostFactory(team=team, author=bob, channels=[journal])
    first = DeliveryFactory(queued=True, post=post, channel=journal, due_at=at(9, 1))
    fill(journal, bob, at(9, 20), 1)
    assert list(noted(team)) == [date(2026, 12, 9)]
    Delivery.objects.filter(pk=first.pk).update(state=state)
    assert not noted(team)


def test_where_the_day_begins_at_midnight_utc(team, journal, bob, monkeypatch):
    fill(journal, bob, at(11, 20), MOST + 1)
    aligned = [Quota(FEWEST.platform, MOST, aligned=True)]
    monkeypatch.setattr(quotas, "known", lambda platforms=None: aligned)
    assert not noted(team)
    fill(journal, bob, at(11, 8), MOST, apart=timedelta(minutes=1))
    assert list(noted(team)) == [date(2026, 12, 11)]


def test_other_channels_and_teams_do_not_count(team, other_team, journal, bob, mallory):
    fill(journal, bob, at(11, 8), MOST)
    fill(ChannelFactory(team=team, platform=FEWEST.platform), bob, at(11, 8), 1)
    theirs = ChannelFactory(team=other_team, platform=FEWEST.platform)
    fill(theirs, mallory, at(11, 8), MOST + 1)
    assert not noted(team)


# -- on the pages


def test_every_view_says_it(team, journal, bob, as_user):
    posts = fill(journal, bob, at(11, 8), MOST + 1)
    browser = as_user(bob)
    month = reverse("calendar_app:month", kwargs={"team": team.slug}, query={"day": "2026-12-11"})
    listing = reverse("calendar_app:list", kwargs={"team": team.slug})
    for address in (month, week(team), day(team, "2026-12-11"), listing):
        assert TOLD in browser.get(address).content.decode(), address
    html = browser.get(day(team, "2026-12-11")).content.decode()
    chip = html.split(f'id="chip-{posts[-1].pk}-')[1].split("</li>")[0]
    assert "post-chip__flag" in chip
    assert html.count("post-chip__flag") == 1


def test_the_list_says_it_of_what_is_too_many(team, journal, bob, as_user):
    posts = fill(journal, bob, at(11, 8), MOST + 2)
    listing = reverse("calendar_app:list", kwargs={"team": team.slug})
    html = as_user(bob).get(listing).content.decode()
    assert html.count("post-line__noted") == 2
    last = html.split(f'id="row-{posts[-1].pk}"')[1].split("</li>")[0]
    assert f"{MOST + 2} posts in 24 hours" in last


# -- beforehand


@pytest.mark.parametrize("hour", [7, 12, 23])
def test_a_time_that_would_be_one_too_many(team, journal, bob, hour):
    fill(journal, bob, at(11, 8), MOST, apart=timedelta(minutes=30))
    [post] = fill(journal, bob, at(20, 8), 1)
    assert TOLD in ahead(team, intent_of(post), at(11, hour)).lines
    assert not ahead(team, intent_of(post), at(13, 8)).lines


def test_a_post_is_not_counted_twice(team, journal, bob):
    *_, post = fill(journal, bob, at(11, 8), MOST)
    assert not ahead(team, intent_of(post), at(11, 12)).lines


def test_composer_says_it(team, journal, bob, as_user):
    fill(journal, bob, at(11, 8), MOST)
    address = reverse("calendar_app:conflicts", kwargs={"team": team.slug})
    asked = {"date": "2026-12-11", "time": "09:20", "channels": journal.pk, "when": "pick"}
    html = as_user(bob).get(address, asked, headers=HX).content.decode()
    assert TOLD in html
    other = ChannelFactory(team=team, platform=FEWEST.platform)
    html = as_user(bob).get(address, {**asked, "channels": other.pk}, headers=HX).content.decode()
    assert "24 hours" not in html
