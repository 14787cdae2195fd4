"""Chips are kept: what differs in anything that is drawn must not be taken for another's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from calendar_app.templatetags.chips import _drawn
from posts.queries.cards import cards
from posts.queries.planned import Planned
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def item(team):
    post = PostFactory(team=team, title="High water at <nine>")
    return Planned(cards(team, [post.pk])[post.pk], AT.date(), AT, "draft", 1)


def drawn(team, item, density="", query="month=2026-12", can_move=True, noted=None):
    source = "{% load chips %}{% chip item '20261210' density noted %}"
    shown = SimpleNamespace(query=query)
    known = {"team": team, "shown": shown, "can_move": can_move, "item": item}
    return Template(source).render(Context({**known, "density": density, "noted": noted}))


def test_the_same_is_drawn_once(team, item):
    _drawn.cache_clear()
    assert drawn(team, item) == drawn(team, item)
    assert _drawn.cache_info().misses == 1
    assert "High water at &lt;nine&gt;" in drawn(team, item)


def test_whatever_differs_is_drawn_anew(team, other_team, item):
    _drawn.cache_clear()
    post = item.card.post
    named = replace(item, card=replace(item.card, post=PostFactory(team=team, title="Another")))
    seen = {
        drawn(team, item),
        drawn(other_team, item),
        drawn(team, item, density="line"),
        drawn(team, item, query="week=2026-12-07"),
        drawn(team, item, can_move=False),
        drawn(team, item, noted=SimpleNamespace(posts={post.pk})),
        drawn(team, replace(item, status="published")),
        drawn(team, replace(item, at=AT + timedelta(minutes=15))),
        drawn(team, named),
    }
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        seen.add(drawn(team, item))
    with translation.override("de"):
        seen.add(drawn(team, item))
    assert len(seen) == 11
    assert _drawn.cache_info().misses == 11


def test_a_zone_sees_its_own_time(team, item):
    with timezone.override(ZoneInfo("Europe/Lisbon")):
        assert ">09:30<" in drawn(team, item)
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        assert ">15:00<" in drawn(team, item)
        assert 'data-at="2026-12-10T15:00:00+05:30"' in drawn(team, item)


def listed(tag, team, thing, query="month=2026-12", can_move=True):
    shown = SimpleNamespace(query=query)
    known = {"team": team, "shown": shown, "can_move": can_move, "thing": thing}
    return Template("{% load chips %}{% " + tag + " thing %}").render(Context(known))


def test_a_row_of_a_day_and_a_draft_are_not_taken_for_chips(team, item):
    """The same post looks another way in each place; who may not move it gets no way to."""
    _drawn.cache_clear()
    row, waiting = listed("agenda_row", team, item), listed("draft", team, item.card)
    assert "post-row" in row
    assert 'class="draft"' in waiting
    assert "post-chip" not in row + waiting
    for one in (row, waiting):
        assert "High water at &lt;nine&gt;" in one
        assert "?month=2026-12" in one
    for tag, thing in (("agenda_row", item), ("draft", item.card)):
        assert "/move/" in listed(tag, team, thing)
        assert "/move/" not in listed(tag, team, thing, can_move=False)


def test_a_draft_that_was_touched_or_given_away_is_drawn_anew(team, other_team, item):
    card = item.card
    touched = replace(card, post=PostFactory(team=team, title=card.post.title))
    touched.post.pk, touched.post.updated_at = (
        card.post.pk,
        card.post.updated_at - timedelta(days=9),
    )
    given = replace(card, post=PostFactory(team=team, title=card.post.title))
    given.post.pk, given.post.updated_at = card.post.pk, card.post.updated_at
    seen = {
        listed("draft", team, card),
        listed("draft", other_team, card),
        listed("draft", team, card, query="week=2026-12-07"),
        listed("draft", team, touched),
        listed("draft", team, given),
        listed("draft", team, replace(card, channels=[ChannelFactory(team=team)])),
    }
    assert len(seen) == 6
