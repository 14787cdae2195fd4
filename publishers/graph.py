"""The dialect of the Graph API: calls, error envelopes, usage headers, long tokens. Pure.

Called by the adapters that speak it. An answer is judged by its code and subcode first: the status
of the same refusal differs from one endpoint to the next. Facts:
the vendor's guides to error handling and to rate limits of the Graph API.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from publishers.containers import State
from publishers.contract import (
    Http,
    NotPublished,
    Outcome,
    Reconnect,
    Reply,
    TryLater,
    Uncertain,
)
from publishers.verdicts import (
    Answer,
    Rule,
    Said,
    at,
    committed,
    harmless,
    is_fine,
    judge,
    list_at,
    quoted,
    repeatable,
    text_at,
)
from publishers.waits import wait_from

ENDED = frozenset({"102", "190"})
PACED = frozenset({"4", "17", "32", "341", "613", "80001", "80002", "80006"})
FORBIDDEN = frozenset({"3", "10", *map(str, range(200, 300))})
PASSING = frozenset({"1", "2", "transient"})
BLOCKED = frozenset({"368"})
# What a container says of itself, as far as it is well.
STATES: Mapping[str, State] = {
    "IN_PROGRESS": "working",
    "FINISHED": "ready",
    "PUBLISHED": "published",
    "EXPIRED": "gone",
}
# The windows are sliding ones of an hour; not every header says when there is room again.
PAUSE = 900
PAGES, PAGE_SIZE = 5, 100


@dataclass(frozen=True)
class Graph:
    """How one account is spoken to. `base`: address with version; `rules` come before all else."""

    http: Http
    name: str
    base: str
    token: str = field(repr=False)
    rules: tuple[Rule, ...] = ()

    def ask(self, method: str, path: str, **request: Any) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx with JSON in it."""
        answer = self.http.send(method, self._url(path), headers=self._headers(), **request)
        reply = paced(repeatable(answer, self.name), answer)
        if not isinstance(reply, Reply):
            return reply
        if is_fine(reply):
            return reply if reply.json is not None else TryLater(f"{self.name} answered nothing.")
        verdict = paced(judge(self.name, (*self.rules, *rules(self.name)), words_of(reply)), reply)
        return harmless(verdict, TryLater(quoted(self.name, words_of(reply).words)))

    def subscribe(self, account: str, fields: str) -> NotPublished | None:
        """Let the account's events be told to this app, at the address that it registered."""
        form = {"subscribed_fields": fields}
        reply = self.ask("POST", f"{account}/subscribed_apps", form=form)
        if not isinstance(reply, Reply):
            return reply
        fine = at(reply.json, "success") is True
        return None if fine else TryLater(f"{self.name} did not say whether it tells us.")

    def rows(self, path: str, query: Mapping[str, str]) -> list[Any] | NotPublished:
        """All of an edge. It is gone through by cursors: not all have addresses of pages."""
        asked, found = {**query, "limit": str(PAGE_SIZE)}, list[Any]()
        for _ in range(PAGES):
            reply = self.ask("GET", path, params=asked)
            if not isinstance(reply, Reply):
                return reply
            if not isinstance(at(reply.json, "data"), list):
                return TryLater(f"{self.name} does not show us what there is as expected.")
            rows = list_at(reply.json, "data")
            found += rows
            after = text_at(reply.json, "paging", "cursors", "after")
            if len(rows) < PAGE_SIZE or not after:
                return found
            asked["after"] = after
        return TryLater("There is too much since then to look through.")

    def commit(self, path: str, form: Mapping[str, str]) -> Reply | Outcome:
        """The call that publishes. A reply is a 2xx, or a refusal to be judged by `refusal`."""
        answer = self.http.send(
            "POST", self._url(path), headers=self._headers(), form=form, commits=True
        )
        return paced(committed(answer, self.name), answer)

    def refusal(self, reply: Reply) -> Outcome:
        """What a refusal of the call that publishes means."""
        known = (*self.rules, *rules(self.name, commits=True))
        return paced(judge(self.name, known, words_of(reply)), reply)

    def _url(self, path: str) -> str:
        return path if path.startswith("http") else f"{self.base}/{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}


