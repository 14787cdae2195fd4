"""What Threads means when it says no. Called by the adapter beside it."""

from publishers.contract import Rejected, TryLater
from publishers.verdicts import Rule

NAME = "Threads"
# It is said of a container that Threads holds, also after FINISHED; what it calls lasting passes.
NOT_YET = "24/4279009"
# Told apart by being these very outcomes.
IS_A_POST = Rejected("It is a post already.", code="published")
GONE = Rejected(f"The post is no longer on {NAME}.", code="gone")
CHILDREN = TryLater(f"{NAME} no longer has the pictures; they are sent there again.", after=1)
RULES = (
    Rule(IS_A_POST, words=r"nonexisting field \(status\)"),
    Rule(CHILDREN, codes=frozenset({"100/4279004"})),
    Rule(GONE, codes=frozenset({"100/33"})),
    Rule(
        TryLater(f"{NAME} allows no more posts for now.", after=3600, rate_limited=True),
        words="reached (the )?maximum .*(posts|replies)",
    ),
    Rule("Shorten the text. An emoji counts several times.", words="at most 500 characters"),
    Rule("Use up to five different links.", words="LINK_LIMIT_EXCEEDED"),
    Rule(
        f"Open {NAME}: it has blocked the account or this kind of post for now.",
        codes=frozenset({"100/2207051", "4/2207051"}),
    ),
)
_FORMAT = "Save the video again as MP4 with H.264 and AAC"
# What a container says that failed, in words for people; whether another try may do.
FAILURES = {
    "FAILED_DOWNLOADING_VIDEO": (f"{NAME} could not fetch the video.", True),
    "FAILED_PROCESSING_AUDIO": (f"{NAME} cannot use the video's sound. {_FORMAT}.", False),
    "FAILED_PROCESSING_VIDEO": (f"{NAME} cannot use the video. {_FORMAT}.", False),
    "INVALID_ASPEC_RATIO": (f"{NAME} does not take a picture of this shape. Crop it.", False),
    "INVALID_BIT_RATE": (f"{NAME} takes videos of up to 100 megabits a second.", False),
    "INVALID_DURATION": (f"{NAME} takes videos of up to five minutes. Shorten it.", False),
    "INVALID_FRAME_RATE": (f"{NAME} takes videos with 23 to 60 frames a second.", False),
    "INVALID_AUDIO_CHANNELS": (f"{NAME} takes videos with mono or stereo sound.", False),
    "INVALID_AUDIO_CHANNEL_LAYOUT": (f"{NAME} takes videos with mono or stereo sound.", False),
    "UNKNOWN": (f"{NAME} could not take it in and does not say why.", True),
}
