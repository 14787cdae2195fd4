"""Writing thousands of rows in one statement: a happening may concern many people at once."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models


def insert(
    model: type[models.Model],
    columns: Collection[str],
    rows: Sequence[Sequence[Any]],
    **same: Any,
) -> None:
    """`rows` have a value for each of `columns`, `same` is in all; a row that is there already is
    left alone. All rows are one JSON text, which costs a fraction of what bulk_create takes.
    """
    if not rows:
        return
    varying = [_column(model, name) for name in columns]
    fixed = [_column(model, name)[0] for name in same]
    names = ", ".join([*(name for name, _type in varying), *fixed])
    types = ", ".join(f"{name} {kind}" for name, kind in varying)
    constants = "".join(", %s" for _ in same)
    keys = [name.strip('"') for name, _type in varying]
    text = json.dumps([dict(zip(keys, row, strict=True)) for row in rows], default=_written)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO notifications_{model._meta.model_name} ({names}) SELECT r.*{constants} "
            f"FROM jsonb_to_recordset(%s::jsonb) AS r({types}) ON CONFLICT DO NOTHING",
            [*same.values(), text],
        )


def numbers(model: type[models.Model], count: int) -> list[int]:
    """So many new primary keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _column(model: type[models.Model], name: str) -> tuple[str, str]:
    """As the database calls it, and of which type."""
    field: Any = model._meta.get_field(name)
    return connection.ops.quote_name(field.column), field.cast_db_type(connection)
