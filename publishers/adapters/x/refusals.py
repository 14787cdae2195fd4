"""What X means when it says no. Called by the adapter beside it."""

from publishers.contract import Reconnect, Reply, TryLater, Uncertain
from publishers.verdicts import Rule, Said, at, text_at

NAME = "X"
_PLAIN = "not permitted to perform this action"
TOO_LONG = (
    "Only accounts with Premium write more than 280 characters, and this one may have lost it. "
    "Shorten the text, or see on X what the account may do."
)
RULES = (
    Rule(
        Uncertain("X says that this was posted a short while ago, so it may be live already."),
        codes=frozenset({"187"}),
        words="duplicate content",
    ),
    Rule(
        TryLater(
            "The credits of this installation's X app are used up. An administrator can add some.",
            after=3600,
            rate_limited=True,
        ),
        codes=frozenset({"usage-capped", "credits-depleted"}),
        statuses=frozenset({402}),
    ),
    Rule(
        Reconnect("X has locked or suspended the account. Open X, then connect it again."),
        codes=frozenset({"64", "326", "user-suspended"}),
        words=r"\b(suspended|locked)\b",
    ),
    Rule(
        Reconnect("Our access to X does not cover this. Connect the account again."),
        codes=frozenset({"89", "unsupported-authentication", "oauth1-permissions"}),
    ),
    Rule(
        "An administrator must give this installation's X app access to the API.",
        codes=frozenset({"client-forbidden", "client-not-enrolled"}),
    ),
    Rule("Cut the video and upload that file.", words="video longer than"),
    Rule(TOO_LONG, codes=frozenset({"186"}), words=r"\b(too long|shorter)\b"),
    Rule("Leave one cashtag in the text.", words="cashtag"),
    Rule(
        "Take the quoted post out, or quote one of this account.", words="quoting this post is not"
    ),
    Rule(
        "The text may be too long for this account, or the account restricted. Try it on X.",
        words=_PLAIN,
    ),
)
# Of what is long it says no more than that.
RULES_OF_LONG = (Rule(TOO_LONG, words=_PLAIN), *RULES)


def words_of(reply: Reply) -> Said:
    """Two shapes: a problem document, whose type ends in a name, and numbered errors."""
    first = at(reply.json, "errors", 0)
    names = (text_at(first, "message"), text_at(reply.json, "detail"), text_at(reply.json, "title"))
    words = next((name for name in names if name), "")
    kind = text_at(reply.json, "type").rstrip("/").rpartition("/")[2]
    code = at(first, "code")
    codes = {kind, str(code) if isinstance(code, int) else ""} - {"", "about:blank"}
    return Said(words, frozenset(codes), reply.status)
