"""Statements with many moments, for pages that show hundreds. SQL is its callers'."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg.types.datetime import TimestamptzLoader


def fetch_all(sql: str, known: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Moments are in UTC, as ever. Django gives each its zone in Python, which for a month takes
    longer than its database does; the driver reads them in the connection's zone, which is UTC.
    """
    with connection.cursor() as cursor:
        cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(sql, known)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
