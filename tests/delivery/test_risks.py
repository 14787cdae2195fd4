"""Where people see what would not go out, and the way from there to what mends it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from delivery.queries import risks
from notifications.models import LiveEvent
from posts.models import Delivery
from publishers.models import Channel
from tests.delivery.ahead import due_in, look

pytestmark = pytest.mark.django_db

WORDS = "Publishing on Tidewater is paused. Resume it under Channels."


@pytest.fixture
def delivery(platform, team, bob):
    one = due_in(25, team, bob)
    Delivery.objects.update(warning=WORDS, warning_about="channel")
    one.refresh_from_db()
    return one


def page(client, name, *args) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_its_page_says_what_is_wrong_with_a_way_to_mend_it(as_user, team, bob, delivery):
    sheet = page(as_user(bob), "delivery:delivery", team.slug, delivery.pk)

    assert WORDS in sheet
    assert "It would not go out as things are." in sheet
    channels = reverse("publishers:channels", args=[team.slug])
    assert f'<a class="btn btn--sm" href="{channels}">See to it</a>' in sheet


def test_the_calendar_marks_it(as_user, team, bob, delivery):
    day = timezone.localtime(delivery.due_at)
    address = reverse("calendar_app:month", args=[team.slug]) + f"?month={day:%Y-%m}"
    chip = f'id="chip-{delivery.post_id}-{day:%Y%m%d}" data-status="warning"'

    assert chip in as_user(bob).get(address).content.decode()

    Delivery.objects.update(warning="")
    assert chip not in as_user(bob).get(address).content.decode()


def test_the_posts_page_and_the_board_say_it_too(as_user, team, bob, delivery):
    """The post leads to the delivery, the board at once to what mends it."""
    where = reverse("delivery:delivery", args=[team.slug, delivery.pk])
    channels = reverse("publishers:channels", args=[team.slug])
    post = page(as_user(bob), "posts:post", team.slug, delivery.post_id)
    board = page(as_user(bob), "calendar_app:board", team.slug)

    assert WORDS in post
    assert where in post
    assert WORDS in board
    assert f'<a href="{channels}">See to the channel</a>' in board
    assert f'id="card-{delivery.post_id}" data-status="warning"' in board


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_what_no_longer_goes_out_is_not_at_risk(as_user, team, bob, delivery, state):
    Delivery.objects.filter(pk=delivery.pk).update(state=state)

    delivery.refresh_from_db()
    assert not delivery.at_risk
    assert not risks.at_risk(team).exists()
    assert risks.mend_url(delivery) == ""
    assert WORDS not in page(as_user(bob), "delivery:delivery", team.slug, delivery.pk)


@pytest.mark.parametrize(
    ("about", "place"),
    [
        ("channel", "/channels/"),
        ("content", "/posts/{post}/edit/"),
        ("approval", "/posts/{post}/"),
        ("platform", ""),
    ],
)
def test_each_problem_has_its_place(team, delivery, about, place):
    delivery.warning_about = about
    expected = f"/t/{team.slug}{place}" if place else ""
    assert risks.mend_url(delivery) == expected.format(post=delivery.post_id)


def test_another_teams_risks_are_its_own(other_team, delivery):
    assert not risks.at_risk(other_team).exists()


def test_open_pages_follow(platform, team, bob):
    delivery = due_in(25, team, bob)
    Channel.objects.update(paused=True)

    look(delivery)

    topics = set(LiveEvent.objects.for_team(team).values_list("topic", flat=True))
    assert {f"delivery:{delivery.pk}", f"post:{delivery.post_id}", "deliveries", "board"} <= topics
    assert timezone.now() < delivery.due_at


def test_the_list_says_why(as_user, team, bob, delivery):
    assert WORDS in page(as_user(bob), "delivery:list", team.slug)
