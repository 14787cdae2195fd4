"""Where on Reddit a post goes, and what is asked of it there. Called by the adapter beside it."""

import re
import zlib
from typing import Any
from urllib.parse import urlsplit

from publishers.adapters.reddit.refusals import NAME
from publishers.contract import Payload, Rejected
from publishers.verdicts import at, list_at, text_at

_PLACE = re.compile(r"(?:u_[A-Za-z0-9_-]{3,20}|[A-Za-z0-9][A-Za-z0-9_]{1,20})")


def place_of(payload: Payload) -> str:
    """The subreddit, also when it was typed with its r/, or a profile with its u/."""
    typed = payload.options.get("subreddit", "").strip().strip("/")
    typed = re.sub(r"^https?://(www\.)?reddit\.com/", "", typed, flags=re.IGNORECASE)
    kind, slash, name = typed.partition("/")
    if not slash:
        return typed
    return f"u_{name}" if kind.lower() in ("u", "user") else name if kind.lower() == "r" else typed


def link_of(payload: Payload) -> str:
    return payload.options.get("link", "").strip() or payload.link


def mistake(payload: Payload) -> Rejected | None:
    """What keeps it from being sent at all."""
    place, link = place_of(payload), link_of(payload)
    if not place:
        return Rejected(f"Choose the subreddit on {NAME} that it is for.", code="no_subreddit")
    if not _PLACE.fullmatch(place):
        return Rejected(f"“{place[:40]}” is not a name of a subreddit.", code="bad_subreddit")
    if not payload.title.strip():
        return Rejected(f"{NAME} needs a title. Write one above the text.", code="no_title")
    if link and not re.match(r"https?://[^\s/]", link):
        return Rejected("The link must begin with https://.", code="bad_link")
    if link and payload.media:
        return Rejected(
            f"On {NAME} a link has no pictures or videos of its own. Take out one or the other.",
            code="link_and_media",
        )
    return None


def check_name(payload: Payload) -> str:
    """Under which what was asked about this very content is kept."""
    options = (place_of(payload).lower(), payload.options.get("flair", ""), link_of(payload))
    said = "\0".join((*options, payload.title, payload.text))
    return f"checked:{zlib.crc32(said.encode()):08x}"


def broken(rules: Any, payload: Payload) -> Rejected | None:
    """What the subreddit's own rules do not allow. Its patterns are left to Reddit: whoever wrote
    them could make us match for hours.
    """
    for problem in (
        _length(rules, "title", payload.title.strip()),
        _length(rules, "body", payload.text.strip()),
        _words(rules, "title", payload.title),
        _words(rules, "body", payload.text),
        _body(text_at(rules, "body_restriction_policy"), payload),
        _site(rules, payload),
    ):
        if problem:
            return Rejected(f"That subreddit {problem}", code="subreddit_rules")
    if at(rules, "is_flair_required") is True and not payload.options.get("flair", "").strip():
        return Rejected("That subreddit wants a flair. Write one of its own.", code="no_flair")
    return None


def _length(rules: Any, part: str, said: str) -> str:
    least, most = (at(rules, f"{part}_text_{end}_length") for end in ("min", "max"))
    noun = "title" if part == "title" else "text"
    if isinstance(most, int) and len(said) > most:
        return f"takes a {noun} of {most:,} characters; this is {len(said) - most:,} over."
    if isinstance(least, int) and len(said) < least and (said or part == "title"):
        return f"wants a {noun} of at least {least:,} characters."
    return ""


def _words(rules: Any, part: str, said: str) -> str:
    noun, lower = "title" if part == "title" else "text", said.lower()
    barred = [one for one in list_at(rules, f"{part}_blacklisted_strings") if _in(one, lower)]
    if barred:
        return f"does not allow “{str(barred[0])[:60]}” in the {noun}. Take it out."
    wanted = [one for one in list_at(rules, f"{part}_required_strings") if isinstance(one, str)]
    if wanted and said and not any(_in(one, lower) for one in wanted):
        return f"wants one of these in the {noun}: {', '.join(wanted)[:200]}."
    return ""


def _in(one: Any, lower: str) -> bool:
    """As a word or words of its own, as Reddit looks for it."""
    if not isinstance(one, str) or not one.strip():
        return False
    return bool(re.search(rf"(?<!\w){re.escape(one.strip().lower())}(?!\w)", lower))


def _body(policy: str, payload: Payload) -> str:
    if policy == "required" and not payload.text.strip():
        return "wants a text below the title."
    if policy == "notAllowed" and payload.text.strip():
        return "takes no text below the title. Take it out there."
    return ""


def _site(rules: Any, payload: Payload) -> str:
    policy, host = text_at(rules, "link_restriction_policy"), _host(link_of(payload))
    if not host or policy not in ("blacklist", "whitelist"):
        return ""
    listed = [one for one in list_at(rules, f"domain_{policy}") if isinstance(one, str)]
    among = any(host == one.lower() or host.endswith(f".{one.lower()}") for one in listed)
    return f"takes no links to {host}." if among == (policy == "blacklist") else ""


def _host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").lower()
    except ValueError:
        return ""


def flair_in(offered: Any, wanted: str) -> tuple[str, str] | Rejected:
    """(id, text) of the flair that is written so."""
    rows = [row for row in offered if text_at(row, "id")] if isinstance(offered, list) else []
    rows = [row for row in rows if at(row, "mod_only") is not True]
    for row in rows:
        if text_at(row, "text").strip().lower() == wanted.strip().lower():
            return text_at(row, "id"), text_at(row, "text")
    names = ", ".join(text_at(row, "text") for row in rows)[:200]
    fix = f"It offers: {names}." if names else "It offers none."
    return Rejected(f"That subreddit has no flair “{wanted[:64]}”. {fix}", code="no_flair")
