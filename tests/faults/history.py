"""What people did and what was done to the processes, with the moment it was acknowledged.

Kept in memory for the checker and, as lines of JSON, beside the run's logs for whoever reads why a
run failed.
"""

import json
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Act:
    """Something a person was told had happened at `at`, having asked for it at `asked`.

    `text`: the words that must not go out after it, or may from now on.
    """

    kind: str
    post: int
    delivery: int | None
    text: str
    at: float
    asked: float


@dataclass(frozen=True)
class Blow:
    """Something done to the processes. `held`: (delivery, attempt) that the victim had in hand."""

    kind: str
    target: str
    at: float
    seconds: float = 0.0
    held: tuple[tuple[int, int], ...] = ()


@dataclass
class History:
    path: Path | None = None
    acts: list[Act] = field(default_factory=list)
    blows: list[Blow] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    restarts: list[float] = field(default_factory=list)
    # Posts of which somebody was told that they are approved and have their time.
    scheduled: set[int] = field(default_factory=set)
    begun: float = field(default_factory=time.time)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def act(
        self,
        kind: str,
        post: int,
        *,
        delivery: int | None = None,
        text: str = "",
        asked: float | None = None,
    ) -> None:
        """Call it after the service has returned: that is when it was acknowledged.

        `asked`: when the service was called, where that matters.
        """
        now = time.time()
        act = Act(kind, post, delivery, text, now, now if asked is None else asked)
        with self._lock:
            self.acts.append(act)
        self._write("act", asdict(act))

    def refuse(self, kind: str, why: str) -> None:
        with self._lock:
            self.refused[kind] += 1
        self._write("refused", {"kind": kind, "why": why, "at": time.time()})

    def blow(self, blow: Blow) -> None:
        with self._lock:
            self.blows.append(blow)
        self._write("blow", asdict(blow))

    def schedule(self, post: int, **facts: Any) -> None:
        self.scheduled.add(post)
        self.note("post", post=post, **facts)

    def note(self, what: str, **facts: Any) -> None:
        self._write("note", {"what": what, "at": time.time(), **facts})

    def _write(self, kind: str, facts: dict[str, Any]) -> None:
        if self.path is None:
            return
        line = {"t": round(time.time() - self.begun, 3), "type": kind, **facts}
        with self._lock, self.path.open("a") as file:
            file.write(json.dumps(line, default=str) + "\n")


def moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
