"""Channels that follow days later keep their hour where a move takes them over a change of clocks.

Lisbon's clocks go forward on 28 March 2027.
"""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.models import User
from calendar_app.queries.ahead import ahead, intent_of
from posts.models import Blackout
from posts.services import schedule
from posts.times import from_utc
from tests.calendar_app.december import HX, move
from tests.choosing import changes, confirm, left, look
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
SHIFT = "calendar_app:selection_shift"
ZONE = "Europe/Lisbon"


def on(day, hour, minute=0):
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def bobs(bob, team, as_user):
    User.objects.filter(pk=bob.pk).update(time_zone=ZONE)
    return as_user(bob)


@pytest.fixture
def later(team):
    return ChannelFactory(team=team, name="Later")


@pytest.fixture
def apart(team, bob, channel, later):
    """Friday the 19th at nine, and at 23:30 of the Monday after it."""
    post = PostFactory(team=team, author=bob, title="Apart", channels=[channel, later])
    then = {later.pk: from_utc(on(22, 23, 30), ZONE)}
    return schedule.plan(post=post, at=from_utc(on(19, 9), ZONE), per_channel=then, by=bob)


def due(post):
    return list(post.deliveries.order_by("due_at").values_list("due_at", flat=True))


MOVED = [on(26, 9), on(29, 22, 30)]


def test_a_look_at_many_says_what_then_becomes_of_them(team, apart, planned, later, bobs):
    planned("Stays", on(29, 22, 30), channels=[later])
    Blackout.objects.create(
        team=team, name="Closed", starts_on="2027-03-30", ends_on="2027-03-30", blocks=True
    )
    shown = look(bobs, SHIFT, apart, days="7")
    assert left(shown) == {}
    assert list(changes(shown)) == ["Apart"]
    [line] = shown.context["changes"]
    assert list(line.warned) == ["At the same time as “Stays” on Later."]
    confirm(bobs, SHIFT, apart, days="7")
    assert due(apart) == MOVED


def test_the_later_one_dragged_lands_where_it_was_dropped(apart, bobs):
    sent = {"day": "2027-03-29", "time": "", "of": on(22, 23, 30).isoformat(), "month": "2027-03"}
    answer = bobs.post(move(apart), sent, headers=HX)
    assert "Moved to Mon 29 Mar, 23:30." in answer.headers["HX-Trigger"]
    assert due(apart) == MOVED


def test_what_speaks_against_a_time_is_asked_where_it_will_stand(team, apart, planned, later, bobs):
    planned("Stays", on(29, 22, 30), channels=[later])
    moved = from_utc(on(26, 9), ZONE)
    assert ahead(team, intent_of(apart, moved), moved.at).lines == [
        "At the same time as “Stays” on Later."
    ]
    url = reverse("calendar_app:post_conflicts", args=[team.slug, apart.pk])
    page = bobs.get(url, {"date": "2027-03-26", "time": "09:00"})
    assert "At the same time as “Stays” on Later." in page.content.decode()
