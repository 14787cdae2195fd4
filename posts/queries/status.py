"""What a post's state is called on screen: one word out of its stage and its deliveries' states."""

from collections.abc import Iterable

from django.db.models import Q

from posts.states import IN_FLIGHT, TROUBLED, DeliveryState, Stage

# Deliveries that are still to go out, and would not as things are: each says why in its `warning`.
AT_RISK = Q(state=DeliveryState.QUEUED) & ~Q(warning="")

_STAGES = {
    Stage.IDEA: "idea",
    Stage.DRAFTING: "draft",
    Stage.IN_REVIEW: "review",
    Stage.CHANGES_REQUESTED: "changes",
    Stage.APPROVED: "approved",
    Stage.SCHEDULED: "scheduled",
    Stage.DONE: "published",
}


def status_of(stage: str, states: Iterable[str] = (), *, at_risk: bool = False) -> str:
    """Trouble first, then doubt, then what is under way, then a warning, else the stage."""
    seen = set(states)
    if stage != Stage.DONE:
        if seen & TROUBLED:
            return "attention"
        if DeliveryState.UNKNOWN in seen:
            return "unknown"
        if seen & IN_FLIGHT:
            return "publishing"
        if at_risk:
            return "warning"
    return _STAGES[Stage(stage)]
