"""Swipe documents: the pictures of a post as a PDF, a page for each. Called by posts.py and
uploads.py.

https://learn.microsoft.com/linkedin/marketing, Documents. What the pictures show is said twice: in
the PDF with each page, and one after the other as the document's description. How long its title
may be is what LinkedIn's own form takes; its interface does not say. It is never the post's title:
that is a working name, which may become another after the approval.
"""

import hashlib
from collections.abc import Sequence
from tempfile import TemporaryFile
from textwrap import shorten
from typing import Any

from publishers import documents, handles
from publishers.adapters.linkedin import files
from publishers.adapters.linkedin.calls import Calls
from publishers.adapters.linkedin.refusals import NAME
from publishers.attachments import SECONDS, SECONDS_PER_MEGABYTE
from publishers.contract import Media, NotPublished, Payload, Processing, Rejected, Step
from publishers.littletext import shown
from publishers.verdicts import quoted

KIND = "urn:li:document:"
FIELD, SWIPE, TITLE = "pictures", "document", "document_title"
LONGEST_TITLE, LONGEST_ALT = 58, 4086
MOST_BYTES = 100_000_000
AGAIN = 5


def is_one(payload: Payload) -> bool:
    return payload.kind == "post" and payload.options.get(FIELD) == SWIPE


def pages(payload: Payload) -> int:
    """0: the post has no document."""
    return len(payload.media) if is_one(payload) else 0


def title(payload: Payload) -> str:
    """As it was typed, else how the first line of the text begins."""
    typed = payload.options.get(TITLE, "").strip()
    line = next(iter(shown(payload.text).strip().splitlines()), "")
    words = shorten(line, LONGEST_TITLE, placeholder="…")
    # Where no whole word has room, as in a script without spaces.
    begins = words if words != "…" else f"{line[: LONGEST_TITLE - 1]}…"
    return typed or begins


def mistake(payload: Payload) -> Rejected | None:
    if not is_one(payload):
        return None
    if not payload.media or any(media.is_video for media in payload.media):
        reason = "A swipe document is made of pictures, and of nothing else."
        return Rejected(f"{reason} Add pictures, or choose the grid.", code="document")
    if not title(payload):
        return Rejected("The swipe document has no title. Write one, or a text.", code="document")
    return None


def content(payload: Payload, urn: str) -> dict[str, Any]:
    alt = _alt(payload.media)
    described = {"altText": alt} if alt else {}
    return {"media": {"id": urn, "title": title(payload), **described}}


def _alt(pictures: Sequence[Media]) -> str:
    """Of several pages each description with its number, as far as there is room."""
    if len(pictures) == 1:
        return pictures[0].alt
    numbered = [f"{page}. {one.alt}" for page, one in enumerate(pictures, 1) if one.alt.strip()]
    whole = "\n".join(numbered)
    return whole if len(whole) <= LONGEST_ALT else whole[: LONGEST_ALT - 1] + "…"


# -- handing it over


def prepare(calls: Calls, payload: Payload, step: Step) -> Processing | NotPublished | None:
    name = _name(payload.media)
    if not handles.held_as(step, name):
        made = _upload(calls, payload.media)
        if not isinstance(made, str):
            return made
        handles.keep_as(step, name, files.KEPT_SECONDS, urn=made, checked=False)
    return _wait(calls, step, name)


def urn(payload: Payload, step: Step) -> str:
    """Empty while it is not there."""
    return str(handles.held_as(step, _name(payload.media)).get("urn", ""))


def drop(payload: Payload, step: Step) -> None:
    handles.drop_as(step, _name(payload.media))


def _name(pictures: Sequence[Media]) -> str:
    """Another order, or other words about a picture, make another document."""
    said = "\n".join(f"{one.sha256} {one.alt}" for one in pictures)
    return f"document:{hashlib.sha256(said.encode()).hexdigest()}"


def _upload(calls: Calls, pictures: Sequence[Media]) -> str | NotPublished:
    with TemporaryFile() as file:
        try:
            documents.write(file, pictures)
        except documents.Unreadable as error:
            reason = f"Picture {error.place + 1} could not be put into the document."
            return Rejected(f"{reason} Save it again as JPEG or PNG.", code="document")
        size = file.tell()
        if size > MOST_BYTES:
            reason = (
                f"The swipe document has {-(-size // 1_000_000)} MB; {NAME} takes up to "
                f"{MOST_BYTES // 1_000_000} MB. Take out pictures."
            )
            return Rejected(reason, "document")
        file.seek(0)
        seconds = SECONDS + size / 1e6 * SECONDS_PER_MEGABYTE
        return files.put(calls, "document", documents.MIME, file, size, seconds)


def _wait(calls: Calls, step: Step, name: str) -> Processing | NotPublished | None:
    kept = handles.held_as(step, name)
    if kept.get("checked"):
        return None
    there = str(kept["urn"])
    state = files.state(calls, "document", there)
    if not isinstance(state, files.State):
        return state
    if state.name == "PROCESSING_FAILED":
        handles.drop_as(step, name)
        fix = "Save the pictures again as JPEG or PNG, or show them as a grid."
        if state.reason:
            return Rejected(quoted(NAME, state.reason, fix), code="PROCESSING_FAILED")
        reason = f"{NAME} could not work on the swipe document."
        return Rejected(f"{reason} {fix}", code="PROCESSING_FAILED")
    if state.is_waited_for:
        return Processing(there, AGAIN)
    handles.keep_as(step, name, files.KEPT_SECONDS, urn=there, checked=True)
    return None
