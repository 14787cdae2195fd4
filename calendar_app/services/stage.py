"""A card to another column: the real transition, or the reason why there is none."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from calendar_app.errors import Outdated
from calendar_app.queries.places import standing
from calendar_app.services.back import take_back
from posts.errors import IllegalMove
from posts.models import Post
from posts.services import review, schedule, stage
from posts.services.commitment import locked
from posts.states import ASKABLE, Stage

# Where a card may go from each stage, and the step that takes it there. To "review" leads the
# approvals room's own page, which the board links to.
STEPS: dict[Stage, dict[str, Callable[..., object]]] = {
    Stage.IDEA: {"draft": stage.start, "scheduled": schedule.schedule},
    Stage.DRAFTING: {"idea": stage.shelve, "scheduled": schedule.schedule},
    Stage.IN_REVIEW: {"draft": review.withdraw},
    Stage.CHANGES_REQUESTED: {"draft": review.withdraw, "scheduled": schedule.schedule},
    Stage.APPROVED: {"draft": review.withdraw, "scheduled": schedule.schedule},
    Stage.SCHEDULED: {"approved": schedule.unschedule, "draft": review.withdraw},
    Stage.DONE: {},
}
# From what a card was and has become, where nobody has to be asked again for it to be that again.
# Without steps of its own it is given the times that it had.
BACK: dict[tuple[Stage, Stage], Sequence[Callable[..., object]]] = {
    (Stage.IDEA, Stage.DRAFTING): [stage.shelve],
    (Stage.DRAFTING, Stage.IDEA): [stage.start],
    (Stage.IDEA, Stage.SCHEDULED): [review.withdraw, stage.shelve],
    (Stage.DRAFTING, Stage.SCHEDULED): [review.withdraw],
    (Stage.APPROVED, Stage.SCHEDULED): [],
    (Stage.SCHEDULED, Stage.APPROVED): [],
}


def to_column(*, post: Post, column: str, by: User) -> None:
    """Raises IllegalMove with the reason, and what the step itself raises."""
    step = STEPS[Stage(post.stage)].get(column)
    if step is None:
        raise IllegalMove(why_not(post, column))
    step(post=post, by=by)


def leads_back(was: Mapping[str, Any], became: Mapping[str, Any]) -> bool:
    return (was["stage"], became["stage"]) in BACK


@transaction.atomic
def from_column(*, post: Post, was: Mapping[str, Any], became: Mapping[str, Any], by: User) -> None:
    """Back to where it `was`, with its times, as long as it is as it `became`.

    Raises Outdated, and what the steps themselves raise.
    """
    post = locked(post)
    if standing(post).times != became or not leads_back(was, became) or _reviewed(post, was):
        raise Outdated(_("It has been moved since. Nothing was taken back."))
    if steps := BACK[was["stage"], became["stage"]]:
        for step in steps:
            step(post=post, by=by)
    else:
        take_back(post=post, was=was, became=became, by=by)


def _reviewed(post: Post, was: Mapping[str, Any]) -> bool:
    """It came there again, by somebody's yes."""
    return was["stage"] in ASKABLE and review.reviewed(post)


def why_not(post: Post, column: str) -> str:
    """Why a card cannot be dropped there; empty when it can."""
    now = Stage(post.stage)
    if column in STEPS[now] or (column == "review" and now in ASKABLE):
        return _hindrance(post, column)
    if now == Stage.DONE:
        return _("It is published. Duplicate it to write a new one.")
    return str(_REASONS.get((now, column)) or _TO[column])


def _hindrance(post: Post, column: str) -> str:
    if column != "scheduled":
        return ""
    if post.stage != Stage.APPROVED and post.team.review_required:
        return _("This team asks for a review first.")
    if post.planned_at:
        return ""
    return _("Choose a time first, in the composer or on the calendar.")


_REASONS = {
    (Stage.IN_REVIEW, "approved"): gettext_lazy("Open its review to approve it."),
    (Stage.IN_REVIEW, "review"): gettext_lazy("It is in review already."),
    (Stage.SCHEDULED, "review"): gettext_lazy("It is approved and scheduled already."),
    (Stage.APPROVED, "review"): gettext_lazy("It is approved already."),
}
_TO = {
    "idea": gettext_lazy("Take it back to drafting first."),
    "draft": gettext_lazy("It is a draft already."),
    "review": gettext_lazy("It cannot be sent for review from here."),
    "approved": gettext_lazy("Only a review approves a post."),
    "scheduled": gettext_lazy("It has to be approved first."),
    "published": gettext_lazy("Drumbeat moves it here once it is live."),
    "attention": gettext_lazy("Posts come here by themselves when something went wrong."),
}
