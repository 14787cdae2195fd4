"""Attempts to get past the guard of the database, and whether it refused."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from posts import states, workflow
from posts.models import Delivery
from posts.states import DeliveryState


@contextmanager
def refused(why: str):
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        yield


def ask_now() -> None:
    """Let the constraints that wait for the end of the transaction speak."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def without(trigger: str, table: str = "posts_delivery"):
    """Do what the product cannot."""
    ask_now()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        yield
        ask_now()
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def fields_of(state: str) -> dict[str, object]:
    lease = timezone.now() + timedelta(seconds=90) if state in states.LEASED else None
    proof = "p1" if state == DeliveryState.PUBLISHED else None
    return {"state": state, "lease_until": lease, "remote_id": proof}


def put(delivery: Delivery, state: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(**fields_of(state))


def claim_anyway(delivery: Delivery) -> None:
    workflow.move(
        delivery,
        "claim",
        attempt_no=1,
        lease_until=timezone.now() + timedelta(seconds=90),
    )
