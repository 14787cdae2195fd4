"""How a team reviews, who is asked, what they were shown, and what they said."""

from approvals.models.gates import Link, Ruleset
from approvals.models.review import Decision, Opening, Review, ReviewRequest, Round, due
from approvals.models.workflow import Reviewer, Stage, Workflow

__all__ = [
    "Decision",
    "Link",
    "Opening",
    "Review",
    "ReviewRequest",
    "Reviewer",
    "Round",
    "Ruleset",
    "Stage",
    "Workflow",
    "due",
]
