"""What the open pages of a team should look at again: rows, announced at commit.

`announce` writes one row per topic inside the caller's transaction and notifies PostgreSQL's
`live` channel, so that a rolled back change is never seen. The stream in views.py reads the rows.
Topics are short: "post:12", "delivery:7", "board", "calendar", "channel:3", "notifications:5".
"""

from django.db import connection

from notifications.models import LiveEvent


def announce(team_id: int, *topics: str) -> None:
    events = LiveEvent.objects.bulk_create(
        LiveEvent(team_id=team_id, topic=topic) for topic in topics
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('live', %s)", [f"{team_id}:{events[-1].pk}"])
