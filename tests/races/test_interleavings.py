"""Random interleavings, and that those who look at them see what goes wrong."""

import pytest

from approvals.services import decide
from bench import races, world
from tests.emptying import Emptying

pytestmark = pytest.mark.django_db(transaction=True)


def played(count: int, seed: int) -> dict:
    """With people and posts of its own."""
    Emptying()()
    there = world.places(4, teams=2, platforms=["x", "bluesky"], latency_ms=0)
    return races.figures(there, count, seed, print)


def test_every_promise_is_kept(platforms):
    report = played(60, 1)
    assert report["broken"] == []
    assert report["interleavings"] == 60
    assert report["decisions"] > 0
    assert report["deliveries"].get("published", 0) > 0


def test_a_decision_about_what_is_gone_is_seen(platforms, monkeypatch):
    """As if nobody asked whether the post is still what the page showed."""
    monkeypatch.setattr(decide, "_require_unchanged", lambda *args: None)
    # In which order they meet is the database's: one run in three does not come to it.
    runs = (played(120, seed)["broken"] for seed in range(1, 9))
    assert any("decided while it was not in review" in one for found in runs for one in found)
