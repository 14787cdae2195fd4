"""What Discord means when it says no. Called by the modules beside it."""

from collections.abc import Iterator
from typing import Any

from publishers import verdicts
from publishers.contract import Reconnect, Rejected, Reply, TryLater
from publishers.verdicts import Answer, Rule, Said, at, list_at, text_at

NAME = "Discord"
# Of a webhook, its message, the channel that it stands in.
NO_WEBHOOK, NO_MESSAGE, NO_CHANNEL = "10015", "10008", "10003"
DEEPEST = 8
ANOTHERS = Rejected(
    "Another webhook wrote it, and only that one can change or delete it. Connect with that one, "
    f"or do it by hand in {NAME}."
)
# A thread is a channel too.
NO_THREAD = Rule("There is no thread of that number. Look at its address.", frozenset({NO_CHANNEL}))
RULES = (
    Rule(
        Reconnect(
            "The webhook or its channel was deleted. Make another one under the channel's "
            "settings, Integrations, and connect with it."
        ),
        codes=frozenset({NO_WEBHOOK, NO_CHANNEL, "50027"}),
    ),
    Rule("It is no longer there.", codes=frozenset({NO_MESSAGE})),
    Rule(
        "This channel is a forum: give the post a title under its options, or the number of a "
        "thread.",
        codes=frozenset({"220001"}),
    ),
    Rule("Only a forum takes titles: take it out of the options.", codes=frozenset({"220003"})),
    Rule(
        "Give a title or the number of a thread, not both.",
        codes=frozenset({"220002"}),
    ),
    Rule("The thread is closed. Choose another one.", codes=frozenset({"50083", "160005"})),
    Rule("Write something or add a picture.", codes=frozenset({"50006"})),
    Rule(
        "Make the pictures and videos smaller: together they are too large.",
        codes=frozenset({"40005"}),
        statuses=frozenset({413}),
    ),
    Rule(
        "Its filter on that server stops the words or a link in it.",
        codes=frozenset({"200000", "240000"}),
    ),
    Rule(
        Reconnect(
            f"{NAME} does not let this webhook post. Look at the channel's settings, Integrations, "
            "and connect again."
        ),
        statuses=frozenset({403}),
    ),
    Rule(
        Reconnect(f"{NAME} does not know this webhook. Connect with another one."),
        statuses=frozenset({404}),
    ),
)


def rules_in(thread: str) -> tuple[Rule, ...]:
    """What a refusal means there; empty: in the channel itself."""
    return (NO_THREAD, *RULES) if thread else RULES


def words_of(reply: Reply) -> Said:
    """What is wrong with each field, where it says that; else its one sentence."""
    code = at(reply.json, "code")
    codes = frozenset({str(code)}) if isinstance(code, int) and code else frozenset[str]()
    details = list(dict.fromkeys(_details(at(reply.json, "errors"), DEEPEST)))
    return Said(" ".join(details) or text_at(reply.json, "message"), codes, reply.status)


def _details(found: Any, deep: int) -> Iterator[str]:
    """`errors` has the shape of what was sent, and `_errors` where something is wrong."""
    for row in list_at(found, "_errors"):
        if words := text_at(row, "message"):
            yield words
    if isinstance(found, dict) and deep:
        for name, inner in found.items():
            if name != "_errors":
                yield from _details(inner, deep - 1)


def slowed(answer: Answer) -> TryLater | None:
    """A limit may be that of all at this address, which whatever stands before it may tell without
    any words.
    """
    found = answer.json if isinstance(answer, Reply) else None
    everybody = at(found, "global") is True or not isinstance(found, dict)
    whom = "this whole installation" if everybody else "us"
    return verdicts.slowed(answer, NAME, "retry_after", whom=whom)
