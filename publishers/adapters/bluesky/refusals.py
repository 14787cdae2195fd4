"""What Bluesky means when it says no. Called by the adapter beside it."""

from publishers.contract import Reconnect, Rejected, Reply, TryLater, Uncertain
from publishers.verdicts import Rule, Said, text_at

NAME = "Bluesky"
AGAIN = "Connect the account again with an app password."
RULES = (
    # An ended session is a 400 here, not a 401.
    Rule(
        Reconnect(f"Bluesky ended our session. {AGAIN}"),
        codes=frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"}),
    ),
    Rule(
        Reconnect("Bluesky has taken down, suspended or deactivated the account. Open Bluesky."),
        codes=frozenset({"AccountTakedown", "AccountSuspended", "AccountDeactivated"}),
    ),
    Rule(
        Uncertain("Bluesky already holds a post under this post's own key. Looking at it."),
        codes=frozenset({"InvalidSwap"}),
    ),
    Rule("Use a smaller version of the file.", codes=frozenset({"PayloadTooLarge"})),
)
UNCONFIRMED = Rule("Confirm the account's e-mail address there first.", words="e-?mail")
VIDEO_FIX = "Save it again as MP4 with H.264, of at most ten minutes."
VIDEO_RULES = (
    # The pass of one call, never the account's session.
    Rule(
        TryLater("The video service did not accept the server's pass for the account."),
        codes=frozenset(
            {
                "ExpiredToken",
                "InvalidToken",
                "AuthMissing",
                "AuthRequired",
                "AuthenticationRequired",
            }
        ),
    ),
    Rule(
        TryLater(f"{NAME} takes no more videos of this account for now.", after=3600),
        codes=frozenset({"DailyLimitExceeded", "TooManyOpenUploads"}),
    ),
    Rule(TryLater("The video service has too much to do."), codes=frozenset({"ServiceOverloaded"})),
    Rule("Save the video smaller, or cut it.", codes=frozenset({"VideoTooLarge", "VideoTooLong"})),
    Rule(VIDEO_FIX, codes=frozenset({"UnsupportedContentType", "BadAspectRatio"})),
    UNCONFIRMED,
)
# What is to be answered is looked up first: the server itself takes answers to nothing.
GONE = (
    Rule(
        Rejected("The post before it is no longer on Bluesky, so nothing can follow it there."),
        codes=frozenset({"RecordNotFound"}),
    ),
)
SIGN_IN_RULES = (
    Rule(
        "Use an app password, not the one you sign in with: Settings, Privacy and security.",
        codes=frozenset({"AuthFactorTokenRequired"}),
    ),
    Rule(
        "Check the handle, the app password and, on another host, its address.",
        codes=frozenset({"AuthenticationRequired", "InvalidRequest"}),
    ),
)


def words_of(reply: Reply) -> Said:
    error = text_at(reply.json, "error")
    codes = {error} if error else {"PayloadTooLarge"} if reply.status == 413 else set()
    return Said(text_at(reply.json, "message") or error, frozenset(codes), reply.status)
