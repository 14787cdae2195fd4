"""What DEV means when it says no. Called by the adapter beside it."""

from publishers.contract import Reconnect, Rejected, Reply, TryLater, Uncertain
from publishers.verdicts import Rule, Said, text_at

NAME = "DEV"
KEY = (
    "DEV does not accept the API key, or has restricted the account. Open DEV: if the account is "
    "fine, make a new key under Settings, Extensions, and connect again."
)
TAKEN = r"canonical url has already been taken"
REPEATED = Rule(
    Uncertain("DEV says that this title was used a moment ago, so the article may be there."),
    words=r"title has already been used",
)
# Of a draft, which nobody sees, there is nothing to be looked up.
WAITS = Rule(
    TryLater("DEV takes a title once in five minutes. The article waits for that.", after=300),
    words=REPEATED.words,
)
RULES = (
    REPEATED,
    Rule(
        "Another article on DEV says that it first stood at this address. Give this one its own "
        "“First published at”, or take that out.",
        words=TAKEN,
    ),
    Rule(
        TryLater(
            "Something between us and DEV takes us for a robot and lets nothing through.",
            after=900,
        ),
        words=r"forbidden bots|<!doctype|<html",
    ),
    Rule(
        Rejected("The article is no longer on DEV, or belongs to another account."),
        statuses=frozenset({404}),
    ),
    Rule("Use other tags: letters and digits only, at most four.", words=r"\btags?\b"),
    Rule("Shorten the title or use another one.", words=r"\btitle\b"),
    Rule("Mention fewer people.", words=r"mention"),
    Rule("Look at the {% … %} in the text: DEV does not know one of them.", words="liquid"),
)


def words_of(reply: Reply) -> Said:
    """JSON, or a line of text from what stands in front of the servers."""
    words = text_at(reply.json, "error")
    if not words and reply.json is None:
        words = reply.body[:300].decode(errors="replace")
    return Said(words, frozenset(), reply.status)


def signed_out() -> Reconnect:
    return Reconnect(KEY)
