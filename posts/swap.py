"""The statement that moves a row. Called by workflow.py alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery
from django.utils import timezone

from notifications import live
from posts.models import Activity


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
    rows: QuerySet[Any],
    values: Mapping[str, Any],
    said: Activity,
    topics: Sequence[str],
    along: Along | None,
) -> bool:
    """False when none of `rows` is left to change."""
    query = cast(UpdateQuery, rows.query.chain(UpdateQuery))
    query.add_update_values(dict(values))
    update, given = query.get_compiler(connection=connection).as_sql()
    text = f", along AS ({along.text})" if along else ""
    also = along.given if along else ()
    at = timezone.now()
    entry: list[Any] = [said.team_id, said.post_id, said.kind, said.actor_id, said.actor_name]
    data = connection.ops.adapt_json_value(said.data, None)
    with connection.cursor() as cursor:
        cursor.execute(
            _SWAP.format(update=update, along=text),
            [*given, *also, *entry, data, at, said.team_id, at, list(topics)],
        )
        return cursor.fetchone() is not None
