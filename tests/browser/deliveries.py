"""The list of deliveries in the browser: rows to work with, their boxes, and the bar."""

import re

import pytest

from posts.models import Delivery
from posts.states import DeliveryState
from tests.factories.delivery import channel_of, due_delivery, troubled
from tests.factories.posts import PostFactory

PAGE = "/t/tidewater/deliveries/"
PLATFORM = "bluesky"


@pytest.fixture
def make(team, bob):
    """`make("failed", "Forty buoys")`: a delivery in trouble, of a post with that title."""

    def one(state: str, title: str, **fields) -> Delivery:
        post = PostFactory(team=team, author=bob, title=title, stage="scheduled")
        seconds = fields.pop("seconds", -20.0)
        delivery = due_delivery(
            team, bob, post=post, channel=channel_of(team, PLATFORM), seconds=seconds, **fields
        )
        return troubled(delivery, state) if state != DeliveryState.QUEUED else delivery

    return one


def states() -> dict[str, str]:
    return {row.post.title: row.state for row in Delivery.objects.select_related("post")}


def bar_of(page):
    return page.get_by_role("form", name="The chosen deliveries")


def box(page, title):
    return page.get_by_role("checkbox", name=re.compile(f"^Choose {title} on"))
