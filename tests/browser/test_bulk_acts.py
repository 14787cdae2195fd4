"""Each act on several posts: by mouse, by keys, with a finger, without scripts; as it is kept."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from approvals.models import Decision
from approvals.services.ask import ask
from posts.models import Post
from posts.services import schedule
from posts.states import Stage
from posts.times import from_utc
from tests.browser.hand import EACH, Finger, Keys, Mouse, Plain
from tests.browser.hands import tap, whole
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/t/tidewater/calendar/list/"
# test_selection.py, test_slots_ways.py and test_along.py ask these.
ELSEWHERE = {
    Mouse: ["tags"],
    Keys: ["shift", "stage"],
    Finger: ["shift", "delete"],
    Plain: ["shift"],
}
BECAUSE = "Say how many buoys there are."


class Act(NamedTuple):
    """`said` is what its form asks for; `kept` what is true afterwards of each of the `pair`."""

    pair: str
    name: str
    said: dict[str, str]
    kept: Callable[[Post], bool]


class Bar:
    """The bar of what is chosen, and the dialog that it opens; without script they are pages."""

    def __init__(self, hand: Mouse) -> None:
        self.hand, self.page, self.plain = hand, hand.page, isinstance(hand, Plain)
        self.form = hand.page.locator("main" if self.plain else "#move-dialog")

    def act(self, posts: list[Post], act: Act) -> None:
        self.choose(posts)
        button = self.page.locator(f"#chosen-{act.name}")
        if not button.is_visible():
            self.hand.press(self.page.locator("#chosen-more"))
        self.hand.press(button)
        if act.said and not self.plain:
            expect(self.form.locator("input:visible, select, textarea").first).to_be_focused()
        for label, value in act.said.items():
            self.say(self.form.get_by_label(label), value)
        if act.said and self.plain:
            self.form.get_by_role("button", name="Show what changes").click()
        expect(self.form.locator(".sweep__line")).to_have_count(2)
        whole(self.page)
        self.hand.press(self.form.locator("[name=confirm]"))
        if self.plain:
            self.page.get_by_role("link", name="Back to the posts").click()
        expect(self.page.locator("#selection")).to_be_hidden()

    def choose(self, posts: list[Post]) -> None:
        if isinstance(self.hand, Finger):
            tap(self.page.get_by_role("button", name="Select posts"))
        for post in posts:
            link = self.page.locator(f"#chip-link-{post.pk}-row")
            if isinstance(self.hand, Finger):
                link.tap()
            elif isinstance(self.hand, Keys):
                link.focus()
                self.page.keyboard.press("x")
            else:
                self.page.locator(f"#row-{post.pk} .post-pick").click()
        if not self.plain:
            expect(self.page.locator("#selection [data-count]")).to_have_text("2 chosen")
        if isinstance(self.hand, Keys):
            self.page.keyboard.press("Shift+Enter")

    def say(self, field: Locator, value: str) -> None:
        self.hand.say(field, value)
        if not self.plain:
            # Another preview comes in the place of the first.
            shown = self.form.locator(f"#sweep [name={field.get_attribute('name')}]")
            expect(shown).to_have_value(field.input_value())


@pytest.fixture
def day():
    return timezone.localdate() + timedelta(days=20)


@pytest.fixture
def pairs(team, alice, bob):
    """Two of each: to be changed, and three times two that Alice is asked about."""
    channel, made = ChannelFactory(team=team, name="News"), {}
    ChannelFactory(team=team, platform="mastodon", name="Press")
    for n, name in enumerate(("written", "asked", "doubted", "refused")):
        made[name] = [_planned(team, bob, channel, f"{name} {m}", 10 * n + m) for m in (0, 5)]
        for post in made[name] if n else ():
            ask(post=post, by=bob)
    return made


def _planned(team, bob, channel, title, minute):
    post = PostFactory(team=team, author=bob, title=title, body=title, channels=[channel])
    at = datetime.combine(timezone.localdate() + timedelta(days=9), time(9, minute), team.zone)
    schedule.plan(post=post, at=from_utc(at, team.time_zone), by=bob)
    return post


def _on(day, post: Post) -> bool:
    return timezone.localdate(post.planned_at, post.team.zone) == day


def _said(post: Post) -> str:
    assert post.stage == Stage.CHANGES_REQUESTED
    return Decision.objects.get(review__post=post, comment=BECAUSE).kind


@pytest.mark.parametrize("way", EACH)
def test_each_act_on_several_posts(enter, alice, carol, pairs, day, way):
    bar = Bar(way(enter(alice, LIST, **way.options)))
    acts = [
        Act("written", "tags", {"Tags": "sea"}, lambda p: p.tags.get().name == "sea"),
        Act("written", "assign", {"Who sees to them": "Carol"}, lambda p: p.assignee == carol),
        Act(
            "written",
            "channels",
            {"Channel": "Mastodon (Press)"},
            lambda p: p.variants.count() == 2,
        ),
        Act("written", "move", {"Day": f"{day}"}, lambda p: _on(day, p)),
        Act("written", "shift", {"Days": "3"}, lambda p: _on(day + timedelta(days=3), p)),
        Act("written", "submit", {}, lambda p: p.stage == Stage.IN_REVIEW),
        Act(
            "doubted", "changes", {"What should change?": BECAUSE}, lambda p: _said(p) == "changes"
        ),
        Act("refused", "reject", {"Why is it rejected?": BECAUSE}, lambda p: _said(p) == "reject"),
        Act("doubted", "stage", {"Stage": "Drafting"}, lambda p: p.stage == Stage.DRAFTING),
        Act("refused", "delete", {}, lambda p: p.trashed_at is not None),
        Act("asked", "approve", {}, lambda p: p.stage == Stage.SCHEDULED),
        Act("asked", "unschedule", {}, lambda p: p.planned_at is None),
    ]
    for act in acts:
        if act.name in ELSEWHERE.get(way, ()):
            continue
        bar.act(pairs[act.pair], act)
        for post in Post.objects.filter(pk__in=[post.pk for post in pairs[act.pair]]):
            assert act.kept(post), (act.name, post.stage, post.planned_at)
