"""The time that decides: PostgreSQL's. What a person decides "now" is due by it, and by no other.

The clock of a web server may be hours off; what it writes is compared with the database's.
"""

from datetime import datetime

from django.db import connection


def ask() -> datetime:
    """What it is at this moment, also within a transaction. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        read: datetime = cursor.fetchone()[0]
    return read
