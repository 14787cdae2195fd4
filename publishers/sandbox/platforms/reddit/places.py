"""Subreddits: a few with rules of their own, any other name is one without."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse

from publishers.sandbox.platforms.reddit.errors import bare, invalid, no
from publishers.sandbox.twin import Asked, Refused, answer

_NAME = re.compile(r"u_[A-Za-z0-9_-]{3,20}|[A-Za-z0-9][A-Za-z0-9_]{2,20}")


@dataclass(frozen=True)
class Place:
    name: str
    takes: tuple[str, ...] = ("self", "link", "image", "gallery", "video")
    flairs: tuple[tuple[str, str, bool], ...] = ()
    needs_flair: bool = False
    barred: tuple[str, ...] = ()
    barred_sites: tuple[str, ...] = ()
    title_most: int | None = None
    closed: bool = False
    slow: str = ""


PLACES = {
    place.name: place
    for place in (
        Place(
            "tidetables",
            flairs=(("f1", "Harbour news", False), ("f2", "Moderators", True)),
            needs_flair=True,
            barred=("giveaway",),
            barred_sites=("spam.example",),
            title_most=120,
        ),
        Place("tidetexts", takes=("self",)),
        Place("tidelinks", takes=("link",)),
        Place("tidesingles", takes=("self", "link", "image", "video")),
        Place("tideclub", closed=True),
        Place("tideslow", slow="Take a break for 4 minutes before trying again."),
    )
}
NOWHERE = "nosuchplace"
REFUSALS = {
    "self": ("NO_SELFS", "This community doesn't allow text posts"),
    "link": ("NO_LINKS", "This community doesn't allow links"),
    "gallery": ("GALLERIES_DISABLED", "Gallery posts aren't allowed in this subreddit"),
}


def find(name: str) -> Place | None:
    if not _NAME.fullmatch(name) or name.lower() == NOWHERE:
        return None
    return PLACES.get(name.lower(), Place(name))


def entered(asked: Asked, name: str) -> Place:
    """Where somebody posts; Refused when it is not there or not for them."""
    place = find(name)
    if place is None:
        raise no("SUBREDDIT_NOEXIST", "That community doesn't exist", "sr")
    if place.closed:
        raise Refused(bare(403))
    if name.lower().startswith("u_") and name[2:].lower() != asked.who.handle.lower():
        raise no("SUBREDDIT_NOTALLOWED", "You aren't allowed to post there", "sr")
    if place.slow:
        raise no("RATELIMIT", place.slow, "ratelimit")
    return place


def check(place: Place, kind: str, said: dict[str, Any], *, validate: bool) -> None:
    """What the place does not take."""
    if kind not in place.takes:
        raise no(*REFUSALS.get(kind, ("SUBREDDIT_NOTALLOWED", "No such posts here")), "sr")
    flairs = {number for number, _, moderators in place.flairs if not moderators}
    if said.get("flair_id") and said["flair_id"] not in flairs:
        raise no("BAD_FLAIR_TEMPLATE_ID", "Flair template not available", "flair")
    host = urlsplit(str(said.get("url", ""))).hostname or ""
    if host in place.barred_sites:
        raise no("DOMAIN_BANNED", f"{host} is not allowed", "url")
    if validate:
        validated(place, said)


def validated(place: Place, said: dict[str, Any]) -> None:
    title = str(said.get("title", ""))
    for word in place.barred:
        for part, field in ((title, "title"), (str(said.get("text", "")), "body")):
            if re.search(rf"\b{word}\b", part, re.IGNORECASE):
                words = f'You may not have "{word}" in your {field}. '
                raise invalid(f"{field.upper()}_BLACKLISTED_STRING", words, field)
    if place.title_most and len(title) > place.title_most:
        raise invalid("TITLE_MAX_LENGTH", f"At most {place.title_most} characters.", "title")
    if place.needs_flair and not said.get("flair_id"):
        raise invalid("FLAIR_REQUIRED", "Your post must contain post flair.", "flair")


def requirements(asked: Asked, name: str) -> HttpResponse:
    place = find(name)
    if place is None:
        raise Refused(bare(404))
    if place.closed:
        raise Refused(bare(403))
    banned, lengths = list(place.barred), ("min", "max")
    return answer(
        {
            **{f"{part}_text_{end}_length": None for part in ("title", "body") for end in lengths},
            **{f"{part}_required_strings": [] for part in ("title", "body")},
            **{f"{part}_blacklisted_strings": banned for part in ("title", "body")},
            **{f"{part}_regexes": [] for part in ("title", "body")},
            "title_text_max_length": place.title_most,
            "body_restriction_policy": "none",
            "domain_blacklist": list(place.barred_sites),
            "domain_whitelist": [],
            "link_restriction_policy": "blacklist" if place.barred_sites else "none",
            "link_repost_age": None,
            "is_flair_required": place.needs_flair,
            "guidelines_text": None,
            "guidelines_display_policy": None,
        }
    )


def flairs(asked: Asked, name: str) -> HttpResponse:
    place = find(name)
    if place is None or not place.flairs:
        raise Refused(bare(403))
    rows = [
        {"id": number, "text": words, "text_editable": False, "mod_only": moderators}
        for number, words, moderators in place.flairs
    ]
    return answer(rows)
