"""What LinkedIn means when it says no. Called by the adapter beside it."""

import re
from datetime import UTC, datetime, timedelta

from publishers.contract import Reconnect, Rejected, Reply, TryLater, Uncertain
from publishers.verdicts import Rule, Said, list_at, text_at

NAME = "LinkedIn"
# An upload whose address has ended begins anew.
EXPIRED = TryLater(
    "The place for a picture or video on LinkedIn has expired; a new one is asked for.", after=1
)
# Not asked for, or lost since.
DENIED = Reconnect(
    "LinkedIn does not let us post here. Connect the account again, and for a page check that you "
    "may still post for it."
)
UNTOLD = Rejected(
    "LinkedIn does not tell us these figures with the access we have. Connect the account again; "
    "the app needs the product Community Management.",
    code="ACCESS_DENIED",
)
# What was uploaded is no good, and must be made anew.
SPOILT = frozenset(
    {
        "INVALID_IMAGE_ID",
        "INVALID_VIDEO_ID",
        "INVALID_DOCUMENT_ID",
        "MEDIA_ASSET_PROCESSING_FAILED",
    }
)
RULES = (
    Rule(
        Uncertain("LinkedIn says that this was posted a short while ago, so it may be live."),
        codes=frozenset({"DUPLICATE_POST"}),
        words="duplicate of urn:",
    ),
    Rule(
        Uncertain("LinkedIn met a conflict while posting, so the post may be live."),
        codes=frozenset({"CONFLICT"}),
        statuses=frozenset({409}),
    ),
    Rule(
        TryLater("LinkedIn is still taking in the pictures or the video.", after=10),
        codes=frozenset({"MEDIA_ASSET_WAITING_UPLOAD"}),
    ),
    Rule(EXPIRED, codes=frozenset({"EXPIRED_UPLOAD_URL"})),
    Rule(
        TryLater(
            "LinkedIn has retired the version of its interface that we speak. An administrator "
            "must update this installation, or name another version in its settings.",
            after=3600,
            rate_limited=True,
        ),
        codes=frozenset({"NONEXISTENT_VERSION"}),
        statuses=frozenset({426}),
    ),
    Rule(
        "Save the picture again as JPEG or PNG, a video as MP4.",
        codes=SPOILT,
        statuses=frozenset({413, 415}),
    ),
    Rule(DENIED, codes=frozenset({"ACCESS_DENIED"}), statuses=frozenset({403})),
    Rule("Shorten the text.", codes=frozenset({"FIELD_LENGTH_TOO_LONG"})),
)
# Of figures: that they are not told is no reason to sign in again.
READING = (Rule(UNTOLD, codes=frozenset({"ACCESS_DENIED"}), statuses=frozenset({403})), *RULES)


def words_of(reply: Reply) -> Said:
    inputs = list_at(reply.json, "errorDetails", "inputErrors")
    found = [text_at(reply.json, "code"), *(text_at(row, "code") for row in inputs)]
    described = [text_at(row, "description") for row in inputs]
    words = [text_at(reply.json, "message"), *described]
    return Said(
        " ".join(dict.fromkeys(filter(None, words))),
        frozenset(code for code in found if code),
        reply.status,
    )


def paced(outcome: TryLater, reply: Reply) -> TryLater:
    """No header says how long: a limit per day lasts until midnight UTC, the others minutes."""
    if outcome.after is not None or not re.search(r"\bday\b", words_of(reply).words, re.IGNORECASE):
        return outcome
    now = datetime.now(UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return TryLater(outcome.reason, int((midnight - now).total_seconds()) + 1, rate_limited=True)
