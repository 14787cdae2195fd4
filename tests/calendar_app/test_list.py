"""The list: its orders, its pages, its days."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from calendar_app.queries import listing
from calendar_app.queries.listing import PER_PAGE, SORTS, Place, Wanted, page, parse_place
from posts.models import Delivery, Post
from posts.states import DeliveryState, Stage
from tests.calendar_app.december import NOW, move
from tests.factories.posts import (
    DeliveryFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    VariantFactory,
)
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def url(team, **query):
    return reverse("calendar_app:list", kwargs={"team": team.slug}, query=query)


def titles(response):
    found = response.context["page"]
    return [item.card.post.title for group in found.groups for item in group.items]


def plan(team, bob, *days, **fields):
    for day in days:
        at = NOW + timedelta(days=day)
        PostFactory(team=team, author=bob, title=f"Day {day}", planned_at=at, **fields)


def test_from_today_on_by_day(team, bob, as_user):
    plan(team, bob, -1, 0, 1, 1)
    PostFactory(team=team, author=bob, title="Some day")
    response = as_user(bob).get(url(team))
    assert titles(response) == ["Day 0", "Day 1", "Day 1"]
    days = [group.day for group in response.context["page"].groups]
    assert days == [date(2026, 12, 9), date(2026, 12, 10)]
    html = response.content.decode()
    assert "Today, " in html
    earlier = html.split('id="page-before" href="')[1].split('"')[0].replace("&amp;", "&")
    before = as_user(bob).get(earlier)
    assert titles(before) == ["Day -1"]
    later = before.content.decode().split('id="page-after" href="')[1].split('"')[0]
    assert titles(as_user(bob).get(later.replace("&amp;", "&"))) == ["Day 0", "Day 1", "Day 1"]


def test_fragment(team, bob, as_user):
    plan(team, bob, 1)
    html = as_user(bob).get(url(team), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert "Day 1" in html


def test_range_of_days(team, bob, as_user):
    plan(team, bob, -30, -2, 0, 2, 30)
    browser = as_user(bob)
    assert titles(browser.get(url(team, **{"from": "2026-12-07", "to": "2026-12-11"}))) == [
        "Day -2",
        "Day 0",
        "Day 2",
    ]
    assert titles(browser.get(url(team, to="2026-12-07"))) == ["Day -30", "Day -2"]
    assert titles(browser.get(url(team, sort="latest", **{"from": "2026-12-10"}))) == [
        "Day 30",
        "Day 2",
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "soon"},
        {"to": "2026-13-40"},
        {"sort": "nonsense"},
        {"after": "x"},
        {"before": "1.2"},
        {"after": "٣.1.1"},
        {"after": "99.9999999999999999.999999999999999999"},
        {"before": "0." + "9" * 400 + ".1"},
    ],
)
def test_what_cannot_be_read_is_no_error(team, bob, as_user, query):
    assert as_user(bob).get(url(team, **query)).status_code == 200


def test_by_status_what_needs_somebody_is_first(team, bob, as_user):
    for stage in Stage:
        PostFactory(team=team, author=bob, title=stage.value, stage=stage)
    bad = PostFactory(team=team, author=bob, title="bad", stage=Stage.SCHEDULED)
    DeliveryFactory(queued=True, post=bad, channel=ChannelFactory(team=team), state="failed")
    response = as_user(bob).get(url(team, sort="status"))
    assert [group.status for group in response.context["page"].groups] == [
        "attention",
        "idea",
        "draft",
        "changes",
        "review",
        "approved",
        "scheduled",
        "published",
    ]
    assert titles(response)[0] == "bad"


def test_status_of_a_row_is_that_of_its_deliveries(team, bob, as_user):
    plan(team, bob, 1, stage=Stage.SCHEDULED)
    post = Post.objects.get(title="Day 1")
    delivery = DeliveryFactory(queued=True, post=post, channel=ChannelFactory(team=team))
    for state, warning, status in (
        (DeliveryState.QUEUED, "", "scheduled"),
        (DeliveryState.QUEUED, "The channel is signed out.", "warning"),
        (DeliveryState.MISSED, "", "attention"),
    ):
        Delivery.objects.filter(pk=delivery.pk).update(state=state, warning=warning)
        [group] = as_user(bob).get(url(team)).context["page"].groups
        assert [item.status for item in group.items] == [status]


@pytest.mark.parametrize("sort", SORTS)
def test_pages_neither_repeat_nor_drop(team, bob, sort, monkeypatch):
    """There and back, with many that share a moment and a status."""
    monkeypatch.setattr(listing, "PER_PAGE", 4)
    stages = [Stage.IDEA, Stage.APPROVED, Stage.DONE]
    Post.objects.bulk_create(
        Post(
            team=team,
            author=bob,
            title=f"{n}",
            stage=stages[n % 3],
            planned_at=NOW + timedelta(hours=n // 5),
            updated_at=NOW - timedelta(hours=n // 7),
        )
        for n in range(23)
    )

    def walk(wanted, back):
        found, pages = [], 0
        while wanted and pages < 20:
            got = page(team, wanted)
            rows = [item.place for group in got.groups for item in group.items]
            found = [*rows, *found] if back else [*found, *rows]
            beside = got.before if back else got.after
            wanted = beside and Wanted(sort, beside=beside, back=back)
            pages += 1
        assert pages == 6
        return found

    there = walk(Wanted(sort), back=False)
    assert len(there) == len(set(there)) == 23
    last = there[-1]
    beyond = Place(9, last.moment, last.pk) if sort == "status" else None
    beyond = beyond or Place(0, last.moment + (1 if sort == "time" else -1), 0)
    assert walk(Wanted(sort, beside=beyond, back=True), back=True) == there


def test_a_place_is_read_as_it_was_written():
    place = Place(3, 1_780_000_000_000_001, 42)
    assert parse_place(str(place)) == place


@pytest.mark.parametrize("sort", SORTS)
def test_statements_are_bounded(team, bob, as_user, sort, django_assert_max_num_queries):
    rows = [
        Post(team=team, author=bob, title=f"Post {n}", planned_at=NOW + timedelta(minutes=4 * n))
        for n in range(300)
    ]
    Post.objects.bulk_create(rows)
    for row in rows[:3]:
        PostMediaFactory(post=row, asset=MediaAssetFactory(team=team))
        VariantFactory(post=row, channel=ChannelFactory(team=team))
    browser = as_user(bob)
    browser.get(url(team, sort=sort))
    with django_assert_max_num_queries(12):
        response = browser.get(url(team, sort=sort))
    assert len(titles(response)) == PER_PAGE


def test_roles_and_outsiders(team, bob, vera, mallory, as_user):
    plan(team, bob, 1)
    assert as_user(mallory).get(url(team)).status_code == 404
    html = as_user(vera).get(url(team)).content.decode()
    assert "Day 1" in html
    assert "row-move-" not in html
    assert "row-move-" in as_user(bob).get(url(team)).content.decode()


def test_a_move_from_the_list_brings_nothing_of_the_month(team, bob, as_user):
    """The list has no days to be replaced; it reads itself again."""
    plan(team, bob, 1)
    post = Post.objects.get(title="Day 1")
    to = {"day": "2026-12-15", "time": "09:00", "month": "2026-12"}
    there = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{url(team, sort='status')}"}
    answer = as_user(bob).post(move(post), to, headers=there)
    assert answer.status_code == 200
    assert not answer.content
    assert "Moved to" in answer.headers["HX-Trigger"]
