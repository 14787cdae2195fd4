import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from django.urls import resolve, reverse

from accounts.models import Membership
from config.shell import shell
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.notifications import MessageFactory

FRAME = '{% extends "app.html" %}{% block main %}<p>Here</p>{% endblock %}'


@pytest.fixture
def frame(team, alice):
    """A request as a team's view receives it, and the page it draws."""
    path = reverse("calendar_app:board", kwargs={"team": team.slug})

    def draw(user=alice, membership=None, **cookies):
        request = RequestFactory().get(path)
        request.COOKIES.update(cookies)
        request.user = user
        request.resolver_match = resolve(path)
        if not isinstance(user, AnonymousUser):
            request.team = team
            request.membership = membership or Membership.objects.get(team=team, user=user)
        return request, engines["django"].from_string(FRAME).render({}, request)

    return draw


def test_frame_names_team_person_and_place(frame):
    _, html = frame()
    assert "Team: Tidewater" in html
    assert "Your account, Alice" in html
    assert html.count('aria-current="page"') == 2  # sidebar, and the bar on phones
    assert 'class="skip" href="#main"' in html


def test_frame_costs_two_statements(frame, alice, django_assert_max_num_queries):
    for _ in range(5):
        MembershipFactory(user=alice, team=TeamFactory())
    with django_assert_max_num_queries(3):  # one of them is the fixture's own membership
        frame()


def test_a_fragment_costs_nothing(frame, django_assert_num_queries):
    request, _ = frame()
    with django_assert_num_queries(0):
        shell(request)


def test_theme_of_the_account_wins_over_the_browser(frame, alice):
    assert "data-theme" not in frame()[1].split(">")[1]
    assert '<html lang="en" data-theme="dark">' in frame(theme="dark")[1]
    alice.theme = "light"
    assert '<html lang="en" data-theme="light">' in frame(theme="dark")[1]


@pytest.mark.parametrize("cookie", ["", 'dark" onload="x', "<b>"])
def test_a_forged_cookie_draws_nothing(frame, cookie):
    assert "data-theme=" not in frame(theme=cookie)[1]


def test_other_teams_are_a_form_away(frame, alice, other_team):
    MembershipFactory(user=alice, team=other_team)
    html = frame()[1]
    assert f'value="{other_team.slug}"' in html
    assert f'action="{reverse("accounts:switch")}"' in html


def test_create_is_offered_to_those_who_may(frame, team, alice, vera):
    create = f'href="{reverse("posts:create", kwargs={"team": team.slug})}"'
    assert frame(alice)[1].count(create) == 2  # the button, and the bar on phones
    assert create not in frame(vera)[1]


def test_strangers_see_no_team(frame, other_team):
    html = frame(AnonymousUser())[1]
    assert "Tidewater" not in html
    assert "Sign out" not in html


def test_bell_counts_what_its_panel_shows(frame, team, alice):
    for kind in ("review_approved", "review_receipt"):
        MessageFactory(team=team, user=alice, kind=kind)
    request, _ = frame()
    assert shell(request)["shell_counts"]["unread"] == 1


@pytest.mark.parametrize(
    ("name", "kwargs", "current"),
    [
        ("calendar_app:week", {}, "Calendar"),
        ("calendar_app:feeds", {}, "Calendar"),
        ("calendar_app:board_limits", {}, "Board"),
        ("calendar_app:selection_move", {}, "Board"),
        ("calendar_app:queue_add", {"post_id": 1}, "Board"),
        ("calendar_app:blackouts", {}, "Channels"),
        ("posts:imports", {}, "Board"),
        ("posts:library_folders", {}, "Media"),
        ("posts:find", {}, None),
    ],
)
def test_each_page_lies_below_one_link(frame, team, name, kwargs, current):
    request, _ = frame()
    path = reverse(name, kwargs={"team": team.slug, **kwargs})
    request.path, request.resolver_match = path, resolve(path)
    marked = [item.label for item in shell(request)["shell_nav"] if item.current]
    assert marked == ([current] if current else [])
