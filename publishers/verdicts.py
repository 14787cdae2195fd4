"""What an HTTP answer means, as an outcome. Pure; called by adapters with rules of their own."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from publishers.contract import (
    NotPublished,
    Outcome,
    Reconnect,
    Rejected,
    Reply,
    TryLater,
    Uncertain,
)
from publishers.waits import seconds_until, wait_from

type Answer = Reply | TryLater | Rejected | Uncertain

LONGEST_QUOTE = 300
MOST_COUNTED = 10**15


@dataclass(frozen=True)
class Said:
    """A refusal in the platform's own words and codes."""

    words: str
    codes: frozenset[str]
    status: int


@dataclass(frozen=True)
class Rule:
    """What a refusal means that has one of these codes or statuses, or whose words match.

    `then` is an outcome, or what a person can do about it; the latter makes a `Rejected`.
    """

    then: Outcome | str
    codes: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset()
    words: str = ""

    def fits(self, said: Said) -> bool:
        return (
            bool(self.codes & said.codes)
            or said.status in self.statuses
            or bool(self.words and re.search(self.words, said.words, re.IGNORECASE))
        )


def judge(name: str, rules: Iterable[Rule], said: Said) -> Outcome:
    """The first rule that fits; without one the platform has refused the post for good."""
    fix = "Change the post and publish it again."
    for rule in rules:
        if rule.fits(said):
            if not isinstance(rule.then, str):
                return rule.then
            fix = rule.then
            break
    return Rejected(quoted(name, said.words, fix), code=min(said.codes, default=""))


def harmless(verdict: Outcome, otherwise: NotPublished) -> NotPublished:
    """What a verdict means to a call that publishes nothing. `otherwise`: where the rule speaks of
    one that does, and doubts.
    """
    return verdict if isinstance(verdict, TryLater | Rejected | Reconnect) else otherwise


def repeatable(answer: Answer, name: str) -> Reply | NotPublished:
    """For a call that leaves nothing public: whatever went wrong, it may be made again.

    What stays a reply is a 2xx, or a 4xx that speaks of the request itself.
    """
    if isinstance(answer, Uncertain):
        return TryLater(answer.reason)
    if not isinstance(answer, Reply):
        return answer
    if (refused := _refused(answer, name)) is not None:
        return refused
    if _is_unclear(answer):
        reason = f"{name} has trouble (status {answer.status})."
        return TryLater(reason, after=wait_from(answer.headers))
    return answer


def committed(answer: Answer, name: str) -> Reply | Outcome:
    """For the call that publishes: what is not clearly a no may be live."""
    if not isinstance(answer, Reply):
        return answer
    if (refused := _refused(answer, name)) is not None:
        return refused
    if _is_unclear(answer):
        return Uncertain(f"{name} answered with status {answer.status}, so the post may be live.")
    return answer


def slowed(answer: Answer, name: str, *path: str, whom: str = "us") -> TryLater | None:
    """Where the answer itself says at `path` in how many seconds it may be tried again."""
    if not isinstance(answer, Reply) or answer.status != 429:
        return None
    said = at(answer.json, *path) if path else None
    wait = seconds_until(str(said)) if isinstance(said, int | float) else None
    reason = f"{name} asks {whom} to slow down. The post goes out as soon as it allows."
    return TryLater(reason, after=wait or wait_from(answer.headers), rate_limited=True)


def nameless(name: str) -> Uncertain:
    return Uncertain(f"{name} accepted the post but did not say which one it is.")


def _refused(reply: Reply, name: str) -> TryLater | Reconnect | None:
    if (wait := slowed(reply, name)) is not None:
        return wait
    if reply.status == 401:
        return Reconnect(f"{name} no longer accepts our access. Connect the account again.")
    return None


def _is_unclear(reply: Reply) -> bool:
    """A redirect, a timeout of theirs, a fault of theirs: it may have been carried out."""
    return not is_fine(reply) and (reply.status == 408 or not 400 <= reply.status < 500)


def is_fine(reply: Reply) -> bool:
    return 200 <= reply.status < 300


def quoted(name: str, words: str, fix: str = "") -> str:
    """The platform's own words, short and in quotation marks, and what to do."""
    words = " ".join(words.split())
    if len(words) > LONGEST_QUOTE:
        words = words[:LONGEST_QUOTE].rstrip() + "…"
    said = f"{name} says: “{words}”" if words else f"{name} refused it without a reason."
    return f"{said} {fix}".strip()


# -- reading parsed JSON that may have any shape


def at(found: Any, *path: str | int) -> Any:
    """The value at the end of the way; None when any step of it is not there."""
    for step in path:
        if isinstance(step, int) and isinstance(found, list) and -len(found) <= step < len(found):
            found = found[step]
        elif isinstance(step, str) and isinstance(found, dict):
            found = found.get(step)
        else:
            return None
    return found


def text_at(found: Any, *path: str | int) -> str:
    value = at(found, *path)
    return value if isinstance(value, str) else ""


def figures_at(found: Any, names: Mapping[str, str], *, signed: bool = False) -> dict[str, float]:
    """By our names the numbers that stand under theirs, which `names` has first.

    Left out is what is no number, or more than anything is counted to; or, unless it is `signed`,
    less than nought.
    """
    least = -MOST_COUNTED if signed else 0
    told = ((ours, at(found, theirs)) for theirs, ours in names.items())
    return {
        name: float(value)
        for name, value in told
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and least <= value < MOST_COUNTED
    }


def list_at(found: Any, *path: str | int) -> list[Any]:
    value = at(found, *path)
    return value if isinstance(value, list) else []
