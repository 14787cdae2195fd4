"""What is announced, and what a browser that was away is told."""

import contextlib
import re
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.access import enter
from notifications import queries
from notifications.live import announce
from notifications.models import LiveEvent
from notifications.queries import EVERYTHING
from notifications.views.inbox import drawn
from tests.factories.notifications import LiveEventFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def past(team):
    def at(seconds: float, topic: str, of=team) -> int:
        when = timezone.now() - timedelta(seconds=seconds)
        return LiveEventFactory(team=of, topic=topic, at=when).pk

    return at


def topics(team, after):
    return [topic for _number, topic in queries.missed(team, after)]


def test_a_topic_is_announced_once_per_call(team):
    announce(team.pk, "post:1", "board", "post:1")
    assert list(LiveEvent.objects.values_list("topic", flat=True)) == ["post:1", "board"]
    announce(team.pk)
    assert LiveEvent.objects.count() == 2


def test_many_topics_fit_into_what_the_database_carries(team):
    announce(team.pk, *(f"{'ü' * 50}:{n}" for n in range(120)))
    assert LiveEvent.objects.count() == 120


def test_missed_is_what_came_after_the_last_seen(team, past):
    past(300, "post:1")
    seen = past(200, "post:2")
    past(100, "post:3")
    past(50, "post:4")
    assert topics(team, seen) == ["post:3", "post:4"]


def test_a_late_commit_with_a_lower_number_is_not_lost(team, past):
    late = past(105, "late")
    seen = past(100, "seen")
    assert late < seen
    assert topics(team, seen) == ["late"]
    past(50, "after")
    assert topics(team, seen) == ["late", "after"]


def test_without_a_number_the_last_seconds_are_told(team, past):
    past(60, "old")
    past(3, "young")
    assert topics(team, None) == ["young"]


def test_each_topic_is_told_once_with_its_latest_number(team, past):
    first = past(90, "seen")
    past(60, "board")
    last = past(30, "board")
    assert queries.missed(team, first) == [(last, "board")]


def test_other_teams_are_another_world(team, other_team, past):
    seen = past(100, "mine")
    past(50, "theirs", other_team)
    assert topics(team, seen) == []
    theirs = LiveEvent.objects.get(topic="theirs").pk
    assert queries.missed(team, theirs) == [(seen, EVERYTHING)]


def test_after_too_long_or_too_much_everything_is_looked_at(team, past):
    seen = past(100, "seen")
    LiveEventFactory.create_batch(queries.MISSED_AT_MOST + 1, team=team)
    last = queries.last_event(team)
    assert queries.missed(team, seen) == [(last, EVERYTHING)]
    assert queries.missed(team, 10**15) == [(last, EVERYTHING)]


def test_asking_for_changes(as_user, vera, team, past, django_assert_num_queries):
    seen, after = past(100, "post:1"), past(50, "post:2")
    url = reverse("notifications:changes", kwargs={"team": team.slug})
    browser = as_user(vera)
    assert browser.get(url).json() == {"last": after, "events": []}
    with django_assert_num_queries(5):
        answer = browser.get(url, {"after": seen}).json()
    assert answer == {"last": after, "events": [{"topic": "post:2", "id": after}]}
    for odd in ("x", "-1", "1.5", "9" * 40, "٣", "1\x00"):
        assert browser.get(url, {"after": odd}).status_code == 400


def test_a_team_without_events(as_user, vera, team):
    url = reverse("notifications:changes", kwargs={"team": team.slug})
    assert as_user(vera).get(url, {"after": "0"}).json() == {"last": 0, "events": []}


@pytest.mark.parametrize("topics", [[], ["board"]])
def test_who_asks_again_looks_at_everything_once(as_user, vera, team, past, topics):
    """Also where the event they know is gone, and none came since."""
    last = max([past(50, topic) for topic in topics], default=0)
    url, browser = reverse("notifications:changes", kwargs={"team": team.slug}), as_user(vera)
    answer = browser.get(url, {"after": 10**12}).json()
    assert answer == {"last": last, "events": [{"topic": EVERYTHING, "id": last}]}
    assert browser.get(url, {"after": answer["last"]}).json() == {"last": last, "events": []}


