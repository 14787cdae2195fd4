"""A team's workflows and their stages. What runs already keeps the rounds that it began with."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.audit import About
from accounts.models import Membership, Team
from approvals.errors import NotPossible
from approvals.limits import MOST_STAGES, MOST_WORKFLOWS
from approvals.models import Reviewer, Stage, Workflow
from approvals.patterns import Pattern
from posts.models import Campaign, Tag
from publishers.models import Channel

# Above every place, so that renumbering meets no stage that is still to be moved.
_ASIDE = 1000


@dataclass(frozen=True)
class Rule:
    """To which posts a workflow applies, and how its stages follow each other."""

    name: str
    active: bool
    reach: str
    asks: bool
    at_once: bool
    when_link: bool
    when_media: bool
    when_fresh: bool
    lead_hours: int = 0
    remind_hours: int = 24
    backup: Membership | None = None
    campaigns: Iterable[Campaign] = field(default=())
    channels: Iterable[Channel] = field(default=())
    tags: Iterable[Tag] = field(default=())


# What a pattern begins with.
USUAL_LEAD = 4
FLAGS = (
    "name",
    "active",
    "reach",
    "asks",
    "at_once",
    "when_link",
    "when_media",
    "when_fresh",
    "lead_hours",
    "remind_hours",
)


@transaction.atomic
def create(*, team: Team, pattern: Pattern, name: str = "") -> Workflow:
    """From a pattern. Raises NotPossible for one too many."""
    _hold(team)
    if Workflow.objects.for_team(team).count() >= MOST_WORKFLOWS:
        words = _("A team has at most %(n)s workflows. Remove one that is not in force.")
        raise NotPossible(words % {"n": MOST_WORKFLOWS})
    made = Workflow.objects.create(
        team=team,
        name=(name or str(pattern.title))[:80],
        asks=pattern.asks,
        lead_hours=USUAL_LEAD,
    )
    for position, sketch in enumerate(pattern.sketches, start=1):
        stage = Stage.objects.create(
            workflow=made, name=str(sketch.name), position=position, needed=sketch.needed
        )
        Reviewer.objects.bulk_create(Reviewer(stage=stage, role=role) for role in sketch.roles)
    _say("workflow.create", made, after={"kind": pattern.id})
    return made


@transaction.atomic
def change(*, workflow: Workflow, rule: Rule) -> None:
    """What was sent last counts."""
    _hold(workflow.team)
    workflow.refresh_from_db()
    before = told(workflow)
    for name in FLAGS:
        setattr(workflow, name, getattr(rule, name))
    workflow.backup = rule.backup
    workflow.save(update_fields=[*FLAGS, "backup"])
    workflow.campaigns.set(rule.campaigns)
    workflow.channels.set(rule.channels)
    workflow.tags.set(rule.tags)
    was, now = audit.changed(before, told(workflow))
    _say("workflow.change", workflow, before=was, after=now)


def told(workflow: Workflow) -> dict[str, Any]:
    """What the audit log keeps of it."""
    return {
        **{name: getattr(workflow, name) for name in FLAGS},
        "backup": str(workflow.backup.user) if workflow.backup else "",
        "campaigns": [str(one) for one in workflow.campaigns.all()],
        "channels": [str(one) for one in workflow.channels.all()],
        "tags": [str(one) for one in workflow.tags.all()],
    }


@transaction.atomic
def remove(*, workflow: Workflow) -> None:
    _say("workflow.remove", workflow, before=told(workflow))
    workflow.delete()


@transaction.atomic
def add_stage(*, workflow: Workflow, name: str) -> Stage:
    """After the others. Raises NotPossible for one too many."""
    _hold(workflow.team)
    stages = list(workflow.stages.all())
    if len(stages) >= MOST_STAGES:
        words = _("A workflow has at most %(n)s stages.")
        raise NotPossible(words % {"n": MOST_STAGES})
    place = max((stage.position for stage in stages), default=0) + 1
    made = Stage.objects.create(workflow=workflow, name=name, position=place)
    _say("workflow.stage", workflow, after={"name": name, "position": place})
    return made


@transaction.atomic
def change_stage(*, stage: Stage, name: str, everybody: bool, needed: int, position: int) -> None:
    """`position`: which place it takes among the others, from 1. Raises NotPossible."""
    workflow = stage.workflow
    _hold(workflow.team)
    stage = Stage.objects.select_related("workflow").get(pk=stage.pk)
    _require_enough(stage, needed)
    before = {"name": stage.name, "needed": stage.needed, "everybody": stage.everybody}
    after = {"name": name, "needed": needed, "everybody": everybody}
    Stage.objects.filter(pk=stage.pk).update(name=name, everybody=everybody, needed=needed)
    others = list(workflow.stages.exclude(pk=stage.pk).values_list("pk", flat=True))
    others.insert(max(0, position - 1), stage.pk)
    _renumber(others)
    was, now = audit.changed(before, after)
    _say("workflow.stage", workflow, before=was, after={**now, "position": position})


def _require_enough(stage: Stage, needed: int) -> None:
    """Who is in a role is known only when a post is sent for review."""
    people = stage.reviewers.all()
    if needed > max(1, len(people)) and not any(one.role for one in people):
        raise NotPossible(_("No more approvals can be needed than there are reviewers."))


@transaction.atomic
def remove_stage(*, stage: Stage) -> None:
    workflow = stage.workflow
    _hold(workflow.team)
    _say("workflow.stage", workflow, before={"name": str(stage), "position": stage.position})
    stage.delete()
    _renumber(list(workflow.stages.values_list("pk", flat=True)))


def _renumber(order: Iterable[int]) -> None:
    """A place is taken by one stage at any moment, so they step aside first."""
    for shift in (_ASIDE, 0):
        for place, pk in enumerate(order, start=1):
            Stage.objects.filter(pk=pk).update(position=place + shift)


def _hold(team: Team) -> None:
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)


def _say(verb: str, workflow: Workflow, **said: Any) -> None:
    about = About("workflow", workflow.pk, workflow.name)
    audit.write(verb, team=workflow.team_id, about=about, **said)
