"""What Instagram means when it says no. Called by the adapter beside it."""

import re

from publishers.containers import Status
from publishers.contract import Reconnect, Rejected, TryLater, Uncertain
from publishers.verdicts import Rule

NAME = "Instagram"
# Not worked on to its end yet, whatever it said; and not to be seen for a moment.
TOO_SOON, NOT_SEEN = "9007/2207027", "24/2207008"
# Told apart by being these very outcomes.
GONE = Rejected(f"The post is no longer on {NAME}.", code="gone")
ENDED = TryLater(f"{NAME} no longer has what was prepared; it is sent there again.", after=1)
FEW = Rejected(f"{NAME} tells no figures of what few people saw.", code="few")
CANNOT_FETCH = TryLater(f"{NAME} could not fetch a picture or video from us.", after=30)
_FAULT = f"{NAME} has trouble at the moment."
RULES = (
    Rule(FEW, words="not enough viewers"),
    Rule(GONE, codes=frozenset({"100/33"})),
    Rule(ENDED, codes=frozenset({"-2/2207020"})),
    Rule(CANNOT_FETCH, codes=frozenset({"-2/2207003", "9004/2207052"})),
    Rule(
        TryLater(f"{NAME} allows no more posts today.", after=3600, rate_limited=True),
        codes=frozenset({"9/2207042"}),
    ),
    Rule(
        f"Open {NAME}: it took this for spam, or restricts the account for now.",
        codes=frozenset({"4/2207051", "25/2207050"}),
    ),
    Rule("Choose another moment of the video for its cover.", codes=frozenset({"1/2207057"})),
    Rule(
        "Check that the account may still be posted to, and what is in the post.",
        codes=frozenset({"24/2207006"}),
    ),
    Rule("Save the video again as MP4 with H.264 and AAC.", codes=frozenset({"352/2207026"})),
    Rule("Use a picture of up to 8 MB.", codes=frozenset({"36000/2207004"})),
    Rule("Save the picture as JPEG.", codes=frozenset({"36001/2207005"})),
    Rule("Crop the picture to between 4:5 and 1.91:1.", codes=frozenset({"36003/2207009"})),
    Rule("Shorten the text.", codes=frozenset({"36004/2207010"})),
    Rule("Mention at most 20 people.", codes=frozenset({"100/2207040"})),
    Rule("Use 2 to 10 pictures and videos.", codes=frozenset({"100/2207028"})),
)
FAULTS = frozenset({"-1", "-1/2207001", "-1/2207032", "-1/2207053"})
BEFORE = (*RULES, Rule(TryLater(_FAULT), codes=FAULTS))
COMMITTING = (*RULES, Rule(Uncertain(f"{_FAULT} The post may be live."), codes=FAULTS))
NOT_OURS = Reconnect(f"{NAME} does not know the account under our access. Connect it again.")
# What the prose of a container that failed has in it, by subcode: words, whether a new one may do.
_FAILED = {
    "2207003": (f"{NAME} could not fetch the picture or video from us.", True),
    "2207052": (f"{NAME} could not fetch the picture or video from us.", True),
    "2207001": (_FAULT, True),
    "2207032": (_FAULT, True),
    "2207053": (_FAULT, True),
    "2207026": (f"{NAME} cannot use the video. Save it again as MP4 with H.264 and AAC.", False),
    "2207004": (f"{NAME} takes pictures of up to 8 MB.", False),
    "2207005": (f"{NAME} cannot use the picture. Save it as JPEG.", False),
    "2207009": (f"{NAME} takes pictures between 4:5 and 1.91:1. Crop it.", False),
    "2207010": (f"The text is too long for {NAME}. Shorten it.", False),
}


def failed(prose: str) -> Status:
    found = re.search(r"\b22\d{5}\b", prose)
    if found is None:
        return Status("failed", f"{NAME} could not take it in and does not say why.", mends=True)
    unnamed = (f"{NAME} could not take it in (its code is {found.group()}).", False)
    words, mends = _FAILED.get(found.group(), unnamed)
    return Status("failed", words, mends)
