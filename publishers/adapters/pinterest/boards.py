"""Boards on Pinterest: a pin names one by its number, people by its name. Called by the adapter."""

import unicodedata
import zlib

from publishers import handles
from publishers.adapters.pinterest.calls import Calls
from publishers.adapters.pinterest.refusals import NAME
from publishers.contract import NotPublished, Payload, Rejected, Reply, Step, TryLater
from publishers.verdicts import at, text_at

PAGE, PAGES = 250, 8
KEPT_SECONDS = 86_400


def typed(payload: Payload) -> str:
    return " ".join(payload.options.get("board", "").split())


def held(payload: Payload, step: Step) -> str:
    """Its number, once it was looked up."""
    return str(handles.held_as(step, _name(payload)).get("id") or "")


def forget(payload: Payload, step: Step) -> None:
    handles.drop_as(step, _name(payload))


def look_up(calls: Calls, payload: Payload, step: Step) -> NotPublished | None:
    if held(payload, step):
        return None
    found = find(calls, payload)
    if not isinstance(found, str):
        return found
    handles.keep_as(step, _name(payload), KEPT_SECONDS, id=found)
    return None


def find(calls: Calls, payload: Payload) -> str | NotPublished:
    """Its number. Names differ in more than capitals."""
    wanted, seen = _folded(typed(payload)), list[str]()
    query = {"page_size": str(PAGE)}
    for _ in range(PAGES):
        reply = calls.ask("GET", "boards", params=query)
        if not isinstance(reply, Reply):
            return reply
        rows = at(reply.json, "items")
        if not isinstance(rows, list):
            return TryLater(f"{NAME} does not list the account's boards as expected.")
        for row in rows:
            number, name = text_at(row, "id"), text_at(row, "name")
            if number.isdecimal() and wanted in (_folded(name), number):
                return number
            seen.append(name)
        after = text_at(reply.json, "bookmark")
        if not after:
            break
        query = {**query, "bookmark": after}
    names = ", ".join(name for name in seen if name)[:200]
    fix = f"It has: {names}." if names else "It has none."
    return Rejected(f"The account has no board “{typed(payload)[:60]}”. {fix}", code="no_board")


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _name(payload: Payload) -> str:
    return f"board:{zlib.crc32(_folded(typed(payload)).encode()):08x}"
