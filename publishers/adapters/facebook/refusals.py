"""What Facebook means when it says no. Called by the adapter beside it."""

from publishers.contract import Rejected, TryLater, Uncertain
from publishers.graph import either
from publishers.verdicts import Rule

NAME = "Facebook"
# Told apart by being these very outcomes.
GONE = Rejected(f"The post is no longer on {NAME}.", code="gone")
NO_FIGURES = Rejected(f"{NAME} does not count this.", code="figures")
SIX_HOURS = 6 * 3600
_ACT = f"Open {NAME} as the page and follow what it asks for."
_TROUBLE = f"{NAME} has trouble at the moment."
RULES = (
    Rule(GONE, codes=frozenset({"100/33"})),
    Rule(NO_FIGURES, codes=either(3001, 1504028)),
    Rule(
        Uncertain(f"{NAME} says that this was posted already, so it may be live."),
        codes=either(506, 1366051, 1404082),
    ),
    Rule(
        TryLater(f"{NAME} finds that the page posts too fast.", SIX_HOURS, rate_limited=True),
        codes=either(1390008),
    ),
    Rule(_ACT, codes=either(4854002, 1404078, 1404006, 1404112)),
    Rule("Change the text: it breaks a rule there.", codes=either(1346003, 1404102)),
    Rule("Check the link: it cannot be read there.", codes=either(1609005, 2061006)),
    Rule("Use a JPEG or PNG of up to 4 MB.", codes=either(1366046, 1349125)),
    Rule("Save the video again as MP4, upright and of up to 90 seconds.", codes=either(382, 6000)),
    Rule("Save the video again and publish it anew.", codes=either(6001)),
    Rule("Use the access of the page: this one is a person's.", codes=either(210)),
    Rule(TryLater(f"{NAME} could not take in the video.", after=60), codes=either(389)),
)
PASSING = either(1363047, 1609010)
BEFORE = (*RULES, Rule(TryLater(_TROUBLE), codes=PASSING))
COMMITTING = (*RULES, Rule(Uncertain(f"{_TROUBLE} The post may be live."), codes=PASSING))
