"""What the open pages of a team should look at again: rows, announced at commit.

`announce` writes one row per topic inside the caller's transaction and notifies PostgreSQL's `live`
channel with them, so that a rolled back change is never seen; hub.py hears it in the web server.
Topics are short: "post:12", "delivery:7", "board", "calendar", "channel:3", "notifications:5".
"""

import json
from itertools import batched

from django.db import connection

from notifications.models import LiveEvent

CHANNEL = "live"
# PostgreSQL refuses a payload of 8000 bytes; a topic has at most 60 characters.
EVENTS_PER_NOTICE = 25


def announce(team_id: int, *topics: str) -> None:
    events = LiveEvent.objects.bulk_create(
        LiveEvent(team_id=team_id, topic=topic) for topic in dict.fromkeys(topics)
    )
    with connection.cursor() as cursor:
        for some in batched(events, EVENTS_PER_NOTICE):
            notice = {"team": team_id, "events": [[event.pk, event.topic] for event in some]}
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(notice)])
