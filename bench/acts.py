"""What people and ticks do to a post around its review. Each act first sees what its page would
show, and is then done when all are ready, so that several meet on one post.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.urls import resolve, reverse

from accounts import permissions
from accounts.models import Membership, Team, User
from accounts.services.teams import add_person, change_role
from approvals import queries
from approvals.models import Decision, Review, ReviewRequest, Stage, Workflow
from approvals.services import deadlines, reviewers, workflows
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide, withdraw
from approvals.services.delegating import delegate
from approvals.services.undo import undo
from bench.world import Place, now, text
from delivery import dispatcher, worker
from notifications.models import Message
from notifications.sealing import unseal
from posts import content
from posts.models import Post
from posts.services import compose, deliveries, review, schedule
from posts.services.compose import Draft, VariantDraft
from posts.services.trash import trash
from posts.states import Stage as Of
from posts.times import from_utc

OUTSIDE = "ruth@outside.test"

type Doing = Callable[[], object]


@dataclass(frozen=True)
class Table:
    """A team, and who does what in it: one writes, one sets up, two and somebody outside review."""

    team: Team
    author: User
    admin: Membership
    carol: Membership
    dave: Membership
    stage: Stage
    places: tuple[Place, ...]

    def post(self, rng: random.Random) -> Post:
        channel = rng.choice(self.places).channel
        draft = Draft(body=words(rng), channels={channel.pk: VariantDraft()})
        return compose.create(team=self.team, by=self.author, draft=draft)


# What prepares an act: None where its page would not offer it.
type Act = Callable[[Table, Post, random.Random], Doing | None]


def table(places: Iterable[Place]) -> Table:
    """Two approvals of three are needed; whoever set it up is asked when they are late."""
    places = tuple(places)
    team, owner = places[0].channel.team, places[0].author
    Team.objects.filter(pk=team.pk).update(review_required=True)
    team.refresh_from_db()
    author, carol, dave = (_member(team, name) for name in ("Bob", "Carol", "Dave"))
    admin = Membership.objects.get(team=team, user=owner)
    workflow = Workflow.objects.create(team=team, backup=admin)
    stage = Stage.objects.create(workflow=workflow, needed=2)
    for member in (carol, dave):
        reviewers.add(team=team, stage=stage, membership=member)
    reviewers.add(team=team, stage=stage, email=OUTSIDE, name="Ruth")
    return Table(team, author.user, admin, carol, dave, stage, places)


def _member(team: Team, name: str) -> Membership:
    email = f"{name.lower()}@{team.slug}.test"
    user = add_person(email=email, name=name, password="drumbeat-demo")
    return Membership.objects.create(team=team, user=user, role=permissions.EDITOR)


def words(rng: random.Random) -> str:
    return text("Race", rng.getrandbits(48))


# -- whoever writes


def _edit(table: Table, post: Post, rng: random.Random) -> Doing:
    draft = replace(compose.draft_of(content.snapshot(post), post), body=words(rng))
    version = post.version
    return lambda: compose.save(post=post, draft=draft, version=version, by=table.author)


def _ask(table: Table, post: Post, rng: random.Random) -> Doing:
    return lambda: ask(post=post, by=table.author)


def _plan(table: Table, post: Post, rng: random.Random) -> Doing:
    at = from_utc(now(), table.team.time_zone)
    return lambda: schedule.plan(post=post, at=at, by=table.author)


def _publish_now(table: Table, post: Post, rng: random.Random) -> Doing:
    return lambda: schedule.publish_now(post=post, by=table.author)


def _unschedule(table: Table, post: Post, rng: random.Random) -> Doing:
    return lambda: schedule.unschedule(post=post, by=table.author)


def _take_back(table: Table, post: Post, rng: random.Random) -> Doing:
    return lambda: review.withdraw(post=post, by=table.author)


def _withdraw(table: Table, post: Post, rng: random.Random) -> Doing | None:
    found = Review.objects.filter(post=post).last()
    return (lambda: withdraw(review=found, by=table.admin)) if found else None


def _cancel(table: Table, post: Post, rng: random.Random) -> Doing | None:
    mine = post.deliveries.last()
    return (lambda: deliveries.cancel(delivery=mine, by=table.author)) if mine else None


def _trash(table: Table, post: Post, rng: random.Random) -> Doing:
    return lambda: trash(post=post, by=table.author)


# -- whoever reviews


def _says(kind: str, asked: Callable[[Table, Post], ReviewRequest | None], via: str) -> Act:
    def prepared(table: Table, post: Post, rng: random.Random) -> Doing | None:
        request = asked(table, post)
        if request is None:
            return None
        seen, trace = request.review.content_hash, Trace(via)
        return lambda: decide(
            request=request, kind=kind, seen_hash=seen, trace=trace, comment="Say it shorter."
        )

    return prepared


def _undoes(asked: Callable[[Table, Post], ReviewRequest | None], via: str) -> Act:
    def prepared(table: Table, post: Post, rng: random.Random) -> Doing | None:
        request = asked(table, post)
        if request is None or not request.decisions.standing().exists():
            return None
        return lambda: undo(request=request, trace=Trace(via))

    return prepared


def _hand_on(table: Table, post: Post, rng: random.Random) -> Doing | None:
    """Carol lets whoever set it up answer in her place."""
    request = _on_page("carol")(table, post)
    return (lambda: delegate(request=request, to=table.admin)) if request else None


def _on_page(who: str) -> Callable[[Table, Post], ReviewRequest | None]:
    def found(table: Table, post: Post) -> ReviewRequest | None:
        last = Review.objects.filter(post=post).last()
        return queries.request_of(last, getattr(table, who)) if last else None

    return found


def _by_link(table: Table, post: Post) -> ReviewRequest | None:
    """What the link in their newest mail about this post opens."""
    asked = ReviewRequest.objects.filter(review__post=post, email=OUTSIDE).last()
    if asked is None:
        return None
    page = reverse("approvals:review", args=[table.team.slug, asked.review_id])
    mails = Message.objects.filter(team=table.team, email=OUTSIDE, data__url=page)
    link = unseal(mails.order_by("-pk")[0].sealed)["link"]
    return queries.request_by_token(resolve(urlsplit(link).path).kwargs["token"])


# -- whoever sets up


def _needed(table: Table, post: Post, rng: random.Random) -> Doing:
    needed = rng.choice((1, 2))
    return lambda: workflows.change_stage(
        stage=table.stage, name="", everybody=False, needed=needed, position=1
    )


def _outsider(table: Table, post: Post, rng: random.Random) -> Doing:
    """Ends their links, or asks them again from now on."""
    known = table.stage.reviewers.filter(email=OUTSIDE).select_related("stage").first()
    if known is not None:
        return lambda: reviewers.remove(team=table.team, reviewer=known)
    return lambda: reviewers.add(team=table.team, stage=table.stage, email=OUTSIDE, name="Ruth")


def _role(table: Table, post: Post, rng: random.Random) -> Doing:
    """Carol only looks from now on, or may review again."""
    carol = Membership.objects.select_related("team").get(pk=table.carol.pk)
    role = permissions.EDITOR if carol.role == permissions.VIEWER else permissions.VIEWER
    return lambda: change_role(membership=carol, role=role, by=table.admin)


# -- the ticks


def _deadlines(table: Table, post: Post, rng: random.Random) -> Doing:
    return deadlines.tick


def _deliver(table: Table, post: Post, rng: random.Random) -> Doing:
    return deliver


def deliver() -> int:
    """What is due goes out, as in a worker."""
    claims = dispatcher.tick()
    for claim in claims:
        worker.run(claim.delivery_id, claim.attempt_no)
    return len(claims)


_YES, _NO, _NEVER = Decision.Kind.APPROVE, Decision.Kind.CHANGES, Decision.Kind.REJECT
_PAGE, _MAIL = Decision.Via.PAGE, Decision.Via.EMAIL
ACTS: Mapping[str, Act] = {
    "edit": _edit,
    "ask": _ask,
    "plan": _plan,
    "publish_now": _publish_now,
    "unschedule": _unschedule,
    "take_back": _take_back,
    "withdraw": _withdraw,
    "cancel": _cancel,
    "trash": _trash,
    "yes_carol": _says(_YES, _on_page("carol"), _PAGE),
    "yes_dave": _says(_YES, _on_page("dave"), _PAGE),
    "yes_backup": _says(_YES, _on_page("admin"), _PAGE),
    "yes_link": _says(_YES, _by_link, _MAIL),
    "no_carol": _says(_NO, _on_page("carol"), _PAGE),
    "no_link": _says(_NO, _by_link, _MAIL),
    "reject_carol": _says(_NEVER, _on_page("carol"), _PAGE),
    "reject_link": _says(_NEVER, _by_link, _MAIL),
    "undo_carol": _undoes(_on_page("carol"), _PAGE),
    "undo_dave": _undoes(_on_page("dave"), _PAGE),
    "undo_link": _undoes(_by_link, _MAIL),
    "hand_on": _hand_on,
    "needed": _needed,
    "outsider": _outsider,
    "role": _role,
    "deadlines": _deadlines,
    "deliver": _deliver,
}
# How often each is done in a stage, relative to the others; all others count once.
_ALWAYS = dict.fromkeys(ACTS, 1)
LIKELY: Mapping[str, Mapping[str, int]] = {
    Of.DRAFTING: _ALWAYS | {"ask": 24, "plan": 16, "edit": 4, "trash": 0, "yes_dave": 4},
    Of.CHANGES_REQUESTED: _ALWAYS
    | {"ask": 24, "plan": 4, "edit": 12, "trash": 0, "undo_carol": 8, "undo_link": 8},
    Of.IN_REVIEW: _ALWAYS
    | {"yes_carol": 12, "yes_dave": 16, "yes_link": 12, "no_carol": 2, "no_link": 2}
    | {"reject_carol": 2, "reject_link": 2}
    | {"edit": 4, "deadlines": 6, "deliver": 6, "plan": 4, "role": 3, "outsider": 3}
    | {"undo_carol": 3, "undo_dave": 4, "undo_link": 3, "hand_on": 3},
    Of.APPROVED: _ALWAYS | {"plan": 4, "publish_now": 24, "edit": 3, "deliver": 8, "undo_dave": 4},
    Of.SCHEDULED: _ALWAYS
    | {"deliver": 24, "edit": 8, "take_back": 4, "unschedule": 4}
    | {"undo_carol": 4, "undo_dave": 6, "undo_link": 4},
}
