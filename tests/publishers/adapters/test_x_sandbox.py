"""X's adapter against the simulated X over real HTTP: videos, polls, quotes, changes, figures."""

import hashlib
import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from publishers import clients
from publishers.adapters.x import X, uploads
from publishers.contract import Account, Found, Hook, Published, Rejected, TryLater
from publishers.sandbox import accounts, faults
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import Call, Does, RemotePost
from publishers.sandbox.registry import twin_for
from publishers.sandbox.twin import Happening
from tests.publishers.adapters.kit import Memory, film
from tests.publishers.adapters.simulated import now, prepare, sandbox, send
from tests.sandbox.films import mp4

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)


def connected(handle):
    simulated = accounts.create("x", handle)
    Simulated.objects.update(processing_seconds=0.3)
    token = accounts.mint_tokens(simulated).access
    me = Account(simulated.remote_id, handle, token=token)
    return simulated, clients.adapter_for("x", me)


@pytest.fixture
def both(sandbox):
    return connected("tidewater")


@pytest.fixture
def premium(sandbox):
    return connected("harbourtrust")


def moving(padding=2_500_000, seconds=9):
    content = mp4(padding=padding, seconds=seconds)
    digest = hashlib.sha256(content).hexdigest()
    return replace(
        film(),
        size=len(content),
        sha256=digest,
        read=lambda: content,
        opens=lambda: BytesIO(content),
    )


def test_a_video_that_broke_off_goes_on(both):
    simulated, x = both
    payload, step = now("The tide comes in", moving()), Memory()
    faults.arm(simulated, "error_after", does=Does.UPLOAD)
    assert isinstance(x.prepare(payload, step), TryLater), "a place nobody knows of"
    assert x.prepare(payload, step).after == 1
    outcome = send(x, payload, step)
    assert isinstance(outcome, Published), outcome
    attached = simulated.posts.get().attachments.get()
    assert (attached.picture.digest, attached.alt) == (payload.media[0].sha256, film().alt)
    appended = Call.objects.filter(path__endswith="/append", status=200).count()
    assert appended == -(-payload.media[0].size // uploads.PART)
    assert x.find(payload, step) == Found(outcome.remote_id, outcome.permalink)


def test_a_video_that_is_too_long_for_the_account(both):
    _, x = both
    refused = send(x, now("Long", moving(seconds=1201)))
    assert isinstance(refused, Rejected)
    assert "Cut the video" in refused.reason


def test_polls_and_quotes_are_found(both):
    simulated, x = both
    polled = now("High or low?", options={"poll": "High; Low", "poll_minutes": "60"})
    first = send(x, polled)
    assert isinstance(first, Published), first
    assert x.find(polled, Memory()) == Found(first.remote_id, first.permalink)
    quoting = now("As said", options={"quote": first.permalink})
    second = send(x, quoting)
    assert isinstance(second, Published), second
    assert x.find(quoting, Memory()) == Found(second.remote_id, second.permalink)
    bodies = [row.body for row in simulated.posts.order_by("pk")]
    assert bodies[0]["poll"]["options"] == ["High", "Low"]
    assert bodies[1]["quote_tweet_id"] == first.remote_id
    assert isinstance(send(x, now("Theirs", options={"quote": "77"})), Rejected)


def test_a_post_is_changed_measured_and_taken_back(premium):
    simulated, x = premium
    live = send(x, now("Tide at nine"))
    assert x.edit(live.remote_id, now("Tide at ten")) is None
    assert x.edit(live.remote_id, now("Tide at eleven")) is None
    assert x.edit(live.remote_id, now("Tide at eleven")) is None, "nothing to do"
    row = simulated.posts.get()
    assert (row.text, len(row.body["edits"])) == ("Tide at eleven", 2)
    told = x.measure([live.remote_id])[live.remote_id]
    assert set(told) == set(x.spec.metrics) - {"views"}
    assert set(x.audience()) == set(x.spec.account_metrics)
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(days=40))
    assert isinstance(x.edit(live.remote_id, now("Too late")), Rejected)
    assert x.measure([live.remote_id])[live.remote_id]["impressions"] > told["impressions"]
    assert x.remove(live.remote_id) is None
    assert x.measure([live.remote_id]) == {}


def test_without_premium_nothing_is_changed(both):
    _, x = both
    live = send(x, now("Tide at nine"))
    assert isinstance(x.edit(live.remote_id, now("Tide at ten")), Rejected)


def test_videos_are_counted(both):
    _, x = both
    live = send(x, now("The tide comes in", moving(1000)))
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(days=1))
    assert x.measure([live.remote_id])[live.remote_id]["views"] > 10


def test_what_it_tells_is_believed(both):
    simulated, x = both
    live = send(x, now("Tide at nine"))
    mine = simulated.posts.get()
    other = accounts.create("x", "somebody")
    theirs = RemotePost.objects.create(
        account=other, remote_id="1799", parent=mine, text="When?", body={}
    )
    for kind, post, told, about in (
        ("published", mine, "published", live.remote_id),
        ("comment", theirs, "comment", live.remote_id),
        ("revoked", None, "revoked", ""),
    ):
        request = twin_for("x").hook(Happening(kind, simulated, post))
        [event] = X.hear(Hook("POST", {}, request.headers, request.body), x.app, time.time())
        assert (event.kind, event.account, event.post) == (told, simulated.remote_id, about)


def test_a_day_that_is_full_is_waited_for(both):
    _, x = both
    Simulated.objects.update(day_limit=0)
    outcome = prepare(x, now("Tide"), Memory()) or x.publish(now("Tide"), Memory())
    assert isinstance(outcome, TryLater)
    assert outcome.rate_limited
    assert outcome.after > 80_000
