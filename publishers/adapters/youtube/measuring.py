"""What YouTube counts: of a video at once, and what Analytics adds some days later. Called by the
adapter beside it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publishers.adapters.youtube import videos
from publishers.adapters.youtube.calls import Calls
from publishers.contract import Figures, NotPublished, Reply
from publishers.verdicts import at, figures_at, list_at, text_at

AT_ONCE = 50
# Before its first video.
FIRST_DAY = "2005-02-14"
COUNTED = {"viewCount": "views", "likeCount": "likes", "commentCount": "comments"}
OF_ACCOUNT = {"subscriberCount": "followers", "viewCount": "views", "videoCount": "posts"}
# By our name, and how many of ours one of theirs is.
REPORTED = {"estimatedMinutesWatched": ("watch_seconds", 60), "shares": ("shares", 1)}


def of_videos(calls: Calls, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
    told: dict[str, Figures] = {}
    known = [one for one in remote_ids if not videos.is_comment(one)]
    for first in range(0, len(known), AT_ONCE):
        some = known[first : first + AT_ONCE]
        reply = calls.ask("GET", "videos", params={"part": "statistics", "id": ",".join(some)})
        if not isinstance(reply, Reply):
            return reply
        rows = {text_at(row, "id"): row for row in list_at(reply.json, "items")}
        later = _reported(calls, some) if any(rows) else {}
        for video, row in rows.items():
            if video:
                told[video] = {**numbers(row, COUNTED), **later.get(video, {})}
    return told


def of_account(calls: Calls) -> Figures | NotPublished:
    query = {"part": "statistics", "mine": "true"}
    reply = calls.ask("GET", "channels", params=query)
    if not isinstance(reply, Reply):
        return reply
    return numbers(at(reply.json, "items", 0), OF_ACCOUNT)


def _reported(calls: Calls, known: Sequence[str]) -> dict[str, dict[str, float]]:
    """What is not told there is left out: it is some days behind, and not open to every project."""
    query = {
        "ids": "channel==MINE",
        "startDate": FIRST_DAY,
        "endDate": datetime.now(UTC).date().isoformat(),
        "metrics": ",".join(REPORTED),
        "dimensions": "video",
        "filters": f"video=={','.join(known)}",
        "sort": f"-{next(iter(REPORTED))}",
        "maxResults": str(AT_ONCE),
    }
    reply = calls.report(query)
    if not isinstance(reply, Reply):
        return {}
    names = [text_at(one, "name") for one in list_at(reply.json, "columnHeaders")]
    found: dict[str, dict[str, float]] = {}
    for row in list_at(reply.json, "rows"):
        cells = dict(zip(names, row, strict=False)) if isinstance(row, list) else {}
        video = cells.get("video")
        if isinstance(video, str):
            told = figures_at(cells, {theirs: ours for theirs, (ours, _) in REPORTED.items()})
            found[video] = {
                ours: told[ours] * each for ours, each in REPORTED.values() if ours in told
            }
    return found


def numbers(row: Any, names: Mapping[str, str]) -> dict[str, float]:
    """It writes numbers as texts, and leaves out what its owner hides."""
    found: dict[str, float] = {}
    for theirs, ours in names.items():
        said = at(row, "statistics", theirs)
        told = str(said) if isinstance(said, int | str) and not isinstance(said, bool) else ""
        if re.fullmatch(r"[0-9]{1,15}", told):
            found[ours] = float(told)
    if at(row, "statistics", "hiddenSubscriberCount") is True:
        found.pop("followers", None)
    return found
