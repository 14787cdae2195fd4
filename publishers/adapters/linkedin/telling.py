"""What LinkedIn counts, and what it tells by itself. Called by the adapter beside it.

Facts: https://learn.microsoft.com/linkedin/marketing/community-management, Share Statistics, Member
Post Statistics, Follower Statistics, Organization Social Action Notifications; its guide to
webhooks (linkedin/shared/api-guide).
A number below nought means that it is not known.
Unknown: whether a post that is missing from the statistics has none or is gone; it is left out.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publishers.adapters.linkedin.calls import Calls, encoded, listed
from publishers.adapters.linkedin.refusals import READING, UNTOLD
from publishers.contract import (
    App,
    Event,
    EventKind,
    Figures,
    Forged,
    Greeting,
    Heard,
    Hook,
    NotPublished,
    Rejected,
    Reply,
)
from publishers.verdicts import at, figures_at, list_at, text_at

AT_ONCE = 20
OF_PAGES = {
    "impressionCount": "impressions",
    "uniqueImpressionsCount": "reach",
    "clickCount": "clicks",
    "likeCount": "likes",
    "commentCount": "comments",
    "shareCount": "shares",
}
OF_ACCOUNTS = {
    theirs: OF_PAGES[theirs]
    for theirs in ("impressionCount", "uniqueImpressionsCount", "clickCount", "likeCount")
}
# Each of these is a call of its own, for each post.
OF_MEMBERS = {
    "IMPRESSION": "impressions",
    "MEMBERS_REACHED": "reach",
    "REACTION": "likes",
    "COMMENT": "comments",
    "RESHARE": "shares",
    "POST_SAVE": "saves",
    "LINK_CLICKS": "link_clicks",
}
EVENTS: Mapping[str, EventKind] = {
    "LIKE": "reaction",
    "COMMENT": "comment",
    "ADMIN_COMMENT": "comment",
    "SHARE_MENTION": "mention",
}
# Whoever has an answer to words of their choice can sign anything, so that no others are answered.
_CHALLENGE = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PREFIX = "hmacsha256="

# -- figures of posts


def of_page(calls: Calls, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
    told: dict[str, Figures] = {}
    for name, kind in (("shares", "urn:li:share:"), ("ugcPosts", "urn:li:ugcPost:")):
        urns = [one for one in remote_ids if one.startswith(kind)]
        for first in range(0, len(urns), AT_ONCE):
            asked = urns[first : first + AT_ONCE]
            reply = _statistics(calls, f"&{name}={listed(asked)}")
            if not isinstance(reply, Reply):
                return reply
            for row in list_at(reply.json, "elements"):
                urn = text_at(row, "share") or text_at(row, "ugcPost")
                if urn in asked:
                    told[urn] = figures_at(at(row, "totalShareStatistics"), OF_PAGES)
    return told


def of_member(calls: Calls, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
    told: dict[str, Figures] = {}
    for urn in remote_ids:
        if not (entity := _entity(urn)):
            continue
        found = _of_post(calls, entity)
        if not isinstance(found, dict):
            return found
        if found:
            told[urn] = found
    return told


def _of_post(calls: Calls, entity: str) -> dict[str, float] | NotPublished:
    """Empty: it is gone."""
    found: dict[str, float] = {}
    for theirs, ours in OF_MEMBERS.items():
        query = f"q=entity&entity={entity}&queryType={theirs}&aggregation=TOTAL"
        reply = _found(calls, f"/rest/memberCreatorPostAnalytics?{query}", accept=404)
        if isinstance(reply, Reply):
            if reply.status == 404:
                return {}
            found |= figures_at(at(reply.json, "elements", 0), {"count": ours})
        # That one figure is not counted is no word on the others.
        elif reply is UNTOLD or not isinstance(reply, Rejected):
            return reply
    return found


def _entity(urn: str) -> str:
    kinds = {"urn:li:share:": "share", "urn:li:ugcPost:": "ugc"}
    name = next((name for start, name in kinds.items() if urn.startswith(start)), "")
    return f"({name}:{encoded(urn)})" if name else ""


# -- figures of accounts


def of_organization(calls: Calls) -> Figures | NotPublished:
    """Followers now; the others over the last twelve months. What is not told is left out."""
    page = encoded(calls.account.remote_id)
    query = "edgeType=COMPANY_FOLLOWED_BY_MEMBER"
    reply = calls.ask("GET", f"/rest/networkSizes/{page}?{query}", rules=READING)
    if not isinstance(reply, Reply):
        return reply
    found = figures_at(reply.json, {"firstDegreeSize": "followers"})
    counted = _statistics(calls)
    if isinstance(counted, Reply):
        row = at(counted.json, "elements", 0)
        found |= figures_at(at(row, "totalShareStatistics"), OF_ACCOUNTS)
    query = f"q=organization&organization={page}"
    visited = _found(calls, f"/rest/organizationPageStatistics?{query}")
    if isinstance(visited, Reply):
        views = at(visited.json, "elements", 0, "totalPageStatistics", "views", "allPageViews")
        found |= figures_at(views, {"pageViews": "profile_views"})
    return found


def of_person(calls: Calls) -> Figures | NotPublished:
    reply = _found(calls, "/rest/memberFollowersCount?q=me")
    if not isinstance(reply, Reply):
        return reply
    row = at(reply.json, "elements", 0)
    return figures_at(row, {"memberFollowersCount": "followers"})


def _statistics(calls: Calls, which: str = "") -> Reply | NotPublished:
    page = encoded(calls.account.remote_id)
    query = f"q=organizationalEntity&organizationalEntity={page}{which}"
    return _found(calls, f"/rest/organizationalEntityShareStatistics?{query}")


def _found(calls: Calls, path: str, accept: int = 200) -> Reply | NotPublished:
    return calls.ask("GET", path, named="FINDER", rules=READING, accept=accept)


# -- what it tells by itself


def hear(hook: Hook, app: App) -> Heard:
    """It is said again for eight hours, so that its age proves nothing; its number stays."""
    if not app.client_secret:
        return Forged("no secret is known")
    if hook.method == "GET":
        return _greeting(hook, app.client_secret)
    headers = {name.lower(): value for name, value in hook.headers.items()}
    given = headers.get("x-li-signature", "").removeprefix(_PREFIX)
    made = _signed(app.client_secret, _PREFIX.encode() + hook.body)
    if not hmac.compare_digest(given.encode(), made.encode()):
        return Forged("the signature does not fit")
    try:
        told = json.loads(hook.body)
    except (ValueError, RecursionError):
        return Forged("it is not JSON")
    return tuple(_events(told))


def _greeting(hook: Hook, secret: str) -> Greeting | Forged:
    challenge = hook.query.get("challengeCode", "")
    if not _CHALLENGE.fullmatch(challenge):
        return Forged("it is no challenge")
    answer = {
        "challengeCode": challenge,
        "challengeResponse": _signed(secret, challenge.encode()),
    }
    return Greeting(json.dumps(answer), "application/json")


def _signed(secret: str, words: bytes) -> str:
    return hmac.new(secret.encode(), words, hashlib.sha256).hexdigest()


def _events(told: Any) -> Iterator[Event]:
    for row in list_at(told, "notifications"):
        number, when = at(row, "notificationId"), at(row, "lastModifiedAt")
        by_words = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
        made = at(row, "decoratedGeneratedActivity")
        yield Event(
            str(number) if isinstance(number, int | str) else by_words,
            EVENTS.get(text_at(row, "action"), "other"),
            text_at(row, "organizationalEntity"),
            # The other is the name of an activity, which no post has when it is made.
            post=text_at(row, "decoratedSourcePost", "entity") or text_at(row, "sourcePost"),
            at=_moment(when),
            words=text_at(made, "comment", "text") or text_at(made, "share", "text"),
        )


def _moment(milliseconds: Any) -> datetime | None:
    known = isinstance(milliseconds, int) and 0 < milliseconds < 1e14
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if known else None
