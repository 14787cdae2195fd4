"""How many deliveries each platform may take now, and what its answers mean for the next ones.

Asked by the dispatcher inside each claim. Call `room` in the transaction that claims: what it
grants is only good with it.
"""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection

from delivery import breaker, budgets
from delivery.watched import Watched
from publishers import registry
from publishers.contract import Spec
from publishers.models import Channel

# What one platform may hold at once, so that a slow one cannot take every worker.
PLATFORM_SLOTS = 48
# Kept for the next tick, which asks every team: channels that go straight on leave these free.
FOR_THE_TICK = 16
# How long what was asked last is good enough to go straight on by.
KNOWN_SECONDS = 1.0


class _Known:
    """What this process was told last, of platforms where there is enough for everybody."""

    room: Mapping[str, int] = {}
    until = 0.0


@dataclass
class _Seen:
    """What the rows say of one platform. `held`: claimed or under way; `windows`: left, by name.

    `gate` is "closed", "open", or "probe" when an open breaker lets one through.
    """

    held: int = 0
    windows: dict[str, int] = field(default_factory=dict)
    gate: str = "closed"
    turn: int | None = None

    def room(self, spec: Spec) -> int:
        if self.gate == "open":
            return 0
        if self.gate == "probe":
            return int(self.held == 0)
        left = budgets.left(spec, self.windows)
        return max(min(PLATFORM_SLOTS, PLATFORM_SLOTS if left is None else left) - self.held, 0)

    def is_scarce(self, spec: Spec) -> bool:
        """So little may go out that two claims at the same moment could take it twice."""
        left = budgets.left(spec, self.windows)
        return self.gate != "closed" or (left is not None and left - self.held < budgets.NEAR)


def room() -> dict[str, int]:
    """For each registered platform how many more deliveries may be claimed; 0: none now.

    A platform that is not in it is not of this installation: nothing can be sent there. One
    statement, and a second where little is left: of several claims at once one has its turn.
    """
    free, scarce = _look()
    granted = _turns(scarce) if scarce else set()
    return free | {slug: 0 for slug in scarce if slug not in granted}


def open_for(platform: str) -> bool:
    """Whether a channel that has become free may go straight on, as of a second ago at most.

    Not where little is left: that is for the claims that take turns.
    """
    if time.monotonic() >= _Known.until:
        _look()
    return _Known.room.get(platform, 0) > FOR_THE_TICK


def _look() -> tuple[dict[str, int], dict[str, int | None]]:
    """The room of each platform, and the turns of those that have little."""
    seen, specs = _seen(), registry.specs()
    free = {spec.slug: seen[spec.slug].room(spec) for spec in specs}
    scarce = {
        spec.slug: seen[spec.slug].turn
        for spec in specs
        if free[spec.slug] and seen[spec.slug].is_scarce(spec)
    }
    _Known.room = {slug: 0 if slug in scarce else places for slug, places in free.items()}
    _Known.until = time.monotonic() + KNOWN_SECONDS
    return free, scarce


def heard(channel: Channel, watched: Watched) -> None:
    """What the answers of one delivery say about its platform. Call it before they are settled.

    Nothing is written while all is well and plenty is left.
    """
    readings, trouble = watched.news()
    budgets.note(channel.platform, channel.pk, readings)
    breaker.learn(channel.platform, channel.pk, trouble)


_SEEN = """
SELECT 'held' AS kind, c.platform, '' AS name, count(*) AS number
FROM posts_delivery d JOIN publishers_channel c ON c.id = d.channel_id
WHERE d.state IN ('claimed', 'sending') GROUP BY c.platform
UNION ALL
SELECT 'window', w.platform, w.name, greatest(w.remaining - w.reserve, 0)
FROM publishers_ratewindow w WHERE w.channel_id IS NULL AND w.resets_at > now()
UNION ALL
SELECT CASE WHEN b.state = 'closed' AND b.failures = 0 THEN 'well' ELSE 'ill' END, b.platform,
  CASE WHEN b.state = 'closed' THEN 'closed'
       WHEN b.state = 'open' AND b.retry_at > now() THEN 'open' ELSE 'probe' END, b.turn
FROM delivery_breaker b
"""


def _seen() -> dict[str, _Seen]:
    found: dict[str, _Seen] = defaultdict(_Seen)
    ill: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute(_SEEN)
        for kind, platform, name, number in cursor.fetchall():
            if kind == "held":
                found[platform].held = number
            elif kind == "window":
                found[platform].windows[name] = number
            else:
                found[platform].gate, found[platform].turn = name, number
                ill |= {platform} if kind == "ill" else set()
    breaker.remember(frozenset(ill))
    return found


# Whoever read before another's turn must read again. A claim that holds a row makes nobody wait.
_TURNS = """
WITH asked AS (
  SELECT * FROM unnest(%(platform)s::text[], %(turn)s::bigint[]) AS a (platform, turn)),
first AS (
  INSERT INTO delivery_breaker
    (platform, state, since, reason, failures, channels, openings, turn)
  SELECT platform, 'closed', now(), '', 0, '[]', 0, 1 FROM asked
  WHERE turn IS NULL AND pg_try_advisory_xact_lock(hashtext('breaker ' || platform))
  ON CONFLICT DO NOTHING RETURNING platform),
free AS (
  SELECT b.platform FROM delivery_breaker b JOIN asked a USING (platform)
  WHERE b.turn = a.turn AND (b.state <> 'open' OR b.retry_at <= now())
  FOR UPDATE OF b SKIP LOCKED),
next AS (
  UPDATE delivery_breaker b
  SET turn = b.turn + 1,
      since = CASE WHEN b.state = 'open' THEN now() ELSE b.since END,
      state = CASE WHEN b.state = 'open' THEN 'half_open' ELSE b.state END
  FROM free WHERE b.platform = free.platform RETURNING b.platform)
SELECT platform FROM first UNION ALL SELECT platform FROM next
"""


def _turns(turns: dict[str, int | None]) -> set[str]:
    """Which of these platforms are ours in this claim. A breaker that may try is half open then."""
    with connection.cursor() as cursor:
        cursor.execute(_TURNS, {"platform": list(turns), "turn": list(turns.values())})
        return {platform for (platform,) in cursor.fetchall()}
