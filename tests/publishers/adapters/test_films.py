"""Videos: real adapters against the simulated platforms over real HTTP."""

import hashlib
from dataclasses import replace

import pytest

from publishers.contract import Found, Media, Published, Rejected
from publishers.sandbox import faults
from publishers.sandbox.models import Account, Fault, Picture
from tests.processes import wait_until
from tests.publishers.adapters.kit import Memory
from tests.publishers.adapters.simulated import confirmed, connect, now, prepare, sandbox
from tests.sandbox.films import mp4

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)
films = pytest.mark.parametrize("kind", ["x", "threads", "instagram", "instagram_page", "facebook"])


@pytest.fixture
def connected(sandbox, kind):
    simulated, adapter = connect(kind)
    Account.objects.filter(pk=simulated.pk).update(processing_seconds=0.5)
    return simulated, adapter


def film() -> Media:
    content = mp4(seconds=9, width=1080, height=1920, padding=300_000)
    digest = hashlib.sha256(content).hexdigest()
    return Media(
        sha256=digest,
        mime="video/mp4",
        width=1080,
        height=1920,
        size=len(content),
        alt="The tide comes in",
        read=lambda: content,
        seconds=9.0,
    )


@films
def test_a_video_goes_out_and_is_found(connected, kind):
    simulated, adapter = connected
    payload, step = now("The tide comes in", film()), Memory()
    assert prepare(adapter, payload, step) is None
    outcome = confirmed(adapter, adapter.publish(payload, step), payload)
    assert isinstance(outcome, Published), outcome
    [row] = simulated.posts.all()
    assert row.text == "The tide comes in"
    shown = row.attachments.get().picture
    assert (shown.is_video, shown.digest) == (True, film().sha256)
    saw = adapter.find(payload, step)
    assert isinstance(saw, Found), saw
    assert saw.remote_id == outcome.remote_id


@films
def test_a_video_that_cannot_be_worked_on(connected, kind):
    simulated, adapter = connected
    payload, step = now("The tide comes in", film()), Memory()
    faults.arm(simulated, Fault.Kind.PROCESSING_FAILED, times=None)
    outcome = prepare(adapter, payload, step)
    for _ in range(3):
        if isinstance(outcome, Rejected):
            break
        # Where another try may do, it is made; where it fails while it is published, it is told.
        if outcome is None:
            outcome = confirmed(adapter, adapter.publish(payload, step), payload)
        else:
            outcome = prepare(adapter, payload, step)
    assert isinstance(outcome, Rejected), outcome
    assert simulated.posts.public().count() == 0


@pytest.mark.parametrize("kind", ["instagram", "facebook"])
def test_a_story(connected, kind):
    simulated, adapter = connected
    payload, step = now("Not shown", film(), options={"placement": "story"}), Memory()
    assert prepare(adapter, payload, step) is None
    outcome = confirmed(adapter, adapter.publish(payload, step), payload)
    assert isinstance(outcome, Published), outcome
    wait_until(lambda: isinstance(adapter.find(payload, step), Found), 10, "the story")
    assert simulated.posts.get().text == ""
    assert Picture.objects.filter(account=simulated).count() == 1


@pytest.mark.parametrize("kind", ["threads", "instagram"])
def test_pictures_and_videos_side_by_side(connected, kind):
    simulated, adapter = connected
    second = replace(film(), alt="Again")
    payload, step = now("Both", film(), second), Memory()
    assert prepare(adapter, payload, step) is None
    assert isinstance(adapter.publish(payload, step), Published)
    assert simulated.posts.get().attachments.count() == 2
    assert isinstance(adapter.find(payload, step), Found)
