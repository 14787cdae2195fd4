"""Views kept under a name: whose they are, who sees them, and what they lead to."""

import pytest
from django.urls import reverse

from calendar_app.models import SavedView
from calendar_app.services import saved
from tests.calendar_app.december import HX
from tests.factories.posts import TagFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tag(team):
    return TagFactory(team=team)


def url(team, **query):
    return reverse("calendar_app:saved_views", kwargs={"team": team.slug}, query=query)


def of(name, view):
    return reverse(f"calendar_app:{name}", kwargs={"team": view.team.slug, "pk": view.pk})


def make(team, by, name="Launch", **fields):
    return saved.save(team=team, by=by, name=name, page="month", query="", **fields)


def test_saving_keeps_what_is_worth_keeping(team, bob, tag, as_user):
    typed = {
        "name": "  Tide   launch 🌊 ",
        "view": "list",
        "query": f"tag={tag.pk}&tag=999&nonsense=1&status=draft&sort=changed&month=2026-12",
    }
    browser = as_user(bob)
    response = browser.post(url(team), typed)
    view = SavedView.objects.get()
    assert (view.name, view.owner, view.shared) == ("Tide launch 🌊", bob, False)
    assert view.query == f"sort=changed&status=draft&tag={tag.pk}"
    assert response.url == f"/t/{team.slug}/calendar/list/?{view.query}"
    shown = browser.get(response.url)
    assert "Saved as “Tide launch 🌊”." in shown.content.decode()


def test_from_the_menu_what_the_browser_shows_is_kept(team, bob, as_user):
    shows = {**HX, "HX-Current-URL": f"http://testserver/t/{team.slug}/board/?status=draft&x=1"}
    html = as_user(bob).get(url(team, view="board"), headers=shows).content.decode()
    assert "<html" not in html
    assert 'name="query" value="status=draft"' in html
    typed = {"name": "Drafts", "view": "board", "query": "status=draft"}
    answer = as_user(bob).post(url(team), typed, headers=shows)
    assert answer.status_code == 200
    assert "Drafts" in answer.content.decode()
    assert "Saved as" in answer.headers["HX-Trigger"]


@pytest.mark.parametrize("headers", [{}, HX])
def test_same_name_twice_is_refused_with_what_was_typed(team, bob, alice, as_user, headers):
    make(team, bob, "Launch")
    typed = {"name": "LAUNCH", "view": "month", "query": "status=idea"}
    response = as_user(bob).post(url(team), typed, headers=headers)
    assert response.status_code == 409
    html = response.content.decode()
    assert "There is a view called “LAUNCH” already." in html
    assert 'value="LAUNCH"' in html
    assert 'value="status=idea"' in html
    assert as_user(alice).post(url(team), typed).status_code == 302
    assert SavedView.objects.count() == 2


def test_shared_names_are_the_teams(team, bob, alice, as_user):
    make(team, bob, "Launch", shared=True)
    typed = {"name": "launch", "view": "month", "shared": "on"}
    assert as_user(alice).post(url(team), typed).status_code == 409
    assert as_user(alice).post(url(team), {**typed, "shared": ""}).status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "view": "month"},
        {"name": "   ", "view": "month"},
        {"name": "x" * 61, "view": "month"},
        {"name": "a\x00b", "view": "month"},
        {"name": "Fine", "view": "nowhere"},
        {"name": "Fine"},
        {"name": "Fine", "view": "month", "query": "tag=1&" * 400},
    ],
)
def test_what_cannot_be_kept(team, bob, as_user, typed):
    assert as_user(bob).post(url(team), typed).status_code == 422
    assert not SavedView.objects.exists()


def test_no_more_than_fifty_of_one_person(team, bob, alice, as_user):
    SavedView.objects.bulk_create(
        SavedView(team=team, owner=bob, name=f"View {n}", page="month") for n in range(saved.MOST)
    )
    typed = {"name": "One more", "view": "month"}
    response = as_user(bob).post(url(team), typed)
    assert response.status_code == 409
    assert "You have 50 saved views here." in response.content.decode()
    assert as_user(alice).post(url(team), typed).status_code == 302


