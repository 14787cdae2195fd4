"""Threads: what becomes of the containers that a post is made of."""

import pytest

from publishers.contract import Rejected, TryLater, Uncertain
from tests.publishers.adapters.graph import refusal
from tests.publishers.adapters.kit import film, picture, post
from tests.publishers.adapters.threads import CONTAINER, CREATE, PUBLISH, forms, threads

__all__ = ["threads"]


def test_what_is_not_yet_visible_is_published_again_and_then_made_anew(server, threads, step):
    server.scripts[("POST", PUBLISH)] = [(400, refusal(24, 4279009), {})]
    payload = post()
    assert threads.prepare(payload, step) is None
    pauses = [threads.publish(payload, step).after for _ in range(3)]
    assert pauses == [2, 10, 30]
    assert len(forms(server)) == 1
    assert isinstance(threads.publish(payload, step), Uncertain), "the listing is looked at first"
    assert isinstance(threads.publish(payload, step), TryLater)
    assert threads.prepare(payload, step) is None
    assert len(forms(server)) == 2


def test_children_that_ended_are_made_again(server, threads, step):
    server.on("GET", "/v1.0/511", 200, {"status": "FINISHED"})
    server.scripts[("POST", CREATE)] = [
        (200, {"id": "511"}, {}),
        (200, {"id": "511"}, {}),
        (400, refusal(100, 4279004), {}),
        (200, {"id": "511"}, {}),
    ]
    payload = post("Both", picture(), picture("Mast"))
    assert isinstance(threads.prepare(payload, step), TryLater)
    assert threads.prepare(payload, step) is None
    assert len(forms(server)) == 6


@pytest.mark.parametrize(
    ("error", "mends"),
    [
        ("FAILED_DOWNLOADING_VIDEO", True),
        ("UNKNOWN", True),
        ("SOMETHING_NEW", True),
        ("FAILED_PROCESSING_AUDIO", False),
        ("FAILED_PROCESSING_VIDEO", False),
        ("INVALID_ASPEC_RATIO", False),
        ("INVALID_BIT_RATE", False),
        ("INVALID_DURATION", False),
        ("INVALID_FRAME_RATE", False),
        ("INVALID_AUDIO_CHANNELS", False),
        ("INVALID_AUDIO_CHANNEL_LAYOUT", False),
    ],
)
def test_a_container_that_failed(server, threads, step, error, mends):
    failed = {"status": "ERROR", "error_message": error}
    server.scripts[("GET", CONTAINER)] = [(200, failed, {})]
    payload = post("Look", film())
    first = threads.prepare(payload, step)
    if mends:
        assert isinstance(first, TryLater)
        first = threads.prepare(payload, step)
        assert len(forms(server)) == 2, "once, with another container"
    assert isinstance(first, Rejected), first


def test_a_container_that_ended_is_made_again(server, threads, step):
    server.scripts[("GET", CONTAINER)] = [
        (200, {"status": "EXPIRED"}, {}),
        (200, {"status": "FINISHED"}, {}),
    ]
    assert isinstance(threads.prepare(post(), step), TryLater)
    assert threads.prepare(post(), step) is None
    assert len(forms(server)) == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"status": "PUBLISHED"}),
        (400, refusal(100, None, "Tried accessing nonexisting field (status) on node type")),
    ],
)
def test_what_is_live_already_is_not_published_again(server, threads, step, status, body):
    server.scripts[("GET", CONTAINER)] = [(status, body, {})]
    assert threads.prepare(post(), step) is None
    assert isinstance(threads.publish(post(), step), Uncertain)
    assert server.seen("POST", PUBLISH) == []
