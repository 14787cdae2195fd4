"""Conflicts among thousands of posts that came a moment ago: there are no statistics yet."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from posts.models import Delivery, Post, Variant
from tests.calendar_app.december import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
MANY = 6_000
# A hundred times what it takes, and a hundredth of what a plan takes that reads all for each.
PATIENCE = "3s"


@pytest.fixture(params=["words of their own", "the same words"])
def many(request, team, bob, channel):
    same = request.param == "the same words"
    posts = Post.objects.bulk_create(
        Post(
            team=team,
            author=bob,
            title=f"Post {n}",
            body="Forty buoys" if same else f"Buoy {n}",
            planned_at=NOW + timedelta(minutes=5 * n),
        )
        for n in range(MANY)
    )
    Variant.objects.bulk_create(
        Variant(post=post, channel=channel, text="Forty buoys" if same and n % 2 else None)
        for n, post in enumerate(posts)
    )
    Delivery.objects.bulk_create(
        Delivery(post=post, team=team, channel=channel, due_at=post.planned_at) for post in posts
    )


@pytest.mark.usefixtures("many")
def test_no_view_goes_through_all_for_each(team, bob, as_user, django_assert_max_num_queries):
    browser = as_user(bob)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
    for view in ("month", "week", "day", "list"):
        url = reverse(f"calendar_app:{view}", kwargs={"team": team.slug})
        browser.get(url)
        with django_assert_max_num_queries(12):
            html = browser.get(url).content.decode()
        assert "5 min" in html, view
