"""What a server means when it says no. Called by the adapter beside it."""

from publishers.contract import Reconnect, Reply, TryLater, Uncertain
from publishers.verdicts import Rule, Said, text_at

NAME = "Mastodon"
NOT_READY = TryLater(f"{NAME} is still working on the files.", after=5)
RULES = (
    Rule(NOT_READY, words="not finished processing|not been processed"),
    # Also what a repeat is told whose first attempt did make the post.
    Rule(
        Uncertain(f"{NAME} says that the files are in a post already, or gone. Looking for it."),
        words="already attached",
    ),
    Rule(
        Reconnect(f"Our access to {NAME} does not cover this. Connect the account again."),
        words="outside the authorized scopes|insufficient scope",
    ),
    Rule(
        Reconnect(f"{NAME} has disabled, suspended or not yet confirmed the account. Open it."),
        words="login is currently disabled|confirmed e-?mail|pending approval|suspended|moved to",
    ),
    # Some servers have no 401: they say it as a 400, in plain words.
    Rule(
        Reconnect(f"{NAME} no longer accepts our access. Connect the account again."),
        words="invalid bearer token|access token (is|was)|invalid_token",
    ),
    Rule(
        "What it answers, or one of its files, is no longer on the server.",
        statuses=frozenset({404}),
    ),
)


def words_of(reply: Reply) -> Said:
    """JSON, or what a server or something before it says in plain words."""
    words = text_at(reply.json, "error_description") or text_at(reply.json, "error")
    if not words and not isinstance(reply.json, dict) and not reply.body.lstrip().startswith(b"<"):
        words = reply.body[:500].decode(errors="replace")
    return Said(words, frozenset(), reply.status)
