"""What Reddit means when it says no, in three shapes. Called by the adapter beside it."""

import re

from publishers.contract import Outcome, Reconnect, Reply, TryLater
from publishers.verdicts import Rule, Said, judge, list_at, text_at
from publishers.waits import wait_from

NAME = "Reddit"
# Its own words are rounded down.
MARGIN = 1
QUOTA_SECONDS = 3600
USUAL_SECONDS = 600
_UNITS = {"millisecond": 0.001, "second": 1.0, "minute": 60.0, "hour": 3600.0}
_WAIT = re.compile(rf"(\d{{1,9}})\s*({'|'.join(_UNITS)})s?\b", re.IGNORECASE)

_SLOWER = TryLater(f"{NAME} lets this account post less often for now.", rate_limited=True)
_FULL = TryLater(
    f"{NAME} takes no more posts of this account for an hour.",
    after=QUOTA_SECONDS,
    rate_limited=True,
)
RULES = (
    Rule(_SLOWER, codes=frozenset({"RATELIMIT", "SUBREDDIT_RATELIMIT"})),
    Rule(_FULL, codes=frozenset({"QUOTA_FILLED"})),
    Rule(
        Reconnect(f"{NAME} no longer knows who we are. Connect the account again."),
        codes=frozenset({"USER_REQUIRED"}),
    ),
    Rule(
        f"Verify the account's e-mail address on {NAME}, then publish it again.",
        codes=frozenset({"VERIFIED_USER_REQUIRED"}),
    ),
    Rule(
        f"{NAME} wants to see a person: post once on its own pages, then publish it again.",
        codes=frozenset({"BAD_CAPTCHA"}),
    ),
    Rule(
        "This link was posted in that subreddit before. Change it, or choose another subreddit.",
        codes=frozenset({"ALREADY_SUB"}),
    ),
    Rule("Check the subreddit's name.", codes=frozenset({"SUBREDDIT_NOEXIST"})),
    Rule(
        "Choose a subreddit where this account may post.",
        codes=frozenset({"SUBREDDIT_NOTALLOWED"}),
    ),
    Rule(
        "That subreddit takes no posts of text. Add a link or a picture.", frozenset({"NO_SELFS"})
    ),
    Rule("That subreddit takes no links. Take the link out.", frozenset({"NO_LINKS"})),
    Rule(
        "That subreddit takes no galleries. Keep one picture, or choose another subreddit.",
        frozenset({"GALLERIES_DISABLED"}),
    ),
    Rule("That subreddit takes no links to this site.", frozenset({"DOMAIN_BANNED"})),
    Rule("Check the link.", frozenset({"BAD_URL"})),
    Rule("Shorten it.", frozenset({"TOO_LONG"})),
    Rule("Write something.", frozenset({"NO_TEXT"})),
    Rule("Choose another flair.", frozenset({"BAD_FLAIR_TEMPLATE_ID"})),
    Rule(
        "The subreddit is private, or this account is banned there. Choose another one.",
        statuses=frozenset({403}),
    ),
    Rule("Check the subreddit's name.", statuses=frozenset({404})),
)


def is_refusal(reply: Reply) -> bool:
    """Also with status 200 it may have refused."""
    return bool(_errors(reply))


def judged(reply: Reply) -> Outcome:
    """What a refusal means, with the wait that it asks for."""
    said = words_of(reply)
    outcome = judge(NAME, RULES, said)
    if outcome is _SLOWER:
        wait = _asked_in(said.words) or wait_from(reply.headers) or USUAL_SECONDS
        return TryLater(_SLOWER.reason, after=wait, rate_limited=True)
    return outcome


def words_of(reply: Reply) -> Said:
    rows = _errors(reply)
    codes = {code for code, _ in rows} | {text_at(reply.json, "reason")}
    words = [words for _, words in rows] or [
        text_at(reply.json, "explanation") or text_at(reply.json, "message")
    ]
    return Said(" ".join(filter(None, words)), frozenset(filter(None, codes)), reply.status)


def _errors(reply: Reply) -> list[tuple[str, str]]:
    rows = list_at(reply.json, "json", "errors")
    return [(text_at(row, 0), text_at(row, 1)) for row in rows if text_at(row, 0)]


def _asked_in(words: str) -> int | None:
    """Seconds, of “Take a break for 4 minutes” or “try again in 900 milliseconds”."""
    found = _WAIT.search(words)
    return int(int(found[1]) * _UNITS[found[2].lower()]) + MARGIN if found else None
