"""What every registered adapter must keep of what it uploads or looks up before a post."""

import time

import pytest

from publishers import handles
from publishers.contract import Reconnect, Rejected, TryLater
from tests.publishers.adapters.kit import Memory, picture, reply
from tests.publishers.adapters.registered import (
    WORDS,
    agreeable,
    counts,
    every_adapter,
    every_preparer,
    made,
    prepared,
    ready,
    written,
)


@every_adapter
def test_nothing_is_uploaded_or_looked_up_twice(kind):
    for pictures in counts(kind):
        media = [picture(f"Pier {n}", bytes([n]) * 20) for n in range(pictures)]
        payload = written(kind, WORDS, *media)
        adapter, step = ready(kind, payload)
        before = len(adapter.http.calls)
        assert prepared(adapter, payload, step) is None
        assert len(adapter.http.calls) == before
        fresh = made(kind)
        assert prepared(fresh, payload, step) is None
        assert fresh.http.calls == [], "another worker with the same memory uploads nothing"


@every_preparer
def test_an_upload_whose_state_is_a_secret_is_asked_about_once(kind):
    def guarded(method, url, commits):
        if method == "GET":
            return reply(403, {"message": "no"})
        return agreeable(kind)(method, url, commits)

    step, payload = Memory(), written(kind, "Tide", picture())
    first = made(kind, guarded).prepare(payload, step)
    if first is not None:
        # What it fetches itself may fail, so that it is not published unseen; and what was typed
        # as the place of a post is looked up.
        assert kind.spec.fetches or any(one.required for one in kind.spec.options)
        assert isinstance(first, TryLater | Rejected | Reconnect)
        return
    again = made(kind, guarded)
    assert again.prepare(payload, step) is None
    assert again.http.calls == []


def ending(step) -> list[str]:
    """What is kept until some moment."""
    return [value for value in step.kept.values() if '"until"' in value]


@every_preparer
def test_handles_say_how_long_they_live(kind):
    _, step = ready(kind, written(kind, "Tide", picture()))
    kept = ending(step)
    # A draft on the platform does not end by itself.
    assert kept or (kind.spec.fetches and step.kept)
    assert all(handles.outlives(value, time.time() + 600) for value in kept)
    assert not any(handles.outlives(value, time.time() + 100 * 24 * 3600) for value in kept)


@pytest.mark.parametrize("value", ["", "u1", "7", "[]", "{}", '{"until": "soon"}'])
def test_a_handle_that_says_nothing_of_its_life_is_trusted(value):
    assert handles.outlives(value, time.time())


@every_preparer
def test_without_what_was_prepared_a_post_is_not_sent(kind):
    adapter = made(kind)
    outcome = adapter.publish(written(kind, "Tide", picture()), Memory())
    assert isinstance(outcome, TryLater)
    assert adapter.http.commits == []


@every_preparer
def test_handles_that_ended_are_uploaded_again(kind, monkeypatch):
    payload = written(kind, "Tide", picture())
    adapter, step = ready(kind, payload)
    if not ending(step):
        assert kind.spec.fetches
        return
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert isinstance(adapter.publish(payload, step), TryLater)
    again = made(kind)
    assert again.prepare(payload, step) is None
    assert again.http.calls
