"""The statements that move a row, or many. Called by workflow.py alone."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from django.db import connection
from django.db.models import Model
from django.db.models.sql import UpdateQuery
from django.utils import timezone

from notifications import live


class Said(NamedTuple):
    """What the post's story says of it: columns of an Activity."""

    team_id: int
    post_id: int
    kind: str
    actor_id: int | None
    actor_name: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Along:
    """What is written by the statement that moves a row: SQL that does something only where the
    expression `moved` has a row, and its parameters.
    """

    text: str
    given: Sequence[Any]


# One statement, since a delivery is moved twice in its busiest second: what was changed, what is
# said of it, and who should look again. Without a changed row it does nothing and returns none.
_SWAP = f"""WITH moved AS ({{update}} RETURNING 1){{along}}, said AS (
  INSERT INTO posts_activity (team_id, post_id, kind, actor_id, actor_name, data, at)
  SELECT %s, %s, %s, %s::bigint, %s, %s::jsonb, %s FROM moved),
live AS ({live.EVENTS.format(per="moved,")})
{live.NOTICE}"""


def write(
    row: Model,
    expect: Mapping[str, Any],
    values: Mapping[str, Any],
    said: Said,
    topics: Sequence[str],
    along: Along | None,
) -> bool:
    """False when `row` is no longer as expected."""
    update, given = _update(type(row), {"id": row.pk, **expect}, values)
    text = f", along AS ({along.text})" if along else ""
    also = along.given if along else ()
    at = timezone.now()
    data = connection.ops.adapt_json_value(said.data, None)
    with connection.cursor() as cursor:
        cursor.execute(
            _SWAP.format(update=update, along=text),
            [*given, *also, *said[:-1], data, at, said.team_id, at, list(topics)],
        )
        return cursor.fetchone() is not None


# Of many rows, in their order. What differs between them comes as arrays.
_SWAP_ALL = """WITH given AS (
  SELECT * FROM unnest({arrays}) WITH ORDINALITY
    AS g(row_id, team_id, post_id, data{names}, place)),
moved AS (
  UPDATE {table} SET {setting} FROM given WHERE {table}.id = given.row_id AND {tests}
  RETURNING {table}.id),
said AS (
  INSERT INTO posts_activity (team_id, post_id, kind, actor_id, actor_name, data, at)
  SELECT g.team_id, g.post_id, %s, %s::bigint, %s, g.data::jsonb, %s
  FROM given g JOIN moved ON moved.id = g.row_id ORDER BY g.place)
SELECT count(*) FROM moved"""
_ARRAYS = ["%s::bigint[]", "%s::bigint[]", "%s::bigint[]", "%s::text[]"]


def write_all(
    rows: Sequence[Model],
    expect: Mapping[str, Any],
    values: Mapping[str, Any],
    each: Mapping[str, Sequence[Any]],
    said: Sequence[Said],
) -> int:
    """How many were as expected. All are of one model, and one person does one thing with them."""
    model = type(rows[0])
    settings = [_setting(model, name, value) for name, value in values.items()]
    tests = [_test(model, name, value) for name, value in expect.items()]
    fields = [_field(model, name) for name in each]
    own = [f'"{field.column}" = given.new_{field.column}' for field in fields]
    text = _SWAP_ALL.format(
        arrays=", ".join(_ARRAYS + [f"%s::{f.cast_db_type(connection)}[]" for f in fields]),
        names="".join(f", new_{field.column}" for field in fields),
        table=connection.ops.quote_name(model._meta.db_table),
        setting=", ".join([text for text, _given in settings] + own),
        tests=" AND ".join(text for text, _given in tests),
    )
    data = [json.dumps(one.data) for one in said]
    arrays = [[row.pk for row in rows], [o.team_id for o in said], [o.post_id for o in said], data]
    same = [value for _text, given in (*settings, *tests) for value in given]
    with connection.cursor() as cursor:
        cursor.execute(
            text,
            [*arrays, *map(list, each.values()), *same, *said[0][2:5], timezone.now()],
        )
        moved: int = cursor.fetchone()[0]
    return moved


# What Django makes of expressions and look-ups, it is asked once: the same few are written all the
# time, and to put a statement together costs more than to carry it out.


def _update(
    model: type[Model], expect: Mapping[str, Any], values: Mapping[str, Any]
) -> tuple[str, list[Any]]:
    table = connection.ops.quote_name(model._meta.db_table)
    setting, tests, given = list[str](), list[str](), list[Any]()
    for name, value in values.items():
        text, its = _setting(model, name, value)
        setting.append(text)
        given += its
    for name, value in expect.items():
        text, its = _test(model, name, value)
        tests.append(text)
        given += its
    return f"UPDATE {table} SET {', '.join(setting)} WHERE {' AND '.join(tests)}", given


def _setting(model: type[Model], name: str, value: Any) -> tuple[str, Sequence[Any]]:
    if hasattr(value, "resolve_expression"):
        return _setting_to(model, name, value)
    field = _field(model, name)
    if isinstance(value, Model):
        value = value.pk
    return f'"{field.column}" = %s', [field.get_db_prep_save(value, connection)]


@lru_cache(256)
def _setting_to(model: type[Model], name: str, value: Any) -> tuple[str, Sequence[Any]]:
    query = UpdateQuery(model)
    query.add_update_values({name: value})
    text, given = query.get_compiler(connection=connection).as_sql()
    return text.partition(" SET ")[2], given


def _test(model: type[Model], name: str, value: Any) -> tuple[str, Sequence[Any]]:
    if "__" in name or value is None or hasattr(value, "resolve_expression"):
        return _test_of(model, name, value)
    field = _field(model, name)
    return f'"{field.column}" = %s', [field.get_db_prep_value(value, connection)]


@lru_cache(256)
def _test_of(model: type[Model], name: str, value: Any) -> tuple[str, Sequence[Any]]:
    query = cast(UpdateQuery, model._base_manager.filter(**{name: value}).query.chain(UpdateQuery))
    text, given = query.get_compiler(connection=connection).compile(query.where)
    return text, given


@cache
def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)