# -- what went wrong


def words_of(reply: Reply) -> Said:
    """The codes are "code", "code/subcode" and ":subcode"; "transient" where it says so itself."""
    error = at(reply.json, "error")
    code, subcode = at(error, "code"), at(error, "error_subcode")
    codes = {str(code)} if isinstance(code, int) else set()
    if codes and isinstance(subcode, int):
        codes |= {f"{code}/{subcode}", f":{subcode}"}
    if at(error, "is_transient") is True:
        codes.add("transient")
    told = [text_at(error, "error_user_msg"), text_at(error, "message")]
    told.append(text_at(reply.json, "error_message"))
    return Said(" ".join(dict.fromkeys(filter(None, told))), frozenset(codes), reply.status)


def rules(name: str, *, commits: bool = False) -> tuple[Rule, ...]:
    """What is refused everywhere for the same reasons."""
    trouble = f"{name} has trouble at the moment."
    passing = Uncertain(f"{trouble} The post may be live.") if commits else TryLater(trouble)
    return (
        Rule(Reconnect(f"{name} ended our access. Connect the account again."), codes=ENDED),
        Rule(
            TryLater(f"{name} asks us to slow down.", rate_limited=True),
            codes=PACED,
        ),
        Rule(
            f"Open {name}: it has blocked the account or this kind of post for now.",
            codes=BLOCKED,
        ),
        Rule(
            Reconnect(
                f"Our access to {name} does not cover this. Connect the account again and leave "
                "every permission switched on."
            ),
            codes=FORBIDDEN,
        ),
        Rule(passing, codes=PASSING),
    )


def either(*numbers: int) -> frozenset[str]:
    """Codes that stand in one place of the envelope or in the other."""
    return frozenset(f"{mark}{number}" for number in numbers for mark in ("", ":"))


def paced[T](outcome: T, answer: Answer) -> T | TryLater:
    """With the wait that the headers of the answer ask for, where the outcome names none."""
    if not isinstance(outcome, TryLater) or not isinstance(answer, Reply):
        return outcome
    if not outcome.rate_limited or outcome.after is not None:
        return outcome
    return replace(outcome, after=usage_wait(answer.headers) or wait_from(answer.headers) or PAUSE)


def usage_wait(headers: Mapping[str, str]) -> int | None:
    """Seconds until there is room again; None where the headers do not speak of being full."""
    known = {name.lower(): value for name, value in headers.items()}
    waits: list[int] = []
    business = _parsed(known.get("x-business-use-case-usage", ""))
    for rows in business.values() if isinstance(business, dict) else ():
        for row in rows if isinstance(rows, list) else ():
            minutes = at(row, "estimated_time_to_regain_access")
            if isinstance(minutes, int) and minutes > 0:
                waits.append(min(minutes, 24 * 60) * 60)
            elif _full(row):
                waits.append(PAUSE)
    if any(_full(_parsed(known.get(f"x-{of}-usage", ""))) for of in ("app", "page")):
        waits.append(PAUSE)
    return max(waits, default=None)


def _full(usage: Any) -> bool:
    """In per cent, any of the three counts."""
    counts = [at(usage, name) for name in ("call_count", "total_cputime", "total_time")]
    return any(isinstance(count, int | float) and count >= 100 for count in counts)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


# -- reading


def moment_at(found: Any, *path: str) -> datetime | None:
    """A time such as 2026-11-20T12:00:00+0000."""
    try:
        moment = datetime.fromisoformat(text_at(found, *path))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def figures_in(found: Any, *, latest: bool = False) -> dict[str, float]:
    """By the platform's names what an answer about insights holds: totals, or of a series the sum
    or the `latest`.
    """
    figures: dict[str, float] = {}
    rows = at(found, "data")
    for row in rows if isinstance(rows, list) else ():
        total, values = at(row, "total_value", "value"), at(row, "values")
        if not _is_number(total) and isinstance(values, list):
            numbers = [at(one, "value") for one in values]
            known = [number for number in numbers if _is_number(number)]
            total = (known[-1] if latest else sum(known)) if known else None
        if _is_number(total) and text_at(row, "name"):
            figures[text_at(row, "name")] = float(total)
    return figures


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
