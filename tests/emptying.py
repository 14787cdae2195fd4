"""How the tables are emptied after a test that commits.

TRUNCATE makes the files of some hundred tables and all their indexes anew, whatever was in them,
and Django then writes every content type and permission again: longer than most of these tests
take. Here the rows are deleted where they are, and what only migrations write stays.
"""

import contextlib

import pytest
from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase

# Written by migrations alone, and remembered by every process.
STAYS = {"django_content_type", "auth_permission"}
# Deleted rows take room until then: nobody vacuums here.
EVERY = 10


class Emptying:
    def __init__(self) -> None:
        tables = connection.introspection.django_table_names(
            only_existing=True, include_views=False
        )
        names = [connection.ops.quote_name(table) for table in tables if table not in STAYS]
        self.truncate = f"TRUNCATE {', '.join(names)}"
        self.delete = "; ".join(
            [
                # As TRUNCATE does it waits for whoever is in a table; then no trigger may mind.
                f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE",
                "SET LOCAL session_replication_role = replica",
                *(f"DELETE FROM {name}" for name in names),
            ]
        )
        self.times = 0
        with connection.cursor() as cursor:
            cursor.execute("SHOW is_superuser")
            self.may_delete = cursor.fetchone() == ("on",)

    def __call__(self) -> None:
        self.times += 1
        anew = self.times % EVERY == 0 or not self.may_delete
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(self.truncate if anew else self.delete)


@pytest.fixture(scope="session", autouse=True)
def emptied():
    """Emptying the tables waits for what a web process has not finished yet: a page that is
    being left still says so, and would otherwise take a lock, or a row, from the next test.
    """
    known: list[Emptying] = []

    def empty(case):
        if not known:
            known.append(Emptying())
        for _ in range(4):
            with contextlib.suppress(OperationalError):
                return known[0]()
        return known[0]()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield
