"""What Django loads for `ENGINE = "bench.counted"`."""

import time
from typing import Any

from django.db.backends.postgresql import base

from bench.tally import TALLY


# Django's type stubs know neither psycopg's side of a cursor nor the wrapper's own verbs.
class Counted:
    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        alone = self.connection.autocommit  # type: ignore[attr-defined]
        started = time.perf_counter()
        try:
            return super().execute(query, *args, **kwargs)  # type: ignore[misc]
        finally:
            TALLY.statement(str(query), time.perf_counter() - started, alone=alone)


class Cursor(Counted, base.Cursor):
    """Values are written into the statement here."""


class ServerBindingCursor(Counted, base.ServerBindingCursor):
    """Values travel beside the statement."""


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        bound_there = issubclass(connection.cursor_factory, base.ServerBindingCursor)
        connection.cursor_factory = ServerBindingCursor if bound_there else Cursor
        TALLY.connection()
        return connection

    def _commit(self) -> Any:
        TALLY.transaction()
        return super()._commit()  # type: ignore[misc]

    def _rollback(self) -> Any:
        TALLY.transaction()
        return super()._rollback()  # type: ignore[misc]
