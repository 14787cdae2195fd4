"""A file in one piece: a place for it, its bytes, and then a state to ask for. Called by uploads.py
and documents.py.
"""

import re
from dataclasses import dataclass
from typing import BinaryIO, Literal

from publishers.adapters.linkedin.calls import Calls, encoded, judged
from publishers.adapters.linkedin.refusals import DENIED, NAME
from publishers.contract import NotPublished, Reconnect, Reply, TryLater
from publishers.verdicts import repeatable, text_at

KEPT_SECONDS = 20 * 3600
# Our access is sent there.
_ITS_OWN = re.compile(r"https://(?:[a-z0-9-]+\.)*linkedin\.com/")

type Noun = Literal["image", "document", "video"]


@dataclass(frozen=True)
class State:
    """`name` is empty where it is not told, as members may not ask. `reason`: why it failed."""

    name: str
    reason: str

    @property
    def is_waited_for(self) -> bool:
        return self.name in ("PROCESSING", "WAITING_UPLOAD")


def put(
    calls: Calls, noun: Noun, mime: str, stream: BinaryIO, size: int, seconds: float | None = None
) -> str | NotPublished:
    """The urn of what is there now."""
    body = {"initializeUploadRequest": {"owner": calls.account.remote_id}}
    reply = calls.ask("POST", f"/rest/{noun}s?action=initializeUpload", json=body)
    if not isinstance(reply, Reply):
        return reply
    urn, url = text_at(reply.json, "value", noun), text_at(reply.json, "value", "uploadUrl")
    is_theirs = calls.app.moved or _ITS_OWN.match(url)
    if not urn or not url or not is_theirs:
        what = "a picture" if noun == "image" else f"the {noun}"
        return TryLater(f"{NAME} gave no place for {what}.")
    headers = calls.bearer() | {"Content-Type": mime}
    answer = calls.http.send("PUT", url, headers=headers, data=stream, length=size, seconds=seconds)
    stored = judged(repeatable(answer, NAME))
    return urn if isinstance(stored, Reply) else stored


def state(calls: Calls, noun: Noun, urn: str) -> State | NotPublished:
    """Members may not ask for it (403): then posting tells."""
    reply = calls.ask("GET", f"/rest/{noun}s/{encoded(urn)}")
    if isinstance(reply, TryLater) or (isinstance(reply, Reconnect) and reply is not DENIED):
        return reply
    found = reply.json if isinstance(reply, Reply) else None
    return State(text_at(found, "status"), text_at(found, "processingFailureReason"))
