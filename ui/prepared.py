"""Statements that Django puts into words once: where that takes longer than the answer.

Called by the frame around all pages, and by those that are asked for most.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Subquery
from psycopg.sql import quote

# Where a parameter is to be; a sign for percent that is meant as one stays as it is.
_PLACE = re.compile("%%|%s")
# No row has such a number.
FIRST = -9_000_000_000_000_000_000


class Number(Subquery):
    """How many rows there are, up to where they are cut off."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"


class Prepared:
    """`Prepared(build, "team", "user")(team=1, user=2)` is the only row of `build(team=1, user=2)`,
    a `values()` of numbers, texts and lists of them, by their names; `rows` are all of it, where it
    is a `values_list()`.

    `build` is called once, with numbers that stand for the ones to come: it must not look at them.
    All else that it asks for is part of the words: the database plans a statement once if it knows
    that it will be good for all that is given.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *names: str) -> None:
        self.build, self.names = build, names

    def __call__(self, **given: int) -> dict[str, Any]:
        (row,), columns = self._read(given)
        return dict(zip(columns, row, strict=True))

    def rows(self, **given: int) -> list[tuple[Any, ...]]:
        return self._read(given)[0]

    def _read(self, given: Mapping[str, int]) -> tuple[list[tuple[Any, ...]], list[str]]:
        sql, asked = self._words
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[name] for name in asked])
            return cursor.fetchall(), [column[0] for column in cursor.description]

    @cached_property
    def _words(self) -> tuple[str, list[str]]:
        names = {FIRST + place: name for place, name in enumerate(self.names)}
        build = self.build(**{name: number for number, name in names.items()})
        sql, parameters = build.query.sql_with_params()
        asked = [names.get(one) if type(one) is int else None for one in parameters]
        words = (
            "%s" if name else quote(one).replace("%", "%%")
            for name, one in zip(asked, parameters, strict=True)
        )
        said = _PLACE.sub(lambda found: next(words) if found[0] == "%s" else found[0], sql)
        return said, [name for name in asked if name]
