"""Rows that the product cannot write: planted, so that what looks for them is seen to find them."""

from contextlib import contextmanager

from django.db import connection

from posts.models import Delivery


@contextmanager
def unguarded():
    """Put rows where the product could not."""
    tables = {"posts_delivery", "posts_approval", "delivery_attempt"}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def without(index: str) -> None:
    """Until the end of the test; the database would refuse what is planted."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP INDEX {index}")


def update(**fields) -> None:
    with unguarded():
        Delivery.objects.update(**fields)
