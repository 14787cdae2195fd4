"""Whether somebody waits for a lock, so that a race is known to have begun."""

from django.db import connection


def somebody_waits() -> bool:
    """In the database of this test, for others run beside it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_get_activity(l.pid) a ON true "
            "JOIN pg_database d ON d.oid = a.datid "
            "WHERE NOT l.granted AND d.datname = current_database())"
        )
        return bool(cursor.fetchone()[0])
