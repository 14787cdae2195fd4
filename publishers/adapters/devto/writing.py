"""A post as an article of DEV, and which of its articles a post is. Called by the adapter."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from publishers import articles, lookups
from publishers.adapters.devto.refusals import NAME
from publishers.adapters.devto.spec import MOST_TAGS, TAGS_TOGETHER, TITLE
from publishers.articles import Shown
from publishers.contract import CannotTell, Found, NotFound, Payload, Rejected, Sighting
from publishers.text import count_bytes, fingerprint
from publishers.verdicts import at, text_at

LARGEST = 800 * 1024


def is_draft(payload: Payload) -> bool:
    return payload.options.get("state") == "draft"


def article(payload: Payload) -> dict[str, Any]:
    """All but whether it is published. What is empty is said too, since an edit takes it away."""
    chosen = payload.options
    covered = chosen.get("cover") == "first" and bool(payload.media)
    found: dict[str, Any] = {
        "title": payload.title.strip(),
        "body_markdown": markdown(payload),
        "tags": tags(payload),
        "series": chosen.get("series", "").strip() or None,
        "canonical_url": articles.canonical(payload) or None,
        "main_image": payload.media[0].url if covered else None,
        "description": chosen.get("description", "").strip() or None,
    }
    if organization := chosen.get("organization", "").strip():
        found["organization_id"] = int(organization)
    if language := chosen.get("language", "").strip():
        found["language"] = language
    return found


def markdown(payload: Payload) -> str:
    text = articles.without_front_matter(payload.text)
    text = articles.without_title(text, payload.title)
    pictures = [Shown(media.url, media.alt) for media in payload.media]
    cover = {0} if payload.options.get("cover") == "first" else set()
    return articles.with_pictures(text, pictures, without=cover)


def tags(payload: Payload) -> list[str]:
    """In DEV's way: small letters and digits."""
    typed = articles.words_in(payload.options.get("tags", ""))
    return list(dict.fromkeys(re.sub(r"[\s_-]+", "", word).casefold() for word in typed))


def mistake(payload: Payload) -> Rejected | None:
    """What DEV would refuse, or worse, change without a word."""
    if (wrong := articles.mistake(NAME, payload, TITLE)) is not None:
        return wrong
    if any(not media.url for media in payload.media):
        return Rejected(
            f"{NAME} takes pictures from an address only, and this installation has none that can "
            "be reached. Take the pictures out, or ask an administrator."
        )
    if count_bytes(markdown(payload)) > LARGEST:
        return Rejected(f"{NAME} takes {LARGEST:,} bytes of text. Shorten it.")
    return _mistyped(payload.options, tags(payload))


def _mistyped(chosen: Mapping[str, str], words: list[str]) -> Rejected | None:
    strange = [word for word in words if not re.fullmatch(r"[a-z0-9]+", word)]
    if strange:
        return Rejected(f"Tags on {NAME} are of a to z and digits; “{strange[0]}” is not.", "tags")
    if len(words) > MOST_TAGS or len(", ".join(words)) > TAGS_TOGETHER:
        return Rejected(f"{NAME} takes {MOST_TAGS} short tags; these are more.", code="tags")
    if not re.fullmatch(r"\d{0,12}", chosen.get("organization", "").strip(), re.ASCII):
        return Rejected(f"An organization on {NAME} is given by its number.", code="organization")
    if not re.fullmatch(r"([a-z]{2})?", chosen.get("language", "").strip()):
        return Rejected("A language is two small letters, such as en.", code="language")
    return None


# -- which of the account's articles is it?


def sighting(payload: Payload, rows: list[Any], web: str, kept: str) -> Sighting:
    """By the id under which it was kept back, else by what it says."""
    if row := next((row for row in rows if kept and remote_id(row) == kept), None):
        there = is_draft(payload) or at(row, "published") is not False
        return Found(kept, permalink(row, web)) if there else NotFound()
    live = [row for row in rows if _may_be(row, payload)]
    exact = [row for row in live if _is(row, payload)]
    if len(exact) == 1:
        return Found(remote_id(exact[0]), permalink(exact[0], web))
    near = exact or [row for row in live if _looks_like(row, payload)]
    if not near:
        return NotFound()
    listed = ", ".join(permalink(row, web) for row in near[:3])
    if exact:
        return CannotTell(f"{len(exact)} articles on {NAME} look like it: {listed}.")
    return CannotTell(f"An article on {NAME} looks like it, but not quite: {listed}.")


def draft_of(payload: Payload, rows: list[Any]) -> str:
    """The id of a draft that is this very article, if exactly one is."""
    drafts = [row for row in rows if at(row, "published") is False and _is(row, payload)]
    return remote_id(drafts[0]) if len(drafts) == 1 else ""


def _may_be(row: Any, payload: Payload) -> bool:
    """Live, if it was to be, and not from before."""
    if is_draft(payload):
        return bool(remote_id(row)) and at(row, "published") is False
    moment = published_at(row)
    since = lookups.since(payload)
    new = moment >= since if moment else payload.called_at is None
    return bool(remote_id(row)) and at(row, "published") is not False and new


def _is(row: Any, payload: Payload) -> bool:
    address = articles.canonical(payload)
    if address and text_at(row, "canonical_url") == address:
        return True
    same = fingerprint(text_at(row, "body_markdown")) == fingerprint(markdown(payload))
    return same and articles.same_words(text_at(row, "title"), payload.title)


def _looks_like(row: Any, payload: Payload) -> bool:
    return articles.same_words(text_at(row, "title"), payload.title)


def remote_id(row: Any) -> str:
    number = at(row, "id")
    is_number = isinstance(number, int | str) and re.fullmatch(r"[0-9]+", str(number))
    return str(number) if is_number else ""


def permalink(row: Any, web: str) -> str:
    """Where people read it: below the web address, whatever the answer calls that."""
    path = text_at(row, "path")
    if path.startswith("/"):
        return web + path
    url = text_at(row, "url")
    return url if url.startswith(f"{web}/") else ""


def published_at(row: Any) -> datetime | None:
    for name in ("published_timestamp", "published_at"):
        try:
            moment = datetime.fromisoformat(text_at(row, name))
        except ValueError:
            continue
        if moment.tzinfo is not None:
            return moment
    return None
