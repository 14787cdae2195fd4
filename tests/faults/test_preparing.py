"""SIGKILL while posts are prepared: they go out once, on time, with what was uploaded before."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from config.supervisor.stack import ROOT
from posts.models import Delivery
from publishers.sandbox.ledger import posts
from publishers.sandbox.models import Picture
from tests.factories.accounts import UserFactory
from tests.factories.posts import (
    DeliveryFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
)
from tests.faults import cast, world
from tests.faults.dying import lives
from tests.faults.invariants import broken, ledger
from tests.processes import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

TIMES = 10
SIGKILL = "9"


def with_pictures(team, count: int) -> None:
    """Posts due in five minutes, each with a picture of its own."""
    author, at = UserFactory(), timezone.now() + timedelta(minutes=5)
    for number in range(count):
        post = PostFactory(team=team, author=author, stage="scheduled", body=f"Buoy {number}.")
        PostMediaFactory(post=post, asset=MediaAssetFactory(team=team))
        DeliveryFactory(queued=True, post=post, channel=world.channel(team, number), due_at=at)


def prepared() -> bool:
    return not Delivery.objects.filter(prepared_hash="").exists()


def bring_near(seconds: float) -> None:
    at = timezone.now() + timedelta(seconds=seconds)
    Delivery.objects.update(due_at=at, run_at=at)


def lateness() -> list[float]:
    due = {each.remote_id: each.due_at for each in Delivery.objects.all()}
    return [(one.accepted_at - due[remote_id(one, due)]).total_seconds() for one in posts()]


def remote_id(post, due) -> str:
    """As the adapter names it: with the account in it where the platform wants that."""
    return next(known for known in due if known.endswith(post.remote_id))


def test_killed_while_preparing_ten_times(stack, team, alice, tmp_path):
    env = {**world.environment(), "DRUMBEAT_DATA": str(tmp_path)}
    running = stack(children=("web",), env=env)
    with_pictures(team, 2 * TIMES)
    env |= {"DRUMBEAT_URL": running.address, "PYTHONPATH": str(ROOT)}

    with lives({**os.environ, **env}, "after_prepare", TIMES, tmp_path) as deaths:
        try:
            wait_until(prepared, 200, "the last preparation")
            uploads = Picture.objects.count()
            bring_near(4)
            wait_until(world.all_published, 60, "the end of every delivery")
        except AssertionError:
            pytest.fail(f"{cast.troubles()}\n{deaths()}")

    assert deaths() == [SIGKILL] * TIMES
    assert not broken(quiet=world.QUIET)
    assert not ledger()
    assert Picture.objects.count() == uploads, "at its second one call is left"
    assert all(0 <= late < 5 for late in lateness())
    assert Delivery.objects.filter(unknown_since=None, checks=0).count() == 2 * TIMES
