"""What X counts of posts. Called by the adapter beside it.

Clicks are told of posts of the last 30 days, to their author alone; what is older is left out of an
answer that asks for them. Each edit is a post of its own with its own figures: they are added up.
"""

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from publishers.adapters.x import reading
from publishers.adapters.x.calls import Calls
from publishers.adapters.x.refusals import NAME, words_of
from publishers.contract import Figures, NotPublished, Rejected, Reply
from publishers.verdicts import at, is_fine, list_at, quoted, text_at

AT_ONCE = 100
# One day less than X tells of, for clocks differ.
OWN_SECONDS = 29 * 86_400
PUBLIC = "attachments,public_metrics"
OWN = f"{PUBLIC},non_public_metrics"
WITH_VIDEOS = {"expansions": "attachments.media_keys", "media.fields": "public_metrics"}


@dataclass(frozen=True)
class Counted:
    figures: Mapping[str, float]
    versions: Sequence[str]


def measure(calls: Calls, remote_ids: Sequence[str]) -> dict[str, Figures] | NotPublished:
    wanted = [one for one in dict.fromkeys(remote_ids) if re.fullmatch(r"[0-9]{1,19}", one)]
    told = _counted(calls, wanted)
    if not isinstance(told, dict):
        return told
    edits = {number for one in told.values() for number in one.versions} - set(told)
    more = _counted(calls, sorted(edits))
    if not isinstance(more, dict):
        return more
    known = told | more
    return {number: _sum(known, told[number].versions) for number in wanted if number in told}


def _sum(known: Mapping[str, Counted], versions: Iterable[str]) -> Figures:
    total: dict[str, float] = {}
    for number in versions:
        figures = known[number].figures if number in known else {}
        total |= {name: total.get(name, 0.0) + value for name, value in figures.items()}
    return total


def _counted(calls: Calls, ids: Sequence[str]) -> dict[str, Counted] | NotPublished:
    since = time.time() - OWN_SECONDS
    young = [one for one in ids if reading.posted_at(one) > since]
    found = _asked(calls, young, OWN)
    if not isinstance(found, dict):
        return found
    rest = _asked(calls, [one for one in ids if one not in found], PUBLIC)
    return found | rest if isinstance(rest, dict) else rest


def _asked(calls: Calls, ids: Sequence[str], fields: str) -> dict[str, Counted] | NotPublished:
    found: dict[str, Counted] = {}
    for first in range(0, len(ids), AT_ONCE):
        query = {"ids": ",".join(ids[first : first + AT_ONCE]), **WITH_VIDEOS}
        reply = calls.in_either_dialect("/2/tweets", fields, query)
        if not isinstance(reply, Reply):
            return reply
        if not is_fine(reply):
            return Rejected(quoted(NAME, words_of(reply).words))
        views = reading.views(at(reply.json, "includes"))
        for row in list_at(reply.json, "data"):
            if text_at(row, "id") in ids:
                counted = Counted(reading.figures(row, views), reading.versions(row))
                found[text_at(row, "id")] = counted
    return found
