"""Deliveries of several items: sent, looked at, stopped at one, and killed in the middle."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from delivery import dispatcher, reaper, reconcile, worker
from posts.models import Delivery
from posts.states import DeliveryState

D = DeliveryState


def go(delivery: Delivery) -> Delivery:
    """One tick and one worker, whatever pause there was."""
    Delivery.objects.filter(pk=delivery.pk, state=D.QUEUED).update(run_at=Now())
    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    return delivery


def look(delivery: Delivery, waited: float = 0) -> Delivery:
    """A look that is due, `waited` seconds after the doubtful call."""
    ago = timezone.now() - timedelta(seconds=waited)
    changes = {"unknown_since": ago} if waited else {}
    Delivery.objects.filter(pk=delivery.pk).update(check_at=timezone.now(), **changes)
    for one in reconcile.due():
        reconcile.look(one.delivery_id, one.checks)
    delivery.refresh_from_db()
    return delivery


def stopped_at(delivery: Delivery, platform, word: str) -> Delivery:
    """Its first item goes out, its second is answered with `word`."""
    platform.script = ["ok", word]
    go(delivery)
    assert platform.texts()[0] == "One."
    assert delivery.remote_id == "p1"
    return delivery


def each_once(platform, *texts: str) -> bool:
    return platform.texts() == list(texts)


# -- dying in between


def died(delivery: Delivery) -> None:
    """Its worker is gone, its lease over."""
    Delivery.objects.filter(pk=delivery.pk).update(lease_until=timezone.now())
    reaper.reap()
    delivery.refresh_from_db()


class Killed(BaseException):
    pass


def killed_at(monkeypatch, place: str, times: int) -> None:
    """As by SIGKILL: nothing after that place is carried out, not even what settles it."""
    passed = []

    def crash(here: str) -> None:
        if here == place:
            passed.append(here)
            if len(passed) == times:
                monkeypatch.setattr(worker, "settle", lambda *_, **__: False)
                raise Killed

    monkeypatch.setattr(worker, "crashpoint", crash)


def run_and_die(delivery: Delivery, monkeypatch, place: str, times: int) -> None:
    with monkeypatch.context() as patch:
        killed_at(patch, place, times)
        with pytest.raises(Killed):
            go(delivery)
    delivery.refresh_from_db()
