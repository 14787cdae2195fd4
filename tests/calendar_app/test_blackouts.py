"""Days without posts: kept by owners and admins, left out by the queue, and some of them closed."""

from contextlib import nullcontext
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from posts.errors import BadTime
from posts.models import Blackout
from posts.services import deliveries, schedule
from posts.states import DeliveryState
from posts.times import from_utc
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def page(team, name="blackouts", **kwargs):
    return reverse(f"calendar_app:{name}", kwargs={"team": team.slug, **kwargs})


@pytest.fixture
def holidays(team):
    return Blackout.objects.create(
        team=team,
        name="Holidays",
        starts_on=date(2026, 12, 24),
        ends_on=date(2027, 1, 2),
        yearly=True,
        blocks=True,
    )


@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (date(2025, 12, 25), False),
        (date(2026, 12, 23), False),
        (date(2026, 12, 24), True),
        (date(2027, 1, 2), True),
        (date(2027, 1, 3), False),
        (date(2031, 12, 31), True),
        (date(2031, 6, 1), False),
    ],
)
def test_yearly_over_new_year(holidays, day, covered):
    assert holidays.covers(day) is covered


def test_leap_day_comes_when_there_is_one():
    leap = Blackout(starts_on=date(2024, 2, 29), ends_on=date(2024, 2, 29), yearly=True)
    assert leap.covers(date(2028, 2, 29))
    assert not leap.covers(date(2027, 2, 28))


def test_a_blocked_day_takes_no_post(team, holidays, bob):
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    for moment in (datetime(2026, 12, 24, 0, 0, tzinfo=UTC), datetime(2027, 1, 2, 23, tzinfo=UTC)):
        with pytest.raises(BadTime, match="Holidays"):
            schedule.plan(post=post, at=from_utc(moment, "UTC"), by=bob)
    outside = datetime(2026, 12, 23, 23, 59, tzinfo=UTC)
    schedule.plan(post=post, at=from_utc(outside, "UTC"), by=bob)


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.FAILED])
def test_nor_does_it_take_one_delivery(team, holidays, bob, state):
    delivery = DeliveryFactory(queued=True, post__team=team, state=state)
    act = deliveries.move if state == DeliveryState.QUEUED else deliveries.resend
    for day, closed in ((25, True), (23, False)):
        at = from_utc(datetime(2026, 12, day, 9, tzinfo=UTC), "UTC")
        with pytest.raises(BadTime, match="Holidays") if closed else nullcontext():
            act(delivery=delivery, by=bob, at=at)


def test_nor_is_anything_published_at_once(free_team, holidays, bob):
    post = PostFactory(team=free_team, author=bob, channels=[ChannelFactory(team=free_team)])
    with time_machine.travel("2026-12-25 09:00", tick=True), pytest.raises(BadTime):
        schedule.publish_now(post=post, by=bob)
    schedule.publish_now(post=post, by=bob)


def test_a_channel_keeps_its_time_there_while_another_moves(team, bob):
    one, other = ChannelFactory(team=team), ChannelFactory(team=team)
    post = PostFactory(team=team, author=bob, channels=[one, other])
    first, later, christmas = (
        from_utc(datetime(2026, 12, day, 9, tzinfo=UTC), "UTC") for day in (20, 21, 25)
    )
    schedule.plan(post=post, at=first, per_channel={other.pk: christmas}, by=bob)
    Blackout.objects.create(
        team=team, name="Closed", starts_on=date(2026, 12, 25), ends_on=date(2026, 12, 25),
        blocks=True,
    )  # fmt: skip
    schedule.plan(post=post, at=later, per_channel={other.pk: christmas}, by=bob)
    due = dict(post.deliveries.values_list("channel_id", "due_at"))
    assert due == {one.pk: later.at, other.pk: christmas.at}


