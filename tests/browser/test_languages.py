"""German words are longer: the pages that people work on still fit, and say no English."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from posts.services import schedule
from tests.approvals.gating import soon
from tests.browser.examining import sideways
from tests.factories.posts import PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "accounts:profile": "Zeiten anzeigen in",
    "calendar_app:month": "Kalender",
    "calendar_app:board": "In Arbeit",
    "calendar_app:list": "Reihenfolge",
    "calendar_app:slots": "Sendeplätze",
    "delivery:list": "Zustellungen",
    "posts:create": "Was soll gesagt werden?",
    "posts:library": "Hochladen",
    "publishers:channels": "Kanäle",
    "accounts:team_settings": "Wie das Team arbeitet",
}
# Longer than what holds it: a button, a link of the frame, the head of a column.
CUT = """() => [...document.querySelectorAll(".btn, .nav__item span, .segmented__item, h2")]
  .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && !e.matches(".clip, .vh"))
  .map((e) => e.textContent.trim())"""


def test_german_pages_fit(world, enter):
    User.objects.update(language="de")
    page = enter(world.alice)
    found = []
    for name, words in PAGES.items():
        page.goto(world.url(name, **({"team": world.team.slug} if "team_" in name else {})))
        assert page.locator("html").get_attribute("lang") == "de"
        assert words in page.content(), name
        found += [f"{name}: {wrong}" for wrong in (*sideways(page), *page.evaluate(CUT))]
    assert not found, "\n".join(found)


def test_a_move_is_taken_back_in_german(enter, team, bob, channel):
    User.objects.update(language="de")
    post = PostFactory(team=team, author=bob, channels=[channel])
    schedule.plan(post=post, at=soon(1), by=bob)
    page = enter(bob, f"/t/{team.slug}/calendar/")
    page.evaluate(
        """(url) => htmx.ajax("POST", url, {source: document.body, swap: "none"})""",
        f"/t/{team.slug}/calendar/posts/{post.pk}/move/?day=",
    )
    expect(page.locator(".toast__act")).to_have_text("Rückgängig")