def test_who_sees_what(team, bob, alice, vera, mallory, as_user):
    make(team, bob, "Only mine")
    make(team, bob, "For all", shared=True)
    for who, sees in ((bob, True), (alice, False), (vera, False)):
        html = as_user(who).get(url(team)).content.decode()
        assert "For all" in html
        assert ("Only mine" in html) is sees
    assert as_user(mallory).get(url(team)).status_code == 404


def test_sharing_needs_the_right_to_write(team, vera, as_user):
    typed = {"name": "Mine", "view": "month"}
    assert as_user(vera).post(url(team), {**typed, "shared": "on"}).status_code == 403
    assert as_user(vera).post(url(team), typed).status_code == 302
    view = SavedView.objects.get()
    shared = {"name": "Mine", "shared": "on"}
    assert as_user(vera).post(of("saved_view", view), shared).status_code == 403
    assert 'name="shared"' not in as_user(vera).get(of("saved_view", view)).content.decode()


def test_renaming(team, bob, alice, mallory, as_user):
    view, other = make(team, bob, "Launch", shared=True), make(team, bob, "Other")
    address = of("saved_view", view)
    page = as_user(bob).get(address).content.decode()
    assert 'value="Launch"' in page
    assert as_user(bob).post(address, {"name": "Liftoff"}).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.shared) == ("Liftoff", False)
    assert as_user(alice).get(address).status_code == 404
    refused = as_user(bob).post(address, {"name": other.name})
    assert refused.status_code == 409
    assert "already" in refused.content.decode()
    assert as_user(bob).post(address, {"name": ""}).status_code == 422
    assert as_user(mallory).post(address, {"name": "x"}).status_code == 404


def test_another_persons_shared_view_is_not_yours_to_rename(team, bob, carol, alice, as_user):
    view = make(team, bob, shared=True)
    assert as_user(carol).post(of("saved_view", view), {"name": "x"}).status_code == 403
    page = as_user(alice).get(of("saved_view", view)).content.decode()
    assert "Bob shares “Launch” with the team" in page
    assert 'name="name"' not in page


def test_deleting(team, bob, carol, alice, mallory, as_user):
    own, shared = make(team, bob, "Own"), make(team, bob, "Shared", shared=True)
    assert as_user(carol).post(of("saved_view_remove", shared)).status_code == 403
    assert as_user(alice).post(of("saved_view_remove", own)).status_code == 404
    assert as_user(mallory).post(of("saved_view_remove", shared)).status_code == 404
    assert as_user(bob).get(of("saved_view_remove", own)).status_code == 405
    assert as_user(bob).post(of("saved_view_remove", own)).status_code == 302
    assert as_user(alice).post(of("saved_view_remove", shared)).status_code == 302
    assert not SavedView.objects.exists()


def test_many_are_paginated_with_few_statements(team, bob, as_user, django_assert_max_num_queries):
    SavedView.objects.bulk_create(
        SavedView(team=team, owner=bob, name=f"View {n:03}", page="month", shared=True)
        for n in range(120)
    )
    browser = as_user(bob)
    browser.get(url(team))
    with django_assert_max_num_queries(12):
        html = browser.get(url(team)).content.decode()
    assert html.count('class="saved__view"') == 50
    assert "View 119" in browser.get(url(team, page=3)).content.decode()


def test_a_view_whose_tag_is_gone_still_opens(team, bob, tag, as_user):
    view = saved.save(team=team, by=bob, name="Tag", page="board", query=f"tag={tag.pk}")
    tag.delete()
    assert as_user(bob).get(view.get_absolute_url()).status_code == 200


def test_administrators_find_them(team, bob, admin_client):
    make(team, bob, "Launch")
    page = admin_client.get(reverse("admin:calendar_app_savedview_changelist"), {"q": "launch"})
    assert "Launch" in page.content.decode()
