"""The slots that are still free, on the month, the week and the day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from calendar_app.filtering import kept
from calendar_app.models import QueuePause, Slot
from posts.models import Blackout, Delivery, Post
from publishers.models import Channel
from tests.calendar_app.december import HX, NOW, at, move
from tests.calendar_app.hours import cell
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def url(team, view, **query):
    return reverse(f"calendar_app:{view}", kwargs={"team": team.slug}, query={"free": "1", **query})


def of_day(html, day="2026-12-11"):
    return html.split(f'id="day-{day}"')[1].split('role="gridcell"')[0]


def slots(html):
    return html.count('<li class="free">')


@pytest.fixture
def week(give, channel):
    """Nine and two on Fridays."""
    return give(channel, "09:00", "14:00", days=[4])


@pytest.mark.usefixtures("week")
def test_month_shows_them_where_they_are(team, channel, bob, as_user):
    html = as_user(bob).get(url(team, "month")).content.decode()
    there = of_day(html)
    assert slots(there) == 2
    to = f"/posts/new/?at=2026-12-11T09%3A00&amp;channel={channel.pk}"
    assert to in there
    assert "Write for a free slot:" in there
    # From now on, to the end of the last week that is shown.
    grid = html.split('id="agenda"')[0]
    assert slots(grid) == 2 * len({11, 18, 25, 1})
    assert slots(of_day(html, "2026-12-04")) == 0


@pytest.mark.usefixtures("week")
def test_the_composer_opens_with_them(team, channel, bob, as_user):
    other = ChannelFactory(team=team, name="Elsewhere")
    browser = as_user(bob)
    there = of_day(browser.get(url(team, "month")).content.decode())
    link = there.split('class="free__slot"')[1].split('href="')[1].split('"')[0]
    html = browser.get(link.replace("&amp;", "&")).content.decode()
    assert 'value="2026-12-11"' in html
    assert 'value="09:00"' in html
    chosen = [part for part in html.split("<input")[1:] if 'name="channels"' in part]
    on = {pk for pk in (channel.pk, other.pk) for part in chosen if f'value="{pk}"' in part
          and "checked" in part.split(">")[0]}  # fmt: skip
    assert on == {channel.pk}


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize("view", ["week", "day"])
def test_week_and_day_show_them_in_their_hour(team, bob, as_user, view):
    html = as_user(bob).get(url(team, view, **{view: "2026-12-11"})).content.decode()
    assert slots(html) == 2
    assert slots(cell(html, "2026-12-11-09")) == slots(cell(html, "2026-12-11-14")) == 1
    assert "News</span>" in cell(html, "2026-12-11-09")


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize("view", ["month", "week", "day", "list"])
def test_only_when_they_are_asked_for(team, bob, as_user, view):
    plain = reverse(f"calendar_app:{view}", kwargs={"team": team.slug})
    for address in (plain, f"{plain}?free=0", f"{plain}?free=yes"):
        assert slots(as_user(bob).get(address).content.decode()) == 0


@pytest.mark.usefixtures("week")
def test_what_is_taken_is_not_free(team, planned, bob, as_user):
    planned("On the slot", at(11, 9))
    # Closer than the gap, and on no slot.
    planned("Beside the other", at(11, 14, 30))
    browser = as_user(bob)
    assert slots(of_day(browser.get(url(team, "month")).content.decode())) == 0
    Delivery.objects.update(state="cancelled")
    assert slots(of_day(browser.get(url(team, "month")).content.decode())) == 2


def test_slots_may_be_closer_than_the_gap(team, channel, give, planned, bob, as_user):
    give(channel, "09:00", "09:20", days=[4])
    planned("On the first", at(11, 9))
    there = of_day(as_user(bob).get(url(team, "month")).content.decode())
    assert slots(there) == 1
    assert "09:20" in there


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize("why", ["queue paused", "reconnect", "set aside", "filtered out"])
def test_none_of_what_takes_nothing(team, channel, bob, as_user, why):
    query = {}
    if why == "queue paused":
        QueuePause.objects.create(team=team, channel=channel, by=bob)
    elif why == "reconnect":
        Channel.objects.filter(pk=channel.pk).update(state="reconnect")
    elif why == "set aside":
        Blackout.objects.create(
            team=team, name="Fair", starts_on=date(2026, 12, 11), ends_on=date(2026, 12, 11)
        )
    else:
        query = {"channel": ChannelFactory(team=team).pk}
    for view, asked in (("month", {}), ("week", {"week": "2026-12-11"})):
        html = as_user(bob).get(url(team, view, **asked, **query)).content.decode()
        there = of_day(html) if view == "month" else cell(html, "2026-12-11-09")
        assert slots(there) == 0, view


def test_only_of_the_channels_that_are_shown(team, channel, give, bob, as_user):
    other = ChannelFactory(team=team, name="Elsewhere")
    for one in (channel, other):
        give(one, "09:00", days=[4])
    there = of_day(as_user(bob).get(url(team, "month", channel=other.pk)).content.decode())
    assert slots(there) == 1
    assert "Elsewhere" in there


def test_a_full_day_leads_to_the_rest(team, channel, give, bob, as_user):
    give(channel, "08:00", "09:10", "09:20", "09:30", days=[4])
    browser = as_user(bob)
    there = of_day(browser.get(url(team, "month")).content.decode())
    assert slots(there) == 2
    assert "+2 free" in there
    assert "/calendar/day/?day=2026-12-11&amp;free=1" in there
    hour = cell(browser.get(url(team, "week", week="2026-12-11")).content.decode(), "2026-12-11-09")
    assert slots(hour) == 2
    assert "+1 free" in hour
    whole = browser.get(url(team, "day", day="2026-12-11")).content.decode()
    assert slots(cell(whole, "2026-12-11-09")) == 3
    agenda = browser.get(url(team, "month", day="2026-12-11")).content.decode()
    assert slots(agenda.split('id="agenda"')[1]) == 4


@pytest.mark.usefixtures("week")
def test_readers_elsewhere_see_their_own_time(team, channel, bob, as_user):
    bob.time_zone = "Pacific/Auckland"
    bob.save(update_fields=["time_zone"])
    html = as_user(bob).get(url(team, "week", week="2026-12-12")).content.decode()
    assert f"at=2026-12-12T03%3A00&amp;channel={channel.pk}" in cell(html, "2026-12-12-03")
    # Set aside are days of the team's.
    Blackout.objects.create(
        team=team, name="Fair", starts_on=date(2026, 12, 11), ends_on=date(2026, 12, 11)
    )
    html = as_user(bob).get(url(team, "day", day="2026-12-12")).content.decode()
    assert slots(html) == 0


def test_what_the_clocks_skip_and_double(team, channel, give, bob, as_user):
    give(channel, "01:30", days=[6])
    with time_machine.travel(datetime(2027, 3, 20, 9, 0, tzinfo=UTC), tick=True):
        html = as_user(bob).get(url(team, "week", week="2027-03-28")).content.decode()
        assert "02:30" in cell(html, "2027-03-28-02")
        html = as_user(bob).get(url(team, "week", week="2027-10-31")).content.decode()
        assert slots(html) == 1


# -- the switch


@pytest.mark.usefixtures("week")
def test_the_switch_keeps_what_else_is_asked(team, channel, bob, as_user):
    browser = as_user(bob)
    page = f"/t/{team.slug}/calendar/week/"
    off = browser.get(f"{page}?week=2026-12-11&channel={channel.pk}").content.decode()
    switch = off.split('id="free-toggle"')[1].split("</a>")[0]
    assert f'href="{page}?week=2026-12-11&amp;channel={channel.pk}&amp;free=1"' in switch
    assert "aria-current" not in switch
    on = browser.get(f"{page}?week=2026-12-11&channel={channel.pk}&free=1").content.decode()
    switch = on.split('id="free-toggle"')[1].split("</a>")[0]
    assert f'href="{page}?week=2026-12-11&amp;channel={channel.pk}"' in switch
    assert "aria-current" in switch
    assert '<input type="hidden" name="free" value="1">' in on
    # Wherever one goes from there.
    along = f"channel={channel.pk}&amp;free=1"
    for link in ("?week=2026-12-14&amp;", "/calendar/?", "/calendar/day/?", "?day=2026-12-11&amp;"):
        assert f'{link}{along}"' in on, link


@pytest.mark.usefixtures("week")
def test_filters_that_are_asked_for_keep_it(team, bob, as_user):
    headers = {**HX, "HX-Trigger": "filters"}
    answer = as_user(bob).get(url(team, "month", q="buoy"), headers=headers)
    assert "free=1" in answer.headers["HX-Push-Url"]
    html = answer.content.decode()
    assert slots(of_day(html)) == 2
    switch = html.split('id="free-toggle"')[1].split("</a>")[0]
    assert "hx-swap-oob" in switch
    assert kept(team, "free=1&status=draft") == "status=draft&free=1"


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize("shown", [{"month": "2026-12"}, {"week": "2026-12-07"}])
def test_an_answer_to_a_move_draws_them_anew(team, planned, bob, as_user, shown):
    post = planned("Forty buoys", at(11, 9))
    view = "month" if "month" in shown else "week"
    headers = {**HX, "HX-Current-URL": f"http://testserver{url(team, view, **shown)}"}
    to = {"day": "2026-12-11", "time": "17:00", **shown}
    html = as_user(bob).post(move(post), to, headers=headers).content.decode()
    there = of_day(html) if view == "month" else cell(html, "2026-12-11-09")
    assert slots(there) == (2 if view == "month" else 1)


# -- who looks, and how much it costs


@pytest.mark.usefixtures("week")
def test_viewers_see_them_without_a_way_to_write(team, vera, as_user):
    for view in ("month", "week"):
        html = as_user(vera).get(url(team, view)).content.decode()
        assert slots(html) >= 2
        assert "Free slot:" in html
        assert "?at=" not in html


@pytest.mark.usefixtures("week")
def test_outsiders_and_other_teams(team, other_team, mallory, as_user):
    for view in ("month", "week", "day"):
        assert as_user(mallory).get(url(team, view)).status_code == 404
        assert slots(as_user(mallory).get(url(other_team, view)).content.decode()) == 0


@pytest.mark.parametrize("view", ["month", "week", "day"])
def test_bounded_with_many_slots_and_posts(team, bob, as_user, view, django_assert_max_num_queries):
    busy = [ChannelFactory(team=team) for _ in range(8)]
    Slot.objects.bulk_create(
        Slot(team=team, channel=channel, weekday=day, at=time(hour, 30))
        for channel in busy
        for day in range(7)
        for hour in range(8, 20)
    )
    posts = Post.objects.bulk_create(
        Post(team=team, author=bob, title=f"Post {n}", planned_at=NOW + timedelta(minutes=7 * n))
        for n in range(3_000)
    )
    Delivery.objects.bulk_create(
        Delivery(post=post, team=team, channel=busy[n % 4], due_at=post.planned_at)
        for n, post in enumerate(posts)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '3s'")
    browser = as_user(bob)
    asked = url(team, view, channel=busy[-1].pk, **({"day": "2026-12-10"} if view == "day" else {}))
    browser.get(asked)
    with django_assert_max_num_queries(12):
        html = browser.get(asked).content.decode()
    assert slots(html)
    browser.get(url(team, view))
