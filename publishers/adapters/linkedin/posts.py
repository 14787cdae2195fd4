"""Posts: how they are sent and read. Called by the adapter beside it.

How long the parts of a poll may be is what LinkedIn's own form takes; its interface does not say.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from publishers.adapters.linkedin import documents
from publishers.adapters.linkedin.refusals import NAME
from publishers.contract import Payload, Rejected
from publishers.littletext import little_text, plain_text
from publishers.lookups import Seen
from publishers.verdicts import at, list_at, text_at

SMALLEST_VIDEO = 75_000
ANSWERS, LONGEST_ANSWER = (2, 4), 30
POLL_FIELDS = ("poll_question", "poll_options")
# More or fewer pictures than any post has.
_OTHERS = -1
_ADDRESS = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]+(?:[/?#]\S*)?", re.IGNORECASE)
_POST = re.compile(r"urn:li:(?:share|ugcPost):[0-9]{1,25}")


# -- what cannot be sent


def mistake(payload: Payload, *, is_page: bool) -> Rejected | None:
    """What can be said of a post before anything is sent; of a comment there is nothing."""
    if payload.kind != "post":
        return None
    if is_page and payload.options.get("visibility") == "CONNECTIONS":
        return Rejected("A page has no connections. Choose who can see the post and try again.")
    rules = (_unmixed, documents.mistake, _link, _poll, _reshare, _video)
    return next((found for rule in rules if (found := rule(payload)) is not None), None)


def _unmixed(payload: Payload) -> Rejected | None:
    link, media, swipe = _card(payload), len(payload.media), documents.is_one(payload)
    kinds = {
        "pictures or a video": media > 0 and not link and not swipe,
        "a swipe document": swipe,
        "a link card": bool(link),
        "a poll": bool(_chosen(payload, *POLL_FIELDS)),
        "a post to share again": bool(_chosen(payload, "reshare")),
    }
    found = [name for name, there in kinds.items() if there]
    if len(found) > 1:
        reason = f"{NAME} takes one of these in a post: {', '.join(found)}. Take out the others."
        return Rejected(reason, code="mixed")
    if link and (media > 1 or any(one.is_video for one in payload.media)):
        return Rejected("A link card has one picture at most, and no video.", code="mixed")
    return None


def _link(payload: Payload) -> Rejected | None:
    link = _card(payload)
    if link and not _ADDRESS.fullmatch(link):
        return Rejected("“Link card” must be a whole address: https://…", code="link")
    if not link and _chosen(payload, "link_title", "link_description"):
        return Rejected("The link card has words but no address. Type it.", code="link")
    return None


def _poll(payload: Payload) -> Rejected | None:
    if not _chosen(payload, *POLL_FIELDS):
        return None
    answers, (least, most) = poll_answers(payload), ANSWERS
    if not _chosen(payload, "poll_question"):
        return Rejected("The poll has no question.", code="poll")
    if not least <= len(answers) <= most:
        reason = f"A poll has {least} to {most} answers; this one has {len(answers)}."
        return Rejected(f"{reason} Put a semicolon between two.", code="poll")
    if len({answer.casefold() for answer in answers}) < len(answers):
        return Rejected("Two answers of the poll say the same.", code="poll")
    if long := next((one for one in answers if len(one) > LONGEST_ANSWER), ""):
        reason = f"An answer of a poll has {LONGEST_ANSWER} characters at most: “{long[:60]}”."
        return Rejected(f"{reason} Shorten it.", code="poll")
    return None


def _reshare(payload: Payload) -> Rejected | None:
    typed = _chosen(payload, "reshare")
    if not typed or _POST.search(typed):
        return None
    return Rejected(
        "“Post to share again” must be an address with urn:li:share: or urn:li:ugcPost: in it. "
        f"On {NAME} it is in the code to embed the post.",
        code="reshare",
    )


def _video(payload: Payload) -> Rejected | None:
    if any(one.is_video and one.size < SMALLEST_VIDEO for one in payload.media):
        reason = f"{NAME} takes videos from {SMALLEST_VIDEO // 1000} kB on."
        return Rejected(f"{reason} Save it in a better quality.", code="video_small")
    return None


# -- what is sent


def body(author: str, payload: Payload, urns: Sequence[str]) -> dict[str, Any]:
    """`urns`: the names of what was uploaded, in order."""
    chosen = payload.options
    reshared = _POST.search(chosen.get("reshare", ""))
    return {
        "author": author,
        "commentary": little_text(payload.text),
        "visibility": chosen.get("visibility") or "PUBLIC",
        "distribution": {
            "feedDistribution": chosen.get("feed") or "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": chosen.get("reshares") == "no",
        **_content(payload, urns),
        **({"reshareContext": {"parent": reshared.group()}} if reshared else {}),
    }


def change(payload: Payload) -> dict[str, Any]:
    """Only the words of a live post can be others."""
    return {"patch": {"$set": {"commentary": little_text(payload.text)}}}


def _content(payload: Payload, urns: Sequence[str]) -> Mapping[str, Any]:
    if _card(payload):
        return {"content": {"article": _article(payload, urns)}}
    if documents.is_one(payload):
        return {"content": documents.content(payload, urns[0])}
    media = [
        {"id": urn, **({"altText": media.alt} if media.alt else {})}
        for urn, media in zip(urns, payload.media, strict=True)
    ]
    if len(media) > 1:
        return {"content": {"multiImage": {"images": media}}}
    if media:
        title = _chosen(payload, "video_title") if payload.media[0].is_video else ""
        return {"content": {"media": {**media[0], **({"title": title} if title else {})}}}
    if question := _chosen(payload, "poll_question"):
        answers = [{"text": answer} for answer in poll_answers(payload)]
        settings = {"duration": payload.options.get("poll_duration") or "THREE_DAYS"}
        poll = {"question": question, "options": answers, "settings": settings}
        return {"content": {"poll": poll}}
    return {}


def _article(payload: Payload, urns: Sequence[str]) -> dict[str, str]:
    """Nothing of it is looked up by LinkedIn. Its picture has no place for a description."""
    link = _card(payload)
    titles = (_chosen(payload, "link_title"), payload.title if payload.link else "")
    card = {
        "source": link,
        "title": next(filter(None, titles), urlsplit(link).netloc),
        "description": _chosen(payload, "link_description"),
        "thumbnail": urns[0] if urns else "",
    }
    return {name: value for name, value in card.items() if value}


def _card(payload: Payload) -> str:
    return _chosen(payload, "link") or payload.link


def poll_answers(payload: Payload) -> list[str]:
    return [one.strip() for one in _chosen(payload, "poll_options").split(";") if one.strip()]


def _chosen(payload: Payload, *names: str) -> str:
    """The first of them that was filled in."""
    return next((one for name in names if (one := payload.options.get(name, "").strip())), "")


# -- what is read


def seen(row: Any, permalink: str, pages: int) -> Seen:
    """`pages`: of the document that is looked for, 0: none is. It is not told how many one has."""
    shown = at(row, "content")
    pictures, urn = len(list_at(shown, "multiImage", "images")), text_at(shown, "media", "id")
    if urn or text_at(shown, "article", "thumbnail"):
        pictures = 1
    if urn.startswith(documents.KIND):
        pictures = pages or _OTHERS
    elif pages:
        pictures = _OTHERS
    moment = at(row, "publishedAt") or at(row, "createdAt")
    when = datetime.fromtimestamp(moment / 1000, UTC) if isinstance(moment, int) else None
    words = plain_text(text_at(row, "commentary"))
    return Seen(text_at(row, "id"), permalink, words, pictures, when)


def reach_back(rows: Sequence[Any], moment: datetime) -> bool:
    """Do rows, sorted by when they were last modified, show all that was published since then?

    An old post that was edited lately stands among the new ones, so its age says nothing.
    """
    before = moment.timestamp() * 1000
    last = [at(row, "lastModifiedAt") for row in rows]
    return any(isinstance(one, int) and one < before for one in last)
