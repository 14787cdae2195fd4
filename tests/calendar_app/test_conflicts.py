"""What speaks against a time: said before, marked after, in the way only on closed days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from calendar_app.conflicts import Kind, clear
from calendar_app.queries import conflicts as period
from calendar_app.queries.ahead import ahead, intent_of
from posts.models import Blackout, Delivery, Post, Variant
from posts.services import schedule
from posts.times import from_utc
from publishers.models import Channel
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
HX = {"HX-Request": "true"}
LISBON = ZoneInfo("Europe/Lisbon")


def at(day, hour, minute=0):
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


@pytest.fixture
def planned(team, bob, channel):
    """`planned("Title", at(11, 9, 30))`: a post with that text and time."""

    def plan(title, moment, body="", channels=(), texts=None):
        post = PostFactory(
            team=team, author=bob, title=title, body=body or title, channels=channels or [channel]
        )
        if texts:
            post.variants.update(text=texts)
        if moment:
            schedule.plan(post=post, at=from_utc(moment, "Europe/Lisbon"), by=bob)
        post.refresh_from_db()
        return post

    return plan


def noted(team, *posts, days=30):
    ids, start = [post.pk for post in posts], at(1, 0)
    end = start + timedelta(days=days)
    return period.of_period(team, start=start, end=end, zone=LISBON, ids=ids)


def move(post):
    kwargs = {"team": post.team.slug, "post_id": post.pk}
    return reverse("calendar_app:post_move", kwargs=kwargs)


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
    assert day.title == "10 minutes after “One” on News."


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


def test_several_are_counted(team, planned):
    for minute in (0, 10, 20):
        planned(f"P{minute}", at(11, 9, minute))
    assert noted(team)[date(2026, 12, 11)].label == "2 conflicts"


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


# -- before it happens


def typed(day, time, **more):
    return {"day": day, "time": time, "typed": "1", "month": "2026-12", **more}


def test_move_form_warns_once_and_offers_a_clear_time(planned, bob, as_user):
    planned("One", at(11, 9, 30))
    post = planned("Other", at(20, 9))
    browser = as_user(bob)
    for headers in ({}, HX):
        warned = browser.post(move(post), typed("2026-12-11", "09:40"), headers=headers)
        assert warned.status_code == 409
        html = warned.content.decode()
        assert "10 minutes after “One” on News." in html
        assert "Move to Fri 11 Dec, 10:30" in html
        assert "Keep both" in html
        assert 'value="09:40"' in html
    assert warned.headers["HX-Retarget"] == "#move-dialog-body"
    post.refresh_from_db()
    assert post.planned_at == at(20, 9)


def test_keep_both(planned, bob, as_user):
    planned("One", at(11, 9, 30))
    post = planned("Other", at(20, 9))
    kept = as_user(bob).post(move(post), typed("2026-12-11", "09:40", keep="1"))
    assert kept.status_code == 302
    post.refresh_from_db()
    assert post.planned_at == at(11, 9, 40)


def test_taking_the_clear_time(planned, bob, as_user):
    planned("One", at(11, 9, 30))
    post = planned("Other", at(11, 9, 40))
    page = as_user(bob).get(move(post)).content.decode()
    assert "10 minutes after" in page
    fix = page.split('name="fix" value="')[1].split('"')[0]
    assert fix == "2026-12-11T10:30"
    as_user(bob).post(move(post), typed("2026-12-11", "09:40", fix=fix))
    post.refresh_from_db()
    assert post.planned_at == at(11, 10, 30)


@pytest.mark.parametrize("fix", ["T", "soonTnow", "2026-12-11T", "T\x00", "2026-12-50T10:00"])
def test_a_clear_time_that_is_none(planned, bob, as_user, fix):
    post = planned("Other", at(11, 9, 40))
    response = as_user(bob).post(move(post), typed("2026-12-11", "25:00", fix=fix))
    assert response.status_code == 422


def test_a_drag_says_it_in_the_toast(planned, bob, as_user):
    planned("One", at(11, 9, 30))
    post = planned("Other", at(20, 9, 40))
    dragged = {"day": "2026-12-11", "time": "", "month": "2026-12"}
    response = as_user(bob).post(move(post), dragged, headers=HX)
    assert response.status_code == 200
    assert "10 minutes after" in response.headers["HX-Trigger"]


def test_a_closed_day_refuses(team, planned, bob, as_user):
    Blackout.objects.create(
        team=team, name="Storm", starts_on=date(2026, 12, 11), ends_on=date(2026, 12, 11),
        blocks=True,
    )  # fmt: skip
    post = planned("Other", at(20, 9))
    response = as_user(bob).post(move(post), typed("2026-12-11", "09:40"))
    assert response.status_code == 422
    assert "Nothing goes out on Fri 11 Dec" in response.content.decode()
    post.refresh_from_db()
    assert post.planned_at == at(20, 9)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"paused": True}, "is paused"), ({"state": "reconnect"}, "needs reconnecting")],
)
def test_channels_that_take_nothing(team, planned, change, words):
    post = planned("One", None)
    Channel.objects.update(**change)
    found = ahead(team, intent_of(post), at(20, 9))
    assert words in found.lines[0]
    assert found.fix is None


def test_several_channels_say_it_once(team, channel, planned):
    both = [channel, ChannelFactory(team=team)]
    planned("One", at(11, 9, 30), channels=both)
    post = planned("Other", None, channels=both)
    assert len(ahead(team, intent_of(post), at(11, 9, 40)).lines) == 1


@pytest.mark.parametrize(("said", "again"), [("Ahoy", True), ("Else", False), (None, False)])
def test_a_text_of_its_own_is_known_again(team, planned, said, again):
    planned("One", at(10, 9), body="Forty buoys", texts="Ahoy")
    post = planned("Two", None, body="Forty buoys", texts=said)
    lines = ahead(team, intent_of(post), at(20, 9)).lines
    assert lines == (["The same text as “One” on News, Thu 10 Dec, 09:00."] if again else [])


def test_post_page_asks_while_one_chooses(team, planned, bob, vera, as_user):
    planned("One", at(11, 9, 30), body="Forty buoys")
    post = planned("Other", None, body="Forty buoys")
    kwargs = {"team": team.slug, "post_id": post.pk}
    address = reverse("calendar_app:post_conflicts", kwargs=kwargs)
    asked = {"date": "2026-12-11", "time": "09:20"}
    html = as_user(bob).get(address, asked, headers=HX).content.decode()
    assert "10 minutes before “One”" in html
    assert "The same text as “One”" in html
    assert "Take Fri 11 Dec, 10:30" in html
    assert "<html" not in html
    assert "Take" not in as_user(vera).get(address, asked, headers=HX).content.decode()
    assert not as_user(bob).get(address, {"date": "soon"}, headers=HX).content.strip()


def test_composer_asks_for_what_is_chosen(team, channel, planned, bob, as_user):
    planned("One", at(11, 9, 30))
    address = reverse("calendar_app:conflicts", kwargs={"team": team.slug})
    asked = {"date": "2026-12-11", "time": "09:20", "channels": channel.pk, "when": "pick"}
    html = as_user(bob).get(address, asked, headers=HX).content.decode()
    assert "10 minutes before “One”" in html
    assert 'form="composer" name="time" value="10:30"' in html
    later = as_user(bob).get(address, {**asked, "when": "queue"}, headers=HX)
    assert not later.content.strip()


def test_outsiders_viewers_and_other_teams(team, other_team, planned, mallory, vera, as_user):
    post = planned("One", at(11, 9, 30))
    address = reverse("calendar_app:conflicts", kwargs={"team": team.slug})
    mine = reverse("calendar_app:post_conflicts", kwargs={"team": team.slug, "post_id": post.pk})
    for path in (address, mine):
        assert as_user(mallory).get(path).status_code == 404
    assert as_user(vera).get(address).status_code == 403
    theirs = reverse(
        "calendar_app:post_conflicts", kwargs={"team": other_team.slug, "post_id": post.pk}
    )
    assert as_user(mallory).get(theirs).status_code == 404


def test_statements_are_bounded(planned, bob, as_user, django_assert_max_num_queries):
    for n in range(20):
        planned(f"P{n}", at(11, 9, n), body="Same")
    post = planned("Other", at(20, 9), body="Same")
    kwargs = {"team": post.team.slug, "post_id": post.pk}
    address = reverse("calendar_app:post_conflicts", kwargs=kwargs)
    browser = as_user(bob)
    with django_assert_max_num_queries(12):
        browser.get(address, {"date": "2026-12-11", "time": "09:20"}, headers=HX)
