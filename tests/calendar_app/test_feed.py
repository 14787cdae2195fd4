"""The calendar that programs read: by its address alone, while its owner is in the team."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Membership
from calendar_app import addresses
from calendar_app.models import Feed
from calendar_app.queries.feed import PER_DAY
from calendar_app.services import feeds
from tests.factories.accounts import MembershipFactory
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("calendar_app:feeds", kwargs={"team": "tidewater"})


@pytest.fixture
def soon():
    return (timezone.now() + timedelta(days=2)).replace(hour=12, minute=30, second=0, microsecond=0)


def address_of(page, mine=False) -> str:
    return next(
        one.address for one in page.context["offered"] if one.feed and one.feed.mine == mine
    )


def give(client, mine=False) -> str:
    client.post(PAGE, {"act": "give", "mine": "1" if mine else "0"})
    return address_of(client.get(PAGE), mine)


def read(client, address: str):
    return client.get("/c/" + address.rpartition("/")[2])


def events(response) -> list:
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_the_address_gives_what_is_planned(
    as_user, client, bob, team, soon, django_assert_max_num_queries
):
    channel = ChannelFactory(team=team, platform="bluesky")
    title = "Tide; tables, 🌊 \\ by the hour " + "and longer than any line may be " * 3
    post = PostFactory(team=team, title=title[:200], planned_at=soon, channels=[channel])
    PostFactory(team=team, title="Without a time")
    PostFactory(team=team, title="Long ago", planned_at=soon - timedelta(days=40))
    address = give(as_user(bob))
    answer = read(client, address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" not in answer.headers["Cache-Control"]
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    [event] = events(answer)
    with django_assert_max_num_queries(3):
        assert read(client, address).content == answer.content
    assert str(event["summary"]) == f"Draft: {post.title}"
    assert event.decoded("dtstart") == soon
    assert event.decoded("dtend") > soon
    assert f"/t/tidewater/posts/{post.pk}/" in str(event["url"])
    assert "Bluesky" in str(event["description"])
    assert Feed.objects.get().read_at is not None


def test_an_event_keeps_its_id_and_goes_with_its_post(as_user, client, bob, team, soon):
    post = PostFactory(team=team, planned_at=soon)
    address = give(as_user(bob))
    first = events(read(client, address))[0]["uid"]
    cache.clear()
    post.body = "Other words"
    post.save(update_fields=["body"])
    assert events(read(client, address))[0]["uid"] == first


def test_what_is_ones_own_is_what_one_writes_or_is_assigned(
    as_user, client, bob, alice, team, soon
):
    for author, assignee in ((bob, None), (alice, bob), (bob, bob), (alice, alice)):
        PostFactory(team=team, author=author, assignee=assignee, planned_at=soon)
    mine = read(client, give(as_user(bob), mine=True))
    assert len(events(mine)) == 3


def test_a_new_address_ends_the_old_one_and_stopping_ends_both(as_user, client, bob, team):
    browser = as_user(bob)
    old = give(browser)
    new = give(browser)
    assert new != old
    assert (read(client, old).status_code, read(client, new).status_code) == (404, 200)
    browser.post(PAGE, {"act": "close", "mine": "0"})
    assert read(client, new).status_code == 404
    assert not Feed.objects.exists()


def test_who_has_left_the_team_reads_no_more(as_user, client, bob, team):
    address = give(as_user(bob))
    Membership.objects.filter(user=bob).delete()
    assert read(client, address).status_code == 404


def test_who_comes_back_asks_for_a_new_address(as_user, client, bob, team):
    address = give(as_user(bob))
    Membership.objects.filter(user=bob).delete()
    MembershipFactory(team=team, user=bob, role="editor")
    assert read(client, address).status_code == 404
    assert read(client, give(as_user(bob))).status_code == 200


def test_a_full_day_of_ones_own_counts_what_one_writes_and_what_one_is_assigned(
    as_user, client, bob, alice, team, soon
):
    for n in range(PER_DAY):
        PostFactory(team=team, author=bob, planned_at=soon + timedelta(seconds=n))
        PostFactory(team=team, author=alice, assignee=bob, planned_at=soon + timedelta(seconds=n))
    found = events(read(client, give(as_user(bob), mine=True)))
    assert str(found[-1]["summary"]) == f"and {PER_DAY} more on this day"


def test_who_may_not_sign_in_reads_no_more(as_user, client, bob, team):
    address = give(as_user(bob))
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    assert read(client, address).status_code == 404


@pytest.mark.parametrize("token", ["x", "é" * 64, "a" * 64, "a" * 5000])
def test_an_address_that_is_not_ours_asks_no_database(client, token, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get(f"/c/{token}.ics").status_code == 404


def test_each_sees_ones_own_addresses_only(as_user, bob, vera, mallory, team):
    address = give(as_user(bob))
    assert address not in as_user(vera).get(PAGE).content.decode()
    assert as_user(vera).post(PAGE, {"act": "give", "mine": "0"}).status_code == 302
    assert as_user(mallory).get(PAGE).status_code == 404
    assert set(Feed.objects.values_list("user_id", flat=True)) == {bob.pk, vera.pk}


def test_a_feed_of_another_team_holds_nothing_of_this_one(client, mallory, team, other_team, soon):
    PostFactory(team=team, planned_at=soon)
    feed = feeds.give(team=other_team, user=mallory, mine=False)
    assert feed.team == other_team
    address = reverse("calendar_app:feed", kwargs={"token": addresses.token_of(feed.nonce)})
    assert events(client.get(address)) == []


def test_a_full_day_says_how_many_more_there_are_in_few_statements(
    as_user, client, bob, team, soon, django_assert_max_num_queries
):
    channel = ChannelFactory(team=team)
    for n in range(PER_DAY + 3):
        PostFactory(
            team=team, title=f"Post {n}", planned_at=soon + timedelta(seconds=n), channels=[channel]
        )
    address = give(as_user(bob))
    with django_assert_max_num_queries(8):
        found = events(read(client, address))
    assert len(found) == PER_DAY + 1
    assert str(found[-1]["summary"]) == "and 3 more on this day"


def test_it_is_in_the_language_of_its_owner_whoever_reads_it_first(
    as_user, client, bob, team, soon
):
    bob.language = "de"
    bob.save(update_fields=["language"])
    PostFactory(team=team, title="Buoys", planned_at=soon)
    answer = client.get(
        "/c/" + give(as_user(bob)).rpartition("/")[2], headers={"Accept-Language": "en"}
    )
    assert [str(event["summary"]) for event in events(answer)] == ["Entwurf: Buoys"]


def test_two_teams_in_one_calendar_keep_their_full_days(
    as_user, client, bob, mallory, team, other_team, soon
):
    for one in (team, other_team):
        PostFactory.create_batch(PER_DAY + 2, team=one, planned_at=soon)
    page = reverse("calendar_app:feeds", kwargs={"team": other_team.slug})
    theirs = as_user(mallory)
    theirs.post(page, {"act": "give", "mine": "0"})
    found = [
        {str(event["uid"]) for event in events(read(client, address))}
        for address in (give(as_user(bob)), address_of(theirs.get(page)))
    ]
    assert not found[0] & found[1]
