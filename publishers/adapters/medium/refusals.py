"""What Medium means when it says no. Called by the adapter beside it."""

from publishers.contract import Outcome, Reconnect, Reply, TryLater
from publishers.verdicts import Rule, Said, at, text_at
from publishers.waits import wait_from

NAME = "Medium"
# Ten stories in 24 hours; nothing says when the first of them was.
DAY_PAUSE, EDGE_PAUSE = 3600, 900
SIGNED_OUT = Reconnect(
    "Medium no longer accepts the integration token. Medium gives out no new ones: connect again "
    "if you have another, else post there by hand."
)
SPENT = TryLater(
    "Medium takes ten stories in 24 hours. This one goes out as soon as it allows.",
    after=DAY_PAUSE,
    rate_limited=True,
)
RULES = (
    Rule(SPENT, words="rate limit"),
    Rule(SIGNED_OUT, codes=frozenset({"6003"}), words="token was invalid"),
    Rule(
        "The account may not publish this there. In a publication for which you write but that you "
        "do not edit, choose “Leave it as a draft”.",
        statuses=frozenset({403}),
    ),
    Rule("Save the picture again as JPEG or PNG.", statuses=frozenset({413, 415})),
    Rule("Check the title, the tags and the address under “First published at”.", words="."),
)


def words_of(reply: Reply) -> Said:
    first = at(reply.json, "errors", 0)
    code = at(first, "code")
    codes = frozenset({str(code)}) if isinstance(code, int) else frozenset[str]()
    return Said(text_at(first, "message"), codes, reply.status)


def turned_away(reply: Reply) -> TryLater | None:
    """A page for people in place of a refusal: what stands in front of Medium let nothing in."""
    if reply.json is None and reply.body.lstrip()[:1] == b"<":
        reason = "Something in front of Medium takes us for a robot and lets nothing through."
        return TryLater(reason, after=wait_from(reply.headers) or EDGE_PAUSE)
    return None


def told[Told: Outcome](outcome: Told) -> Told | TryLater | Reconnect:
    """The words of what every platform says, where there is more to say here."""
    if isinstance(outcome, Reconnect):
        return SIGNED_OUT
    if isinstance(outcome, TryLater) and outcome.rate_limited:
        return TryLater(SPENT.reason, after=outcome.after or DAY_PAUSE, rate_limited=True)
    return outcome
