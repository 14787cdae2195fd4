"""The page where people set up each channel's week."""

import json
from datetime import time

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from calendar_app.models import QueuePause, Slot
from tests.calendar_app.december import HX
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="Tidewater news")


def page(team):
    return reverse("calendar_app:slots", kwargs={"team": team.slug})


def act(team, name, pk):
    return reverse(f"calendar_app:{name}", kwargs={"team": team.slug, "pk": pk})


def week(channel):
    return [(slot.weekday, f"{slot.at:%H:%M}") for slot in Slot.objects.filter(channel=channel)]


def test_page_and_fragment(team, channel, vera, as_user, give):
    give(channel, "09:30", days=(0, 3))
    html = as_user(vera).get(page(team)).content.decode()
    assert "Tidewater news" in html
    assert html.count("09:30") == 2
    assert "Remove Monday" not in html
    fragment = as_user(vera).get(page(team), headers=HX).content.decode()
    assert "<html" not in fragment
    assert "2 slots a week" in fragment


def test_adding_on_several_days(team, channel, bob, as_user):
    typed = {"at": "09:30", "weekdays": ["0", "4"]}
    response = as_user(bob).post(act(team, "slot_add", channel.pk), typed)
    assert response.url == f"{page(team)}#week-{channel.pk}"
    assert week(channel) == [(0, "09:30"), (4, "09:30")]
    again = as_user(bob).post(act(team, "slot_add", channel.pk), typed, headers=HX)
    assert "there already" in again.headers["HX-Trigger"]
    assert 'hx-swap-oob="true"' in again.content.decode()
    assert len(week(channel)) == 2


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"at": "25:00", "weekdays": ["0"]},
        {"at": "09:30"},
        {"at": "09:30", "weekdays": ["7"]},
        {"at": "09:30\x00", "weekdays": ["0"]},
        {"at": "🌊" * 500, "weekdays": ["٣"]},
    ],
)
def test_what_is_no_slot_is_refused_and_kept(team, channel, bob, as_user, typed):
    for headers in ({}, HX):
        response = as_user(bob).post(act(team, "slot_add", channel.pk), typed, headers=headers)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
    assert not week(channel)


def test_refused_form_keeps_what_was_typed(team, channel, bob, as_user):
    response = as_user(bob).post(act(team, "slot_add", channel.pk), {"at": "08:15"}, headers=HX)
    assert 'value="08:15"' in response.content.decode()


def test_a_week_has_room_for_a_hundred(team, channel, bob, as_user, give):
    give(channel, *(f"{hour:02}:{minute}" for hour in range(7) for minute in ("00", "30")))
    typed = {"at": "20:00", "weekdays": ["0", "1", "2"]}
    response = as_user(bob).post(act(team, "slot_add", channel.pk), typed)
    assert response.status_code == 409
    assert len(week(channel)) == 98


def test_removing_and_back(team, channel, bob, as_user, give):
    (slot,) = give(channel, "09:30", days=(2,))
    browser = as_user(bob)
    response = browser.post(act(team, "slot_remove", slot.pk), headers=HX)
    assert not week(channel)
    assert "is no slot any more" in response.headers["HX-Trigger"]
    assert browser.post(act(team, "slot_remove", slot.pk)).status_code == 404
    browser.post(json.loads(response.headers["HX-Trigger"])["drum:toast"]["undo"], headers=HX)
    assert week(channel) == [(2, "09:30")]


def test_copying_a_day_keeps_what_is_there(team, channel, bob, as_user, give):
    give(channel, "09:30", "17:45", days=(0,))
    give(channel, "17:45", days=(1,))
    copy = act(team, "slot_copy", channel.pk)
    as_user(bob).post(copy, {"source": "0", "weekdays": ["1", "2"]})
    assert week(channel) == [(day, at) for day in (0, 1, 2) for at in ("09:30", "17:45")]
    empty = as_user(bob).post(copy, {"source": "6", "weekdays": ["1"]}, headers=HX)
    assert empty.status_code == 409
    assert as_user(bob).post(copy, {"source": "9"}).status_code == 422


def test_pausing_says_why_and_resuming_forgets_it(team, channel, bob, as_user):
    pause = act(team, "queue_pause", channel.pk)
    browser = as_user(bob)
    browser.post(pause, {"paused": "1", "reason": "<b>Rebrand</b>"})
    html = browser.get(page(team)).content.decode()
    assert "The queue is paused" in html
    assert "&lt;b&gt;Rebrand" in html
    assert "by Bob" in html
    browser.post(pause, {"paused": "1", "reason": "Twice"}, headers=HX)
    assert QueuePause.objects.get().reason == "Twice"
    assert browser.post(pause, {"paused": "1", "reason": "x" * 201}).status_code == 422
    browser.post(pause, {"paused": "0"})
    assert not QueuePause.objects.exists()


def test_close_slots_are_said(team, channel, bob, as_user, give):
    give(channel, "09:30", "10:00", days=(0,))
    assert "closer than the 60 minutes" in as_user(bob).get(page(team)).content.decode()


def test_skipped_hour_is_said(team, channel, bob, as_user, give):
    give(channel, "01:30", days=(6,))
    with time_machine.travel("2027-03-01 12:00", tick=True):
        html = as_user(bob).get(page(team)).content.decode()
    assert "Sun 28 Mar: 01:30 does not exist" in html


def test_gap(team, alice, bob, as_user):
    address = reverse("calendar_app:gap", kwargs={"team": team.slug})
    as_user(alice).post(address, {"gap_minutes": "45"})
    team.refresh_from_db()
    assert team.gap_minutes == 45
    bad = as_user(alice).post(address, {"gap_minutes": "1441"})
    assert bad.status_code == 422
    assert 'value="1441"' in bad.content.decode()
    assert as_user(bob).post(address, {"gap_minutes": "5"}).status_code == 403


def test_outsiders_viewers_and_other_teams(other_team, channel, mallory, vera, bob, as_user, give):
    team = channel.team
    (slot,) = give(channel, "09:30", days=(0,))
    assert as_user(mallory).get(page(team)).status_code == 404
    theirs = ChannelFactory(team=other_team)
    (their_slot,) = give(theirs, "09:30", days=(0,))
    for name in ("slot_add", "slot_copy", "queue_pause"):
        assert as_user(vera).post(act(team, name, channel.pk)).status_code == 403
        assert as_user(bob).post(act(team, name, theirs.pk)).status_code == 404
    assert as_user(vera).post(act(team, "slot_remove", slot.pk)).status_code == 403
    assert as_user(bob).post(act(team, "slot_remove", their_slot.pk)).status_code == 404


@pytest.mark.parametrize("channels", [2, 20])
def test_statements_are_bounded(team, bob, as_user, give, channels, django_assert_max_num_queries):
    for _ in range(channels):
        give(ChannelFactory(team=team), "09:30", "17:45")
    browser = as_user(bob)
    with django_assert_max_num_queries(11):
        html = browser.get(page(team)).content.decode()
    assert html.count("14 slots a week") == channels


def test_the_database_keeps_slots_apart(team, channel):
    Slot.objects.create(team=team, channel=channel, weekday=0, at=time(9, 30))
    for weekday, at in ((0, time(9, 30)), (7, time(9, 30)), (1, time(9, 30, 15))):
        with pytest.raises(IntegrityError), transaction.atomic():
            Slot.objects.create(team=team, channel=channel, weekday=weekday, at=at)
