"""How many statements a process makes: counted here, written to a file of its own every moment.

The counting side runs inside the product's processes (counted/base.py), the reading side in the
bench. Statements are known by their text, whose values are placeholders.
"""

import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Where each process of the product writes what it has counted.
FOLDER = os.environ.get("BENCH_TALLY", "")
# Often enough for the reader, seldom enough not to be what is measured.
EVERY = 1.0
# Texts differ by lists of values, mostly at their end. Few are kept: memory is measured, too.
LONGEST, MOST = 300, 300


@dataclass
class Use:
    """Of one statement: how often, and seconds as the client waited for it."""

    times: int = 0
    seconds: float = 0.0
    longest: float = 0.0


class Tally:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uses: dict[str, Use] = {}
        self._statements = self._transactions = self._connections = 0
        self._writing = 0

    def statement(self, text: str, seconds: float, *, alone: bool) -> None:
        """`alone`: outside a transaction, so it is one by itself."""
        with self._lock:
            self._begin()
            self._statements += 1
            self._transactions += alone
            text = text[:LONGEST]
            text = text if text in self._uses or len(self._uses) < MOST else "others"
            use = self._uses.setdefault(text, Use())
            use.times += 1
            use.seconds += seconds
            use.longest = max(use.longest, seconds)

    def transaction(self) -> None:
        with self._lock:
            self._transactions += 1

    def connection(self) -> None:
        with self._lock:
            self._connections += 1

    def _begin(self) -> None:
        """A thread for this process: a fork has none of its parent's."""
        if self._writing != os.getpid():
            self._writing = os.getpid()
            threading.Thread(target=self._write_on, daemon=True).start()

    def _write_on(self) -> None:
        path = Path(FOLDER) / f"{os.getpid()}.json"
        while True:
            time.sleep(EVERY)
            unfinished = path.with_suffix(".new")
            unfinished.write_text(json.dumps(self._read()))
            unfinished.replace(path)

    def _read(self) -> dict[str, object]:
        with self._lock:
            return {
                "statements": self._statements,
                "transactions": self._transactions,
                "connections": self._connections,
                "uses": {
                    text: [use.times, use.seconds, use.longest] for text, use in self._uses.items()
                },
            }


TALLY = Tally()


@dataclass
class Total:
    """Over all processes, at one moment."""

    statements: int = 0
    transactions: int = 0
    connections: int = 0
    uses: dict[str, Use] = field(default_factory=dict)

    def since(self, before: "Total") -> "Total":
        return Total(
            self.statements - before.statements,
            self.transactions - before.transactions,
            self.connections - before.connections,
            _since(self.uses, before.uses),
        )


def _since(now: Mapping[str, Use], before: Mapping[str, Use]) -> dict[str, Use]:
    """`longest` is that of the whole time: it cannot be taken apart."""
    found = {}
    for text, use in now.items():
        then = before.get(text, Use())
        if use.times > then.times:
            found[text] = Use(use.times - then.times, use.seconds - then.seconds, use.longest)
    return found


def read(folder: Path) -> Total:
    """What has been counted until a moment ago; the last moment is waited for."""
    time.sleep(2 * EVERY)
    total = Total()
    for path in folder.glob("*.json"):
        said = json.loads(path.read_text())
        total.statements += said["statements"]
        total.transactions += said["transactions"]
        total.connections += said["connections"]
        for text, (times, seconds, longest) in said["uses"].items():
            use = total.uses.setdefault(text, Use())
            use.times += times
            use.seconds += seconds
            use.longest = max(use.longest, longest)
    return total
