"""What gates want to know of the database, in one statement, whatever is looked at."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Team
from approvals.gates.contract import Facts, Link, Rights, Said, Same
from approvals.rules import Rules
from posts.gatekeeper import Subject
from posts.queries import alike

_FACTS = f"""
WITH said AS MATERIALIZED (
  SELECT * FROM unnest(%(numbers)s::int[], %(posts)s::bigint[], %(channels)s::bigint[],
    %(due)s::timestamptz[], %(digests)s::text[]) AS s(number, post_id, channel_id, due_at, digest)),
{alike.STEPS.format(ahead=" + %(memory)s")},
same AS (
  SELECT DISTINCT ON (s.number, s.channel_id) s.number, s.channel_id, e.due_at AS at,
    coalesce(nullif(p.title, ''), left(p.body, 80)) AS name
  FROM said s JOIN earlier e ON e.digest = s.digest AND e.channel_id = s.channel_id
    AND e.post_id <> s.post_id
    AND e.due_at > s.due_at - %(memory)s AND e.due_at < s.due_at + %(memory)s
  JOIN posts_post p ON p.id = e.post_id
  ORDER BY s.number, s.channel_id, abs(extract(epoch FROM e.due_at - s.due_at)), e.post_id)
SELECT (SELECT json_agg(json_build_array(key, state, words)) FROM approvals_link
    WHERE team_id = %(team)s AND key = ANY(%(keys)s::text[])),
  (SELECT json_agg(json_build_array(id, coalesce(nullif(name, ''), left(sha256, 12)),
      rights <> '', rights_until)) FROM posts_mediaasset
    WHERE team_id = %(team)s AND id = ANY(%(assets)s::bigint[])),
  (SELECT json_agg(same) FROM same),
  (SELECT json_agg(DISTINCT tag) FROM posts_hashtaggroup, unnest(tags) tag
    WHERE team_id = %(team)s AND %(tagged)s)"""


def key_of(url: str) -> str:
    """What an address is found by; it may be too long for an index."""
    return hashlib.sha256(url.encode(errors="replace")).hexdigest()


def gather(
    team: Team, subjects: Sequence[Subject], said: Sequence[Sequence[Said]], rules: Rules
) -> Facts:
    """`said`: of each subject, what its channels get. Asks nothing where no gate wants to know."""
    every = [one for of in said for one in of]
    urls = _urls(every) if rules.on("links") else {}
    assets = _assets(every) if rules.on("rights") else []
    texts = _texts(subjects, every) if rules.on("same") else []
    tagged = rules.on("hashtags") and bool(rules.teams["hashtags"].options["known"])
    if not (urls or assets or texts or tagged):
        return Facts()
    numbers, posts, channels, due, digests = zip(*texts, strict=True) if texts else ((),) * 5
    given: dict[str, Any] = {
        "team": team.pk,
        "numbers": list(numbers),
        "posts": list(posts),
        "channels": list(channels),
        "due": list(due),
        "digests": list(digests),
        "memory": timedelta(days=rules.teams["same"].options["days"]),
        "keys": list(urls),
        "assets": assets,
        "tagged": tagged,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, given)
        lists = [some or [] for some in cursor.fetchone()]
    return _facts(urls, *lists)


def _urls(said: Iterable[Said]) -> dict[str, str]:
    return {key_of(url): url for one in said for url in one.reader.all_links(one.texts)}


def _assets(said: Iterable[Said]) -> list[int]:
    return sorted({picture["asset"] for one in said for picture in one.media})


def _texts(
    subjects: Sequence[Subject], said: Iterable[Said]
) -> list[tuple[int, int, int, datetime, str]]:
    """As the database compares them: a channel's own text, or the shared one without hashtags."""
    found = []
    for one in said:
        own = one.own["own_text"]
        text = one.document["body"] if own is None else own
        if text:
            digest = hashlib.md5(text.encode(errors="replace"), usedforsecurity=False).hexdigest()
            post, due = subjects[one.number].post, one.due or one.now
            found.append((one.number, post, one.channel.pk, due, digest))
    return found


def _facts(
    urls: Mapping[str, str],
    links: Sequence[Any],
    rights: Sequence[Any],
    same: Sequence[Mapping[str, Any]],
    tags: Sequence[str],
) -> Facts:
    return Facts(
        links={urls[key]: Link(state, words) for key, state, words in links},
        rights={
            pk: Rights(name, said, date.fromisoformat(until) if until else None)
            for pk, name, said, until in rights
        },
        same={
            (row["number"], row["channel_id"]): Same(row["name"], datetime.fromisoformat(row["at"]))
            for row in same
        },
        tags=frozenset(tag.casefold() for tag in tags),
    )
