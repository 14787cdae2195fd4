"""Statements that Django puts into words once: where that takes longer than the answer.

Called by the frame around all pages, and by those that are asked for most.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Subquery

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
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *names: str) -> None:
        self.build, self.names = build, names

    def __call__(self, **given: int) -> dict[str, Any]:
        (row,), columns = self._read(given)
        return dict(zip(columns, row, strict=True))

    def rows(self, **given: int) -> list[tuple[Any, ...]]:
        return self._read(given)[0]

    def _read(self, given: Mapping[str, int]) -> tuple[list[tuple[Any, ...]], list[str]]:
        sql, parameters = self._words
        asked = [given[one] if isinstance(one, _Name) else one for one in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, asked)
            return cursor.fetchall(), [column[0] for column in cursor.description]

    @cached_property
    def _words(self) -> tuple[str, list[Any]]:
        numbers = {name: FIRST + place for place, name in enumerate(self.names)}
        sql, parameters = self.build(**numbers).query.sql_with_params()
        meant = {number: _Name(name) for name, number in numbers.items()}
        return sql, [meant.get(one, one) if type(one) is int else one for one in parameters]


class _Name(str):
    __slots__ = ()