def test_days_are_those_of_the_team(team, holidays, bob):
    team.time_zone = "Pacific/Auckland"
    team.save(update_fields=["time_zone"])
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    with pytest.raises(BadTime):
        schedule.plan(post=post, at=from_utc(datetime(2026, 12, 23, 12, tzinfo=UTC), "UTC"), by=bob)


def test_one_that_only_warns_refuses_nothing(team, holidays, bob):
    Blackout.objects.update(blocks=False)
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    schedule.plan(post=post, at=from_utc(datetime(2026, 12, 25, 9, tzinfo=UTC), "UTC"), by=bob)


def test_what_is_planned_there_stays(team, bob, alice, as_user):
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    schedule.plan(post=post, at=from_utc(datetime(2026, 12, 25, 9, tzinfo=UTC), "UTC"), by=bob)
    typed = {"name": "Christmas", "starts_on": "2026-12-25", "blocks": "on"}
    assert as_user(alice).post(page(team, "blackout_add"), typed).status_code == 302
    post.refresh_from_db()
    assert post.planned_at is not None


def test_page_and_fragment(team, holidays, vera, as_user):
    html = as_user(vera).get(page(team)).content.decode()
    assert "Holidays" in html
    assert "every year" in html
    assert "<form" not in html.split('id="blackouts-list"')[1].split("</main>")[0]
    fragment = as_user(vera).get(page(team), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment


def test_adding_one_day_and_not_twice(team, alice, as_user):
    typed = {"name": "Launch <day>", "starts_on": "2026-12-10"}
    assert as_user(alice).post(page(team, "blackout_add"), typed).status_code == 302
    made = Blackout.objects.get()
    assert (made.ends_on, made.yearly, made.blocks) == (date(2026, 12, 10), False, False)
    again = as_user(alice).post(page(team, "blackout_add"), typed)
    assert again.status_code == 409
    assert "is there already" in again.content.decode()
    assert "Launch &lt;day&gt;" in again.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "a\x00b"},
        {"name": "x" * 81},
        {"starts_on": "soon"},
        {"ends_on": "2026-12-01"},
        {"ends_on": "2028-12-01"},
        {"starts_on": "1999-01-01"},
    ],
)
def test_bad_input_comes_back_as_typed(team, alice, as_user, wrong):
    typed = {"name": "Mourning", "starts_on": "2026-12-24", **wrong}
    response = as_user(alice).post(page(team, "blackout_add"), typed)
    assert response.status_code == 422
    assert typed["starts_on"] in response.content.decode()
    assert not Blackout.objects.exists()


def test_removing(team, holidays, alice, as_user):
    address = page(team, "blackout_remove", pk=holidays.pk)
    assert as_user(alice).post(address).status_code == 302
    assert as_user(alice).post(address).status_code == 404


def test_who_may(team, other_team, holidays, bob, vera, mallory, as_user):
    remove = page(team, "blackout_remove", pk=holidays.pk)
    assert as_user(mallory).get(page(team)).status_code == 404
    for person in (bob, vera):
        assert as_user(person).get(page(team)).status_code == 200
        assert as_user(person).post(page(team, "blackout_add")).status_code == 403
        assert as_user(person).post(remove).status_code == 403
    theirs = page(other_team, "blackout_remove", pk=holidays.pk)
    assert as_user(mallory).post(theirs).status_code == 404


def test_statements_are_bounded(team, vera, as_user, django_assert_max_num_queries):
    Blackout.objects.bulk_create(
        Blackout(team=team, name=f"B{n}", starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 1))
        for n in range(60)
    )
    browser = as_user(vera)
    with django_assert_max_num_queries(9):
        assert "B49" in browser.get(page(team)).content.decode()


def test_the_database_keeps_them_sane(team):
    for name, last in (("", date(2027, 1, 2)), ("Backwards", date(2026, 12, 31))):
        with pytest.raises(IntegrityError), transaction.atomic():
            Blackout.objects.create(team=team, name=name, starts_on=date(2027, 1, 1), ends_on=last)
