"""What Pinterest means when it says no. Its codes are its own numbers. Called by the adapter."""

from publishers.contract import Outcome, Reconnect, Reply, TryLater
from publishers.verdicts import Rule, Said, at, judge, text_at
from publishers.waits import wait_from

NAME = "Pinterest"

RULES = (
    Rule(
        Reconnect(f"{NAME} no longer accepts our access. Connect the account again."),
        codes=frozenset({"2"}),
        words="authentication failed",
    ),
    Rule(
        Reconnect(f"{NAME} was not allowed to let us do this. Connect again and allow all of it."),
        codes=frozenset({"3"}),
    ),
    Rule(
        "An administrator must ask for that access in its developer portal.",
        codes=frozenset({"29"}),
    ),
    Rule(TryLater(f"{NAME} could not reach the link or a picture."), words="unable to reach"),
    Rule("Check the board's name.", codes=frozenset({"40"}), words="board not found"),
    Rule("It is gone there.", codes=frozenset({"50"}), words="pin not found"),
    Rule("Check the link.", words="invalid url|blocked|spam"),
    Rule("Choose a board of this account.", statuses=frozenset({403})),
)
_FAST = frozenset({"8"})


def code_in(reply: Reply) -> str:
    """Some answers repeat their status where others have a number of Pinterest's."""
    code = at(reply.json, "code")
    return str(code) if isinstance(code, int) and not isinstance(code, bool) else ""


def judged(reply: Reply) -> Outcome:
    code = code_in(reply)
    if code in _FAST:
        after = wait_from(reply.headers)
        return TryLater(f"{NAME} asks us to slow down.", after=after, rate_limited=True)
    codes = frozenset({code or str(reply.status)})
    return judge(NAME, RULES, Said(text_at(reply.json, "message"), codes, reply.status))
