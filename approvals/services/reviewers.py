"""Who reviews in a stage: members, everybody of a role, and people outside."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.audit import About
from accounts.models import Membership, Team
from approvals.errors import NotPossible
from approvals.limits import MOST_REVIEWERS
from approvals.models import Review, Reviewer, ReviewRequest, Round, Stage, Workflow


def stage_of(team: Team) -> Stage | None:
    """The first stage in force; None while the team has none."""
    mine = Stage.objects.filter(workflow__team=team, workflow__active=True)
    return mine.order_by("workflow_id", "position").first()


@transaction.atomic
def add(
    *,
    team: Team,
    stage: Stage | None = None,
    membership: Membership | None = None,
    role: str = "",
    email: str = "",
    name: str = "",
) -> Reviewer:
    """To a stage, else to the team's first, which is made if need be. Raises NotPossible for a
    viewer, for who is there already, and for one too many.
    """
    stage = _locked_stage(team, stage)
    if membership is not None and not membership.can("review"):
        raise NotPossible(_("A viewer only looks. Give them the role of an editor first."))
    if stage.reviewers.count() >= MOST_REVIEWERS:
        raise NotPossible(_("A stage has at most %(n)s reviewers.") % {"n": MOST_REVIEWERS})
    member = membership or _member_at(team, email)
    if _there(stage, member, role, email).exists():
        raise NotPossible(_("They review already.") if role else _("This person reviews already."))
    if role:
        made = Reviewer.objects.create(stage=stage, role=role)
    elif member is not None:
        made = Reviewer.objects.create(stage=stage, membership=member)
    else:
        made = Reviewer.objects.create(stage=stage, email=email, name=name)
    _say("reviewer.add", team, made)
    return made


def _member_at(team: Team, email: str) -> Membership | None:
    if not email:
        return None
    return Membership.objects.for_team(team).filter(user__email__iexact=email).first()


def _there(stage: Stage, member: Membership | None, role: str, email: str) -> QuerySet[Reviewer]:
    if role:
        return stage.reviewers.filter(role=role)
    if member:
        return stage.reviewers.filter(membership=member)
    return stage.reviewers.filter(email__iexact=email)


@transaction.atomic
def remove(*, team: Team, reviewer: Reviewer) -> None:
    """Open reviews stay with the members who were asked; the links of somebody outside end at once,
    unless another stage still names them.
    """
    stage = _locked_stage(team, reviewer.stage)
    _say("reviewer.remove", team, reviewer)
    reviewer.delete()
    if reviewer.email:
        _end_links(team, reviewer.email)
    left = stage.reviewers.count()
    if not stage.reviewers.exclude(role="").exists():
        Stage.objects.filter(pk=stage.pk, needed__gt=max(1, left)).update(needed=max(1, left))


def _end_links(team: Team, email: str) -> None:
    """Also of rounds that have not begun; with the reviews held, so that none begins meanwhile."""
    if Reviewer.objects.filter(stage__workflow__team=team, email__iexact=email).exists():
        return
    named = Round.objects.filter(
        review__team=team,
        review__state=Review.State.OPEN,
        ended_at=None,
        people__contains=[{"email": email, "membership": None}],
    )
    reviews = sorted(set(named.values_list("review", flat=True)))
    list(Review.objects.select_for_update().filter(pk__in=reviews).order_by("pk"))
    # Also those by which they have answered: nothing is taken back by them any more.
    ReviewRequest.objects.filter(
        review__team=team, for_member=False, email__iexact=email, revoked_at=None
    ).update(revoked_at=timezone.now())
    for one in named.filter(review__in=reviews, began_at=None):
        kept = [person for person in one.people if person["email"] != email]
        Round.objects.filter(pk=one.pk).update(people=kept)


def _say(verb: str, team: Team, reviewer: Reviewer) -> None:
    who = reviewer.membership.user if reviewer.membership else None
    about = About("reviewer", reviewer.pk, str(who or reviewer))
    audit.write(verb, team=team.pk, about=about, after={"outside": bool(reviewer.email)})


def _locked_stage(team: Team, stage: Stage | None) -> Stage:
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    stage = stage or stage_of(team)
    if stage is None:
        workflow = Workflow.objects.for_team(team).filter(active=True).first()
        workflow = workflow or Workflow.objects.create(team=team, name=_("Review"))
        stage = Stage.objects.create(workflow=workflow)
    return Stage.objects.select_for_update(of=("self",)).get(pk=stage.pk)
