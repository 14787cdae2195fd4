"""Reads for plan.py: a team's workflows with their people, and what a post is. A few statements,
however many posts there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Membership, Team, User
from approvals.models import Reviewer, Stage, Workflow
from approvals.plan import Facts, Flow, Person, Plan, Step, plan
from posts.models import Delivery, Post, PostMedia, Variant
from posts.states import DeliveryState
from publishers.links import find_links
from publishers.models import Channel


@dataclass(frozen=True)
class Flows:
    """`usual` is for what no workflow applies to."""

    flows: tuple[Flow, ...]
    usual: Flow

    def any(self, name: str) -> bool:
        return any(getattr(flow, name) for flow in self.flows)


def plan_of(post: Post) -> Plan:
    return plans_of(post.team, [post])[post.pk]


def plans_of(team: Team, posts: Sequence[Post]) -> dict[int, Plan]:
    known = flows_of(team)
    facts = _facts_of(team, posts, known)
    return {post.pk: plan(facts[post.pk], known.flows, known.usual) for post in posts}


def barred(team: Team, author: User | None) -> str:
    """The address that reviews nothing this author wrote: theirs, unless the team allows it."""
    return "" if team.allow_self_approval or author is None else author.email.lower()


def guardians(team: Team) -> list[Person]:
    """Who is asked where nobody is chosen."""
    return [_member(m) for m in reviewing(team) if m.role in ("owner", "admin")]


def members(team: Team, people: Iterable[Person]) -> dict[int, Membership]:
    """Those of `people` who may still review in this team, by membership."""
    ids = [person.membership for person in people if person.membership]
    found = Membership.objects.for_team(team).filter(pk__in=ids, user__is_active=True)
    return {m.pk: m for m in found.select_related("user") if m.can("review")}


def reviewing(team: Team) -> list[Membership]:
    """Whose role lets them review."""
    found = Membership.objects.for_team(team).filter(user__is_active=True)
    return [m for m in found.select_related("user").order_by("id") if m.can("review")]


def flows_of(team: Team) -> Flows:
    active = Workflow.objects.for_team(team).filter(active=True)
    rows = active.annotate(**{f"{name}_ids": _ids(name) for name in _SETS}).order_by("id")
    rows = rows.select_related("backup__user")
    stages, reviewers = defaultdict[int, list[Stage]](list), defaultdict[int, list[Reviewer]](list)
    for stage in Stage.objects.filter(workflow__team=team, workflow__active=True):
        stages[stage.workflow_id].append(stage)
    chosen = Reviewer.objects.filter(stage__workflow__team=team, stage__workflow__active=True)
    for reviewer in chosen.select_related("membership__user").order_by("id"):
        reviewers[reviewer.stage_id].append(reviewer)
    known = reviewing(team)
    usual = [_member(m) for m in known if m.role in ("owner", "admin")]

    def step(stage: Stage) -> Step:
        people = _people(reviewers[stage.pk], known) if reviewers[stage.pk] else usual
        return Step(stage.name, tuple(people), None if stage.everybody else stage.needed)

    return Flows(
        tuple(
            _flow(row, [step(stage) for stage in stages[row.pk]] or [_one(usual)]) for row in rows
        ),
        Flow(_("Review by the owners and admins"), steps=(_one(usual),)),
    )


_SETS = ("campaigns", "channels", "tags")


def _ids(name: str) -> ArrayAgg:
    there = Q(**{f"{name}__isnull": False})
    return ArrayAgg(name, distinct=True, filter=there, default=[])


def _flow(row: Any, steps: Sequence[Step]) -> Flow:
    return Flow(
        name=row.name,
        reach=row.reach,
        campaigns=frozenset(row.campaigns_ids),
        channels=frozenset(row.channels_ids),
        tags=frozenset(row.tags_ids),
        when_link=row.when_link,
        when_media=row.when_media,
        when_fresh=row.when_fresh,
        asks=row.asks,
        at_once=row.at_once,
        steps=tuple(steps),
        lead_hours=row.lead_hours,
        remind_hours=row.remind_hours,
        backup=_member(row.backup) if row.backup and row.backup.can("review") else None,
    )


def _one(people: Iterable[Person]) -> Step:
    return Step("", tuple(people))


def _member(membership: Membership) -> Person:
    return Person(str(membership.user), membership.user.email, membership.pk)


def _people(reviewers: Iterable[Reviewer], known: Sequence[Membership]) -> list[Person]:
    """Each once, in the order in which they were chosen."""
    may = {m.pk for m in known}
    found: dict[str, Person] = {}
    for reviewer in reviewers:
        if reviewer.role:
            people = [_member(m) for m in known if m.role == reviewer.role]
        elif reviewer.membership is None:
            people = [Person(reviewer.name or reviewer.email, reviewer.email)]
        else:
            people = [_member(reviewer.membership)] if reviewer.membership_id in may else []
        for person in people:
            found.setdefault(person.email.lower(), person)
    return list(found.values())


def _facts_of(team: Team, posts: Sequence[Post], known: Flows) -> dict[int, Facts]:
    """Asks only for what some workflow wants to know."""
    ids = [post.pk for post in posts]
    variants = defaultdict[int, list[Variant]](list)
    for variant in Variant.objects.filter(post__in=ids):
        variants[variant.post_id].append(variant)
    shown = PostMedia.objects.filter(post__in=ids).values_list("post_id", flat=True)
    media = set(shown) if known.any("when_media") else set()
    tags = _tags_of(ids) if known.any("tags") else {}
    fresh = _fresh_of(team) if known.any("when_fresh") else frozenset()
    wants_links = known.any("when_link")
    facts = {}
    for post in posts:
        channels = frozenset(variant.channel_id for variant in variants[post.pk])
        facts[post.pk] = Facts(
            channels=channels,
            campaign=post.campaign_id,
            tags=frozenset(tags.get(post.pk, ())),
            link=wants_links and _has_link(post, variants[post.pk]),
            media=post.pk in media,
            fresh=channels & fresh,
            barred=barred(team, post.author),
        )
    return facts


def _tags_of(ids: Sequence[int]) -> Mapping[int, set[int]]:
    found = defaultdict[int, set[int]](set)
    for post_id, tag_id in Post.tags.through._default_manager.filter(post__in=ids).values_list(
        "post_id", "tag_id"
    ):
        found[post_id].add(tag_id)
    return found


def _fresh_of(team: Team) -> frozenset[int]:
    out = Delivery.objects.filter(channel=OuterRef("pk"), state=DeliveryState.PUBLISHED)
    fresh = Channel.objects.for_team(team).filter(~Exists(out))
    return frozenset(fresh.values_list("pk", flat=True))


def _has_link(post: Post, variants: Iterable[Variant]) -> bool:
    """Anywhere that becomes public: also in a first comment or an option."""
    texts = [post.body]
    for variant in variants:
        options = [value for value in variant.options.values() if isinstance(value, str)]
        texts += [variant.text or "", variant.first_comment, *options]
    return any("://" in text or find_links(text) for text in texts)
