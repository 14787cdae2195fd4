"""What the open pages of a team should look at again: rows, announced at commit.

`announce` writes one row per topic inside the caller's transaction and notifies PostgreSQL's `live`
channel with them, so that a rolled back change is never seen; hub.py hears it in the web server.
Topics are short: "post:12", "comments:12", "presence:12", "delivery:7", "board", "calendar",
"channel:3", "media", "notifications:5".

A caller that counts its statements takes the two halves into its own: `EVENTS` as an expression
named `live` and `NOTICE` as what is selected in the end.
"""

from itertools import batched

from django.db import connection
from django.utils import timezone

CHANNEL = "live"
# PostgreSQL refuses a payload of 8000 bytes; a topic has at most 60 characters.
EVENTS_PER_NOTICE = 25

# Parameters: team, moment, topics. `{per}` may name an expression that must have a row.
EVENTS = """INSERT INTO notifications_liveevent (team_id, at, topic)
  SELECT %s, %s, topic FROM {per} unnest(%s::text[]) WITH ORDINALITY AS t(topic, place)
  ORDER BY place RETURNING id, team_id, topic"""
# No parameters, and one row unless there were no events.
NOTICE = f"""SELECT pg_notify('{CHANNEL}', json_build_object(
    'team', min(team_id), 'events', json_agg(json_build_array(id, topic) ORDER BY id))::text)
  FROM live HAVING count(*) > 0"""
_ANNOUNCE = f"WITH live AS ({EVENTS.format(per='')}) {NOTICE}"


def announce(team_id: int, *topics: str) -> None:
    with connection.cursor() as cursor:
        for some in batched(dict.fromkeys(topics), EVENTS_PER_NOTICE):
            cursor.execute(_ANNOUNCE, [team_id, timezone.now(), list(some)])
