"""Threads and first comments: real adapters against the simulated platforms over real HTTP."""

from dataclasses import replace

import pytest
import requests
from django.utils import timezone

from publishers.contract import (
    CannotTell,
    Found,
    NotFound,
    Published,
    Rejected,
    ReplyTo,
    Uncertain,
)
from publishers.sandbox import faults
from publishers.sandbox.models import Does, RemotePost
from tests.publishers.adapters.kit import Memory, picture, post
from tests.publishers.adapters.simulated import KINDS, connect, sandbox, send, whole

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)
threads = pytest.mark.parametrize("kind", ["x", "bluesky", "threads"])
commenting = pytest.mark.parametrize("kind", KINDS)
TEXTS = ["High water at nine.", "Low water at three.", "The pier is dry until five."]


@pytest.fixture
def connected(sandbox, kind):
    return connect(kind)


def item(text, seq, live=(), kind="part"):
    """The item of that place, answering the last of `live`."""
    reply_to = ReplyTo(live[0], live[-1], tuple(live)) if live else None
    token = f"3f0c8c1e-1111-4222-8333-44445555666{seq}"
    found = post(text, client_token=token, created_at=timezone.now())
    return replace(found, kind=kind if live else "post", reply_to=reply_to)


def thread(adapter, texts=TEXTS):
    """What was sent, and what came back."""
    payloads, live = [], []
    for seq, text in enumerate(texts):
        payload = item(text, seq, live)
        if not live:
            payload = replace(payload, media=whole(adapter).media)
        outcome = send(adapter, payload)
        assert isinstance(outcome, Published), outcome
        payloads.append(payload)
        live.append(outcome.remote_id)
    return payloads, live


@threads
def test_each_part_answers_the_one_before(connected, kind):
    simulated, adapter = connected
    payloads, live = thread(adapter)
    rows = list(simulated.posts.order_by("pk"))
    assert [row.text for row in rows] == TEXTS
    assert [row.parent for row in rows] == [None, rows[0], rows[1]]
    for payload, remote_id in zip(payloads, live, strict=True):
        saw = adapter.find(payload, Memory())
        assert isinstance(saw, Found), saw
        assert saw.remote_id == remote_id
    page = requests.get(saw.permalink, timeout=10)
    assert "Answers" in page.text
    assert TEXTS[2] in page.text


@threads
def test_an_answer_whose_answer_was_lost_is_found(connected, kind):
    simulated, adapter = connected
    _, live = thread(adapter, TEXTS[:1])
    payload = item(TEXTS[1], 1, live)
    faults.arm(simulated, "error_after")
    assert isinstance(send(adapter, payload), Uncertain)
    saw = adapter.find(payload, Memory())
    assert isinstance(saw, Found), saw
    assert saw.remote_id.endswith(simulated.posts.get(text=TEXTS[1]).remote_id)


@threads
def test_parts_that_say_nearly_the_same_are_told_apart(connected, kind):
    _, adapter = connected
    texts = [f"Buoy 7 reports for the {n}. time in this long thread of its own." for n in range(4)]
    payloads, live = thread(adapter, texts)
    assert adapter.find(payloads[-1], Memory()).remote_id == live[-1]
    following = item(texts[0].replace("0.", "4."), 4, live)
    assert adapter.find(following, Memory()) == NotFound()


@pytest.mark.parametrize("kind", ["x", "threads"])
def test_the_same_words_elsewhere_are_not_the_part(connected, kind):
    """A post of its own and a part of another thread are other posts."""
    simulated, adapter = connected
    _, live = thread(adapter, TEXTS[:2])
    part = item(TEXTS[2], 2, live)
    other = RemotePost.objects.create(account=simulated, remote_id="76", text="Yesterday")
    for remote_id, parent in (("77", other), ("78", None)):
        RemotePost.objects.create(
            account=simulated, remote_id=remote_id, text=TEXTS[2], parent=parent
        )
    assert adapter.find(part, Memory()) == NotFound()
    assert adapter.find(item(TEXTS[2], 0), Memory()).remote_id == "78", "and that is a post"


@pytest.mark.parametrize("kind", ["x", "bluesky", "page", "threads", "instagram_page", "facebook"])
def test_nothing_follows_a_post_that_is_gone(connected, kind):
    _, adapter = connected
    _, live = thread(adapter, TEXTS[:1])
    assert adapter.remove(live[0]) is None
    payload, step = item("More here", 1, live, kind="comment"), Memory()
    outcome = adapter.prepare(payload, step) or adapter.publish(payload, step)
    assert isinstance(outcome, Rejected), outcome
    assert RemotePost.objects.public().count() == 0


@threads
def test_pictures_are_of_the_post_alone(connected, kind):
    simulated, adapter = connected
    head = replace(item(TEXTS[0], 0), media=(picture(),))
    first = send(adapter, head)
    assert isinstance(send(adapter, item(TEXTS[1], 1, [first.remote_id])), Published)
    counts = simulated.posts.order_by("pk").values_list("attachments", flat=True)
    assert [bool(one) for one in counts] == [True, False]


# -- first comments


@commenting
def test_a_first_comment_stands_under_the_post(connected, kind):
    simulated, adapter = connected
    _, live = thread(adapter, TEXTS[:1])
    payload = item("Read more (free): https://tide.earth/api_v2", 1, live, kind="comment")
    outcome = send(adapter, payload)
    assert isinstance(outcome, Published), outcome
    head, comment = simulated.posts.order_by("pk")
    assert (comment.text, comment.parent) == (payload.text, head)
    shown = requests.get(outcome.permalink, timeout=10)
    assert "Read more (free): " in shown.text
    saw = adapter.find(payload, Memory())
    if kind == "member":
        assert isinstance(saw, CannotTell)
    else:
        assert saw == Found(outcome.remote_id, outcome.permalink)
    assert adapter.remove(outcome.remote_id) is None
    assert adapter.remove(outcome.remote_id) is None, "gone is gone"
    assert list(simulated.posts.public()) == [head]


@pytest.mark.parametrize("kind", ["page"])
def test_a_comment_that_is_not_there(connected, kind):
    simulated, adapter = connected
    _, live = thread(adapter, TEXTS[:1])
    payload = item("Read more", 1, live, kind="comment")
    assert adapter.find(payload, Memory()) == NotFound()
    faults.arm(simulated.administrators.first(), "error_after", does=Does.READ)
    assert isinstance(adapter.find(payload, Memory()), CannotTell)


@pytest.mark.parametrize("kind", ["page", "member", "facebook"])
def test_the_longest_comment_fits_and_one_more_does_not(connected, kind):
    _, adapter = connected
    _, live = thread(adapter, TEXTS[:1])
    limit = adapter.spec.limits.comment
    assert isinstance(send(adapter, item("a" * limit, 1, live, kind="comment")), Published)
    refused = send(adapter, item("b" * (limit + 1), 1, live, kind="comment"))
    assert isinstance(refused, Rejected), refused
