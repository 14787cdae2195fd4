"""What a team has reviewed in its two years, so that the pages of reviews have much to read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import islice

from accounts import permissions
from accounts.models import Membership, Team, User
from accounts.services.teams import add_person
from approvals.models import Decision, Review, ReviewRequest, Round
from bench.world import AT_ONCE
from posts.models import Post, Revision, Verdict
from posts.states import Stage

# Beside whoever asks for the pages. Two of all are asked about each post.
OTHERS = 5
# Of a link; longer than in truth, so that what is open may be decided.
LIFE = timedelta(days=400)
# What the last review of a post came to; what was before it asked for changes.
CAME_TO = {
    Stage.IN_REVIEW: Review.State.OPEN,
    Stage.CHANGES_REQUESTED: Review.State.CHANGES,
    Stage.APPROVED: Review.State.APPROVED,
    Stage.SCHEDULED: Review.State.APPROVED,
    Stage.DONE: Review.State.APPROVED,
}


@dataclass(frozen=True)
class Asked:
    """A review, and who was asked: both approved, or the first asked for changes."""

    review: Review
    people: Sequence[Membership]


def write(team: Team, person: User, count: int) -> Review:
    """`count` reviews: first the last one of each post, those that wait before all, then what was
    before. Returns one to look at, which waits for this person if any does.
    """
    # All posts are theirs.
    Team.objects.filter(pk=team.pk).update(allow_self_approval=True)
    people = [Membership.objects.get(team=team, user=person), *_others(team)]
    posts, written = _reviewed(team), 0
    while posts and written < count:
        turn = written // len(posts)
        for first in range(0, len(posts), AT_ONCE):
            some = list(islice(posts, first, min(first + AT_ONCE, first + count - written)))
            _store([_asked(team, people, post, turn) for post in some])
            written += len(some)
    waits = Review.objects.for_team(team).filter(requests__membership=people[0])
    found = waits.filter(state=Review.State.OPEN).last() or waits.last()
    if found is None:
        raise RuntimeError("none of these posts was reviewed")
    return found


def _others(team: Team) -> list[Membership]:
    found = []
    for number in range(OTHERS):
        email = f"reviewer-{number}@{team.slug}.test"
        user = add_person(email=email, name=f"Reviewer {number}", password="drumbeat-demo")
        found.append(Membership.objects.create(team=team, user=user, role=permissions.EDITOR))
    return found


def _reviewed(team: Team) -> list[tuple[Post, Revision]]:
    posts = Post.objects.for_team(team).filter(stage__in=CAME_TO).order_by("-planned_at", "pk")
    revisions = Revision.objects.filter(post__team=team).defer("snapshot")
    kept = {revision.post_id: revision for revision in revisions}
    waiting_first = sorted(posts, key=lambda post: post.stage != Stage.IN_REVIEW)
    return [(post, kept[post.pk]) for post in waiting_first]


def _asked(
    team: Team, people: Sequence[Membership], row: tuple[Post, Revision], turn: int
) -> Asked:
    post, revision = row
    state = Review.State.CHANGES if turn else CAME_TO[Stage(post.stage)]
    asked_at = post.created_at - timedelta(days=turn)
    first = post.pk % len(people)
    review = Review(
        team=team,
        post=post,
        revision=revision,
        content_hash=post.content_hash,
        needed=2,
        note="Is the number right?",
        state=state,
        asked_by=post.author,
        asked_at=asked_at,
        ended_at=None if state == Review.State.OPEN else asked_at + timedelta(hours=3),
    )
    return Asked(review, [people[first], people[(first + 1) % len(people)]])


def _store(some: Sequence[Asked]) -> None:
    Review.objects.bulk_create([one.review for one in some], batch_size=AT_ONCE)
    Round.objects.bulk_create([_round(one) for one in some], batch_size=AT_ONCE)
    requests = [request for one in some for request in _requests(one)]
    ReviewRequest.objects.bulk_create(requests, batch_size=AT_ONCE)
    decided = [request for request in requests if request.used_at]
    Decision.objects.bulk_create(map(_decision, decided), batch_size=AT_ONCE)
    Verdict.objects.bulk_create([_verdict(one.review) for one in some], batch_size=AT_ONCE)


def _round(asked: Asked) -> Round:
    people = [
        {"membership": one.pk, "name": one.user.name, "email": one.user.email}
        for one in asked.people
    ]
    began, ended = asked.review.asked_at, asked.review.ended_at
    return Round(
        review=asked.review,
        workflow="Review",
        needed=2,
        people=people,
        began_at=began,
        ended_at=ended if asked.review.state == Review.State.APPROVED else None,
    )


def _requests(asked: Asked) -> Iterable[ReviewRequest]:
    review = asked.review
    for number, one in enumerate(asked.people):
        answers = review.state == Review.State.APPROVED or not number
        used = review.asked_at + timedelta(hours=number + 1) if answers else None
        yield ReviewRequest(
            review=review,
            membership=one,
            for_member=True,
            name=one.user.name,
            email=one.user.email,
            token_hash=sha256(f"{review.pk} {number}".encode()).hexdigest(),
            created_at=review.asked_at,
            expires_at=review.asked_at + LIFE,
            used_at=used if review.ended_at else None,
            revoked_at=None if answers else review.ended_at,
        )


def _decision(request: ReviewRequest) -> Decision:
    review = request.review
    approves = review.state == Review.State.APPROVED
    return Decision(
        review=review,
        request=request,
        kind=Decision.Kind.APPROVE if approves else Decision.Kind.CHANGES,
        via=Decision.Via.PAGE,
        name=request.name,
        comment="" if approves else "The number is last year's.",
        content_hash=review.content_hash,
        at=request.used_at or review.asked_at,
    )


def _verdict(review: Review) -> Verdict:
    return Verdict(
        post_id=review.post_id,
        revision_id=review.revision_id,
        gate="platform",
        outcome=Verdict.Outcome.PASSED,
        when=Verdict.When.REVIEW,
        at=review.asked_at,
    )
