"""What a post's state is called on screen: one word out of its stage and its deliveries' states."""

from collections.abc import Iterable

from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from accounts.models import Team
from posts.models import Activity, Delivery
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

# Every word that `status_of` may say, in the order of a post's life.
STATUSES = (
    "idea",
    "draft",
    "review",
    "changes",
    "rejected",
    "approved",
    "scheduled",
    "warning",
    "publishing",
    "unknown",
    "attention",
    "published",
)


# What sends a post back: its stage is the same, and the latest of them says why it is there.
REJECT, CHANGES = "post.reject", "post.request_changes"

# What is out, on its way, or in doubt keeps its time.
_FIXED = frozenset({"published", "publishing", "unknown"})


def may_move(status: str) -> bool:
    """Whether a post that is called so may be given another time."""
    return status not in _FIXED


def status_of(
    stage: str, states: Iterable[str] = (), *, at_risk: bool = False, rejected: bool = False
) -> str:
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
    if rejected and stage == Stage.CHANGES_REQUESTED:
        return "rejected"
    return _STAGES[Stage(stage)]


def rejected() -> Exact:
    """Of a post that was sent back, whether it was rejected."""
    back = Activity.objects.filter(post=OuterRef("pk"), kind__in=(REJECT, CHANGES))
    latest = Subquery(back.order_by("-pk").values("kind")[:1])
    return Exact(Coalesce(latest, Value("")), Value(REJECT))


def called(team: Team, statuses: Iterable[str]) -> Q:
    """The posts of `team` that `status_of` gives one of these words, from all their deliveries."""
    wanted = set(statuses)
    trouble = troubled(team)
    doubt = _delivering(team, Q(state=DeliveryState.UNKNOWN))
    flight = _delivering(team, Q(state__in=IN_FLIGHT))
    risk = _delivering(team, AT_RISK)
    stages = [stage for stage, word in _STAGES.items() if word in wanted and stage != Stage.DONE]
    told = {
        "attention": trouble,
        "unknown": doubt & ~trouble,
        "publishing": flight & ~doubt & ~trouble,
        "warning": risk & ~flight & ~trouble,
    }
    at_stage = Q(stage__in=stages)
    if ("rejected" in wanted) != ("changes" in wanted):
        back = Q(stage=Stage.CHANGES_REQUESTED) & Q(rejected())
        at_stage = at_stage & ~back if "changes" in wanted else at_stage | back
        stages = [*stages, Stage.CHANGES_REQUESTED]
    found = at_stage & ~trouble & ~flight & ~risk if stages else Q(pk__in=[])
    for word in wanted & told.keys():
        found |= ~Q(stage=Stage.DONE) & told[word]
    return found | Q(stage=Stage.DONE) if "published" in wanted else found


def troubled(team: Team) -> Q:
    """Posts of which a delivery waits for somebody's decision."""
    return _delivering(team, Q(state__in=TROUBLED))


def _delivering(team: Team, like: Q) -> Q:
    return Q(pk__in=Delivery.objects.for_team(team).filter(like).values("post"))