def test_whose_page_says_nothing_is_told_the_last_seconds(as_user, vera, team, past):
    """As by the stream: between the drawing of a page and its first question something may come."""
    past(60, "old")
    young = past(3, "young")
    url = reverse("notifications:changes", kwargs={"team": team.slug})
    answer = as_user(vera).get(url, {"as_of": "x"}).json()
    assert answer == {"last": young, "events": [{"topic": "young", "id": young}]}


def test_the_page_names_the_stream(as_user, alice, team):
    page = as_user(alice).get(reverse("accounts:team_settings", kwargs={"team": team.slug}))
    stream = reverse("notifications:live", kwargs={"team": team.slug})
    assert f'data-url="{stream}"' in page.text
    carried = re.search(r'data-as-of="([^"]+)"', page.text)
    assert carried
    assert drawn(carried[1])


def drawn_now(user, team) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return enter(request, team.slug, "view").as_of


def since(team, page: str) -> list[str]:
    return [topic for _number, topic in queries.missed(team, drawn(page))]


@pytest.mark.django_db(transaction=True)
def test_a_page_is_told_what_it_was_drawn_without(vera, team):
    announce(team.pk, "shown")
    page = drawn_now(vera, team)
    assert since(team, page) == []
    announce(team.pk, "later")
    # Also where nobody looked for a while.
    LiveEvent.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert since(team, page) == ["later"]
    assert since(team, drawn_now(vera, team)) == []


@pytest.mark.django_db(transaction=True)
def test_a_page_is_told_what_was_under_way_when_it_was_drawn(vera, team):
    begun, may_end = threading.Event(), threading.Event()

    def work():
        with contextlib.closing(connection), transaction.atomic(), transaction.atomic():
            announce(team.pk, "under way")
            begun.set()
            may_end.wait(10)

    at_work = threading.Thread(target=work)
    at_work.start()
    assert begun.wait(10)
    announce(team.pk, "shown")
    page = drawn_now(vera, team)
    may_end.set()
    at_work.join()
    assert since(team, page) == ["under way"]


@pytest.mark.parametrize("minutes", [24 * 60, 24 * 60 - 5])
def test_a_page_of_yesterday_looks_at_everything(team, past, minutes):
    """From when on what was under way as it was drawn may have been pruned."""
    last = past(5, "board")
    long_ago = int(timezone.now().timestamp()) - 60 * minutes
    assert queries.missed(team, drawn(f"{long_ago}:5:9:7")) == [(last, EVERYTHING)]


@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_time_that_a_restore_has_lost_looks_at_everything(vera, team):
    """It has seen what never was. What comes then has numbers below those that it waits for."""
    seconds, first, unseen, at_work = drawn_now(vera, team).split(":")
    lost = f"{seconds}:{first}:{int(unseen) + 1000}:{at_work}"
    assert since(team, lost) == [EVERYTHING]
    announce(team.pk, "later")
    assert since(team, lost) == [EVERYTHING]
    assert since(team, f"{seconds}:{first}:{unseen}:{at_work}") == ["later"]


@pytest.mark.parametrize(
    "odd", ["", "1:2:3", "1:2:3:x", "1:2:3:4,", "٣:2:3:", "9" * 5000, "1:2:3:\n"]
)
def test_what_is_no_page_is_told_the_last_seconds(odd):
    assert drawn(odd) is None


def test_asking_for_changes_of_a_page(as_user, vera, team, past):
    known = past(50, "post:1")
    url = reverse("notifications:changes", kwargs={"team": team.slug})
    page = f"{int(timezone.now().timestamp())}:1:1:"
    answer = as_user(vera).get(url, {"as_of": page}).json()
    assert answer == {"last": known, "events": [{"topic": "post:1", "id": known}]}
