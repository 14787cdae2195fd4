"""What YouTube means when it says no. Called by the adapter beside it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from publishers.contract import Outcome, Reconnect, Rejected, Reply, TryLater
from publishers.verdicts import Rule, Said, at, judge, list_at, text_at
from publishers.waits import clock_of, wait_from

NAME = "YouTube"
# A limit of about a day that rolls on; asked again a few times within it.
LATER = 6 * 3600
_CALIFORNIA = ZoneInfo("America/Los_Angeles")
_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})

RULES = (
    Rule(
        TryLater(
            f"{NAME} takes no more videos of this account for now.", after=LATER, rate_limited=True
        ),
        frozenset({"uploadLimitExceeded"}),
    ),
    Rule(
        Reconnect(f"The account has no channel yet. Make one on {NAME} and connect it again."),
        frozenset({"youtubeSignupRequired"}),
    ),
    Rule(
        f"Open {NAME}: the channel is closed, suspended or not this account's.",
        frozenset({"authenticatedUserNotChannel", "channelClosed", "channelSuspended"}),
    ),
    Rule(
        Reconnect(f"{NAME} was not allowed to let us do this. Connect again and leave all ticked."),
        frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "forbidden"}),
    ),
    Rule("Change the title: up to 100 characters without < and >.", frozenset({"invalidTitle"})),
    Rule("Change the text: up to 5,000 bytes without < and >.", frozenset({"invalidDescription"})),
    Rule("Change the tags.", frozenset({"invalidTags"})),
    Rule("Choose another category.", frozenset({"invalidCategoryId"})),
    Rule("Choose again who can see it.", frozenset({"forbiddenPrivacySetting"})),
    Rule("Choose another licence.", frozenset({"forbiddenLicenseSetting"})),
    Rule("It is gone there.", frozenset({"videoNotFound", "commentNotFound", "playlistNotFound"})),
    Rule(
        "Allow comments on the video, or take the first comment out.",
        frozenset({"commentsDisabled"}),
    ),
)
_FAILURES = {
    "conversion": "Save the video again as MP4 with H.264.",
    "codec": "Save the video again as MP4 with H.264.",
    "invalidFile": "Save the video again as MP4 with H.264.",
    "emptyFile": "Upload the video again.",
    "tooSmall": "Upload a longer video.",
    "duplicate": "The channel has this very video already.",
    "length": "Shorten it, or verify the account: then videos may be longer than 15 minutes.",
    "uploaderAccountSuspended": f"Open {NAME}: the account is suspended.",
    "uploaderAccountClosed": f"Open {NAME}: the account is closed.",
}


def codes_in(reply: Reply) -> frozenset[str]:
    return frozenset(_codes(at(reply.json, "error")))


def _codes(error: Any) -> Iterator[str]:
    for row in (*list_at(error, "errors"), *list_at(error, "details")):
        if reason := text_at(row, "reason"):
            yield reason


def paced(reply: Reply) -> TryLater | None:
    """A quota that is spent, or too many calls: said with 403 more often than with 429."""
    codes = codes_in(reply)
    if codes & _SPENT:
        reason = f"{NAME} lets this installation do no more today. It goes on at midnight there."
        return TryLater(reason, after=until_midnight(reply), rate_limited=True)
    if codes & _FAST:
        after = wait_from(reply.headers)
        return TryLater(f"{NAME} asks us to slow down.", after=after, rate_limited=True)
    return None


def until_midnight(reply: Reply) -> int:
    """In seconds, in California, where its day begins."""
    now = datetime.fromtimestamp(clock_of(reply.headers), UTC).astimezone(_CALIFORNIA)
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, round(tomorrow.timestamp() - now.timestamp()))


def judged(reply: Reply) -> Outcome:
    codes = codes_in(reply) or frozenset({str(reply.status)})
    words = text_at(reply.json, "error", "message")
    return judge(NAME, RULES, Said(words, codes, reply.status))


def failed(reason: str) -> Rejected:
    """Of a video that it took and could not, or would not, show."""
    fix = _FAILURES.get(reason, f"Open {NAME} to see why.")
    return Rejected(
        f"{NAME} does not show the video ({reason or 'without a reason'}). {fix}", reason
    )
