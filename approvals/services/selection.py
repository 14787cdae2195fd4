"""Acts on many posts that are about review: to ask for it, and its three answers.

Each is done by what the page of one review does.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Team, User
from approvals import flows, queries
from approvals.errors import ReviewError
from approvals.models import Decision, Review, ReviewRequest, Round
from approvals.plan import Plan
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from approvals.standing import require_open
from posts import states
from posts.errors import IllegalMove
from posts.models import Post
from posts.services.selection import Line, settled, unready
from posts.states import Stage
from ui import dates
from ui.templatetags.ui import status_label


@dataclass(frozen=True)
class Asking:
    """Send posts for review. Mails go out, so there is no way back but to withdraw each."""

    team: Team
    kind: str = ""

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        plans = flows.plans_of(self.team, posts)
        against = unready([post for post in posts if not settled(post)])
        return [self._line(post, plans[post.pk], against.get(post.pk, "")) for post in posts]

    def _line(self, post: Post, plan: Plan, against: str) -> Line:
        names = ", ".join(person.name for person in plan.first)
        then = _("In review with %(names)s") % {"names": names}
        if plan.waived:
            then = _("Approved, since no review is needed")
        return Line(post, status_label(post.stage), then, _not_askable(post, plan, against))

    def do(self, post: Post, *, by: User) -> None:
        try:
            ask(post=post, by=by)
        except ReviewError as error:
            raise IllegalMove(str(error)) from error

    def keep(self, post: Post) -> dict[str, Any]:
        return {}

    def said(self, n: int) -> str:
        words = ngettext("%(n)s post is in review.", "%(n)s posts are in review.", n)
        return words % {"n": n}


def _not_askable(post: Post, plan: Plan, against: str) -> str:
    if said := settled(post):
        return said
    if "submit" not in states.POST[Stage(post.stage)]:
        reached = status_label(post.stage).lower()
        return _("It is %(reached)s already.") % {"reached": reached}
    if against:
        return against
    return _("Nobody but its author could review it.") if plan.deserted else ""


@dataclass(frozen=True)
class Standing:
    """How far a review has come."""

    rounds: Sequence[Round]
    yes: Collection[str]

    def left_after(self, email: str, needed: int) -> int:
        """How many approvals it still takes then; `needed` where there are no rounds."""
        yes = {*self.yes, email}
        if not self.rounds:
            return needed - len(yes)
        return sum(max(0, one.needed - len(one.addresses & yes)) for one in self.rounds)


@dataclass(frozen=True)
class Approving:
    """A reviewer's yes to exactly what stands there now. Taken back it is on its review's page."""

    membership: Membership
    trace: Trace = field(compare=False)
    kind: str = ""
    comment: str = ""
    decision: ClassVar[str] = Decision.Kind.APPROVE

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        """In four statements."""
        rows = Review.objects.for_team(self.membership.team).filter(
            post__in=posts, state=Review.State.OPEN
        )
        reviews = {review.post_id: review for review in rows}
        mine = (
            ReviewRequest.objects.filter(review__in=reviews.values(), membership=self.membership)
            .order_by("id")
            .select_related("stands_for")
        )
        asked = {request.review_id: request for request in mine}
        yes: defaultdict[int, set[str]] = defaultdict(set)
        said = Decision.objects.standing().filter(kind=Decision.Kind.APPROVE)
        decided = said.filter(review__in=reviews.values())
        for pk, *emails in decided.values_list(
            "review_id", "request__email", "request__stands_for__email"
        ):
            yes[pk] |= {email.lower() for email in emails if email}
        rounds: defaultdict[int, list[Round]] = defaultdict(list)
        for one in Round.objects.filter(review__in=reviews.values()):
            rounds[one.review_id].append(one)
        return [
            self._line(
                post, review, asked.get(review.pk), Standing(rounds[review.pk], yes[review.pk])
            )
            if (review := reviews.get(post.pk))
            else Line(post, why_not=settled(post) or _("It is not in review."))
            for post in posts
        ]

    def _line(
        self, post: Post, review: Review, request: ReviewRequest | None, now: Standing
    ) -> Line:
        if request is None:
            return Line(post, why_not=settled(post) or _("You were not asked to review it."))
        left = now.left_after(request.place, review.needed)
        return Line(
            post,
            status_label(post.stage),
            _approved(post) if left <= 0 else _still(left),
            self._why_not(post, review, request),
            warned=_late(post) if left <= 0 else (),
        )

    def _why_not(self, post: Post, review: Review, request: ReviewRequest) -> str:
        if said := settled(post):
            return said
        if post.stage != Stage.IN_REVIEW or post.content_hash != review.content_hash:
            return _("It was changed after it was sent for review.")
        own = post.author_id == self.membership.user_id
        if own and not self.membership.team.allow_self_approval:
            return _("You wrote this post, so somebody else decides.")
        try:
            require_open(request, review)
        except ReviewError as error:
            return str(error)
        return ""

    def do(self, post: Post, *, by: User) -> None:
        review = Review.objects.for_team(post.team).filter(post=post, state=Review.State.OPEN)
        request = queries.request_of(review.get(), self.membership)
        if request is None:
            raise IllegalMove(_("You were not asked to review it."))
        try:
            decide(
                request=request,
                kind=self.decision,
                seen_hash=post.content_hash,
                trace=self.trace,
                comment=self.comment,
            )
        except ReviewError as error:
            raise IllegalMove(str(error)) from error

    def keep(self, post: Post) -> dict[str, Any]:
        return {}

    def said(self, n: int) -> str:
        words = ngettext("You approved %(n)s post.", "You approved %(n)s posts.", n)
        return words % {"n": n}


@dataclass(frozen=True)
class RequestingChanges(Approving):
    """The same comment for each of them; it ends their reviews."""

    decision: ClassVar[str] = Decision.Kind.CHANGES
    outcome: ClassVar[str] = Review.State.CHANGES

    def _line(
        self, post: Post, review: Review, request: ReviewRequest | None, now: Standing
    ) -> Line:
        line = super()._line(post, review, request, now)
        if line.why_not:
            return line
        then, said = status_label(self.outcome), Truncator(self.comment).chars(120)
        return Line(post, line.was, then, note=said)

    def said(self, n: int) -> str:
        words = ngettext(
            "You asked for changes of %(n)s post.", "You asked for changes of %(n)s posts.", n
        )
        return words % {"n": n}


@dataclass(frozen=True)
class Rejecting(RequestingChanges):
    decision: ClassVar[str] = Decision.Kind.REJECT
    outcome: ClassVar[str] = Review.State.REJECTED

    def said(self, n: int) -> str:
        words = ngettext("You rejected %(n)s post.", "You rejected %(n)s posts.", n)
        return words % {"n": n}


def _approved(post: Post) -> str:
    if post.planned_at is None:
        return status_label(Stage.APPROVED)
    at = dates.written(timezone.localtime(post.planned_at), "D j M, H:i")
    return _("Scheduled for %(at)s") % {"at": at}


def _still(left: int) -> str:
    words = ngettext("your yes, %(n)s more is needed", "your yes, %(n)s more are needed", left)
    return words % {"n": left}


def _late(post: Post) -> list[str]:
    if post.planned_at is None or post.planned_at > timezone.now():
        return []
    return [_("Its time has passed.")]
