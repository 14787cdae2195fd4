"""What the review pages read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from approvals.errors import LinkExpired, LinkUnknown, ReviewClosed, ReviewError
from approvals.mail import Files, shown
from approvals.models import Decision, Opening, Review, ReviewRequest, Round
from approvals.standing import moved_on, require_open, require_reviewer, undoable
from approvals.tokens import digest, plausible
from posts.models import Post
from posts.queries import comments, verdicts
from posts.queries.comments import Thread
from posts.queries.history import Change, by_channel
from posts.queries.verdicts import Told
from posts.states import Stage


def request_by_token(token: str) -> ReviewRequest:
    """Raises LinkUnknown."""
    hashed = digest(token)
    known = Q(token_hash=hashed) | Q(former_hash=hashed) | Q(receipt_hash=hashed)
    found = requests().filter(known).first() if plausible(token) else None
    if found is None:
        raise LinkUnknown(_("This link does not open anything."))
    return found


def request_of(review: Review, membership: Membership) -> ReviewRequest | None:
    """The latest time this member was asked."""
    mine = [one for one in review.requests.all() if one.membership_id == membership.pk]
    return mine[-1] if mine else None


def pictures_of(review: Review) -> set[int]:
    """The pictures that this review shows: its link opens no others."""
    said = review.revision.snapshot["channels"].values()
    return {picture["asset"] for channel in said for picture in channel["media"]}


def requests() -> QuerySet[ReviewRequest]:
    return ReviewRequest.objects.select_related(
        "review__team",
        "review__post__team",
        "review__revision",
        "review__asked_by",
        "membership__user",
        "stands_for",
    )


@dataclass(frozen=True)
class Walk:
    """A round with its people, as “Ben, for Alice” where one was handed on."""

    round: Round
    names: list[str]


@dataclass(frozen=True)
class Since:
    """What the reader decided about an earlier version; of each channel, by id, what is new."""

    decision: Decision
    number: int
    changes: dict[str, list[Change]]

    @property
    def same(self) -> bool:
        return not any(self.changes.values())


@dataclass(frozen=True)
class Sheet:
    """Everything a review page shows. `state` is open, watching, stale, expired, closed, used or
    handed on.
    """

    request: ReviewRequest | None
    review: Review
    post: Post
    channels: list[dict[str, Any]]
    decisions: list[Decision]
    rounds: list[Walk]
    state: str
    why: str = ""
    told: Told | None = None
    since: Since | None = None

    @property
    def mine(self) -> Decision | None:
        """What the reader decided, if they have."""
        mine = [d for d in self.decisions if self.request and d.request_id == self.request.pk]
        return mine[-1] if mine and mine[-1].kind != Decision.Kind.WITHDRAWN else None

    @property
    def can_undo(self) -> bool:
        asked = self.request is not None and self.request.revoked_at is None
        return asked and self.mine is not None and undoable(self.mine, self.review, self.post)

    @property
    def openings(self) -> QuerySet[Opening]:
        """From which networks the links of this review were opened first, and later."""
        return Opening.objects.filter(request__review=self.review).select_related("request")

    @property
    def passed(self) -> bool:
        """Its time came while it was in review: nothing went out."""
        planned = self.post.planned_at
        return self.state == "open" and planned is not None and planned <= timezone.now()

    @property
    def deserted(self) -> bool:
        """It waits, and whoever could end the waiting has left or may no longer review."""
        waiting = [one for one in self.review.requests.all() if not (one.used_at or one.revoked_at)]
        still = [one for one in waiting if not one.for_member or _may_review(one.membership)]
        return self.review.state == Review.State.OPEN and bool(waiting) and not still

    @property
    def staged(self) -> bool:
        """Whether its rounds say more than whom it waits for."""
        return len(self.rounds) > 1 or any(
            said["name"] not in walk.names for walk in self.rounds for said in walk.round.people
        )

    @property
    def zone(self) -> str:
        return self.review.team.time_zone.rsplit("/", 1)[-1].replace("_", " ")


def sheet(
    review: Review,
    request: ReviewRequest | None,
    *,
    files: Files,
    known: Membership | None = None,
) -> Sheet:
    """`known`: who reads it, if they are signed in."""
    post = review.post
    state, why = _state(review, request, post, known)
    said = shown(review, files)
    every = Decision.objects.filter(review__post=post).select_related("request").order_by("pk")
    earlier = [one for one in every if one.review_id < review.pk]
    decisions, rounds = [one for one in every if one.review_id == review.pk], walks(review)
    told, since = verdicts.told(post, review.content_hash), _since(review, request, earlier)
    for one in said:
        one["changes"] = since.changes[str(one["pk"])] if since else []
    return Sheet(request, review, post, said, decisions, rounds, state, why, told, since)


def _since(
    review: Review, request: ReviewRequest | None, earlier: Sequence[Decision]
) -> Since | None:
    """Whoever holds a link and whoever is signed in are the same by their address."""
    address = request.email.lower() if request else ""
    said = [one for one in earlier if one.kind != Decision.Kind.WITHDRAWN]
    mine = [one for one in said if one.request.email.lower() == address]
    if not mine:
        return None
    then = Review.objects.select_related("revision").get(pk=mine[-1].review_id).revision
    return Since(mine[-1], then.number, by_channel(then.snapshot, review.revision.snapshot))


def _may_review(membership: Membership | None) -> bool:
    return membership is not None and membership.can("review")


def walks(review: Review) -> list[Walk]:
    words = _("%(name)s, for %(first)s")
    instead = {
        one.place: words % {"name": one.name, "first": one.stands_for.name}
        for one in review.requests.all()
        if one.stands_for and one.revoked_at is None
    }
    return [
        Walk(one, [instead.get(said["email"].lower(), str(said["name"])) for said in one.people])
        for one in review.rounds.all()
    ]


def by_link(sheet: Sheet, request: ReviewRequest) -> tuple[Sheet, list[Thread]]:
    """What a link shows of the sheet, with the comments for people outside: what others said only
    while it is good and its holder still asked, what they said themselves always.
    """
    if _good(request):
        return sheet, comments.external(request.review.post)
    mine = [one for one in sheet.decisions if one.request_id == request.pk]
    return replace(sheet, decisions=mine), []


def _good(request: ReviewRequest) -> bool:
    ended = request.revoked_at is not None or request.expires_at <= timezone.now()
    if ended or request.review.post.trashed_at is not None:
        return False
    try:
        require_reviewer(request, request.review, request.review.post)
    except ReviewError:
        return False
    return True


def _state(
    review: Review, request: ReviewRequest | None, post: Post, known: Membership | None
) -> tuple[str, str]:
    if review.state == Review.State.OPEN and post.content_hash != review.content_hash:
        return "stale", _("The post was changed after this version was sent for review.")
    if request is None:
        return "watching", ""
    if other := _handed_to(request):
        return "handed", _("You handed this review to %(name)s.") % {"name": other.name}
    try:
        require_open(request, review)
        require_reviewer(request, review, post, known=known)
        if post.stage != Stage.IN_REVIEW:
            raise ReviewClosed(moved_on(post))
    except LinkExpired as error:
        waits = post.stage == Stage.IN_REVIEW
        return ("expired", str(error)) if waits else ("closed", moved_on(post))
    except ReviewError as error:
        return ("used" if request.used_at else "closed"), str(error)
    return "open", ""


def _handed_to(request: ReviewRequest) -> ReviewRequest | None:
    if request.revoked_at is None:
        return None
    return request.handed.exclude(used_at=None, revoked_at__isnull=False).first()
