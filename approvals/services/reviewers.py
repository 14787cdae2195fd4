"""Who reviews for a team: one stage, its people, and how many of them must agree."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.audit import About
from accounts.models import Membership, Team
from approvals.errors import ReviewError
from approvals.models import Reviewer, ReviewRequest, Stage, Workflow


class NotPossible(ReviewError):
    pass


def stage_of(team: Team) -> Stage | None:
    """The stage in force; None while the team has chosen nobody."""
    return Stage.objects.filter(workflow__team=team).order_by("workflow_id", "position").first()


@transaction.atomic
def add(
    *, team: Team, membership: Membership | None = None, email: str = "", name: str = ""
) -> Reviewer:
    """A member, or somebody outside by address. Raises NotPossible for who is there already."""
    stage = _locked_stage(team)
    if membership is not None and not membership.can("review"):
        raise NotPossible(_("A viewer only looks. Give them the role of an editor first."))
    member = (
        membership or Membership.objects.for_team(team).filter(user__email__iexact=email).first()
    )
    there = (
        stage.reviewers.filter(membership=member)
        if member
        else stage.reviewers.filter(email__iexact=email)
    )
    if there.exists():
        raise NotPossible(_("This person reviews already."))
    if member is not None:
        made = Reviewer.objects.create(stage=stage, membership=member)
    else:
        made = Reviewer.objects.create(stage=stage, email=email, name=name)
    _say("reviewer.add", team, made)
    return made


@transaction.atomic
def remove(*, team: Team, reviewer: Reviewer) -> None:
    """Open reviews stay with the members who were asked; the links of an outsider end at once."""
    stage = _locked_stage(team)
    if reviewer.membership_id is None:
        ReviewRequest.objects.filter(
            review__team=team,
            for_member=False,
            email__iexact=reviewer.email,
            used_at=None,
            revoked_at=None,
        ).update(revoked_at=timezone.now())
    _say("reviewer.remove", team, reviewer)
    reviewer.delete()
    left = stage.reviewers.count()
    Stage.objects.filter(pk=stage.pk, needed__gt=max(1, left)).update(needed=max(1, left))


@transaction.atomic
def need(*, team: Team, count: int) -> None:
    stage = _locked_stage(team)
    if not 1 <= count <= max(1, stage.reviewers.count()):
        raise NotPossible(_("No more approvals can be needed than there are reviewers."))
    Stage.objects.filter(pk=stage.pk).update(needed=count)
    before, after = {"needed": stage.needed}, {"needed": count}
    audit.write("reviewer.need", team=team.pk, before=before, after=after)


def _say(verb: str, team: Team, reviewer: Reviewer) -> None:
    who = reviewer.membership.user if reviewer.membership else None
    label = str(who or reviewer.name or reviewer.email)
    about = About("reviewer", reviewer.pk, label)
    audit.write(verb, team=team.pk, about=about, after={"outside": who is None})


def _locked_stage(team: Team) -> Stage:
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    stage = stage_of(team)
    if stage is None:
        workflow = Workflow.objects.for_team(team).first() or Workflow.objects.create(team=team)
        stage = Stage.objects.create(workflow=workflow)
    return Stage.objects.select_for_update(of=("self",)).get(pk=stage.pk)
