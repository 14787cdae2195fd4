"""What speaks against a time is said before it is chosen, and only closed days are in the way."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from calendar_app.queries.ahead import ahead, intent_of
from posts.models import Blackout
from publishers.models import Channel
from tests.calendar_app.december import HX, at, move
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
LISBON = ZoneInfo("Europe/Lisbon")


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
