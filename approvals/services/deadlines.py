"""What happens as a post's time comes nearer and it is still in review: people are reminded, the
backup is asked too, and when the time is there nothing goes out and its people are told. What is
live all the same is not asked about any more.

A tick looks; each act is a transaction of its own and is done once for each time of the post.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import languages
from accounts.models import Membership, User
from approvals.errors import ReviewError
from approvals.models import Review, ReviewRequest, Round, due
from approvals.plan import Person
from approvals.services.decide import end
from approvals.services.inviting import invite, relink
from approvals.services.rounds import able, approved_by, kept, person_of
from approvals.standing import require_reviewer
from notifications import events
from notifications.services import tell
from posts import clock
from posts.models import Post
from posts.services.commitment import locked
from posts.states import Stage
from ui import dates

# Of each; the rest waits for the next tick.
AT_ONCE = 50


def tick() -> None:
    now = clock.ask()
    every = ((_to_remind, _remind), (_late, _escalate), (_passed, _hold), (_live, _close))
    for find, act in every:
        for pk, post_id in list(find(now)[:AT_ONCE]):
            _do(pk, post_id, find, act, now)


@transaction.atomic
def _do(
    pk: int,
    post_id: int,
    find: Callable[[datetime], QuerySet[Any, tuple[int, int]]],
    act: Callable[[int], None],
    now: datetime,
) -> None:
    """If it is still so once the post and its review are held, as everywhere in this order."""
    if not Post.objects.filter(pk=post_id).exists():
        return
    locked(Post(pk=post_id))
    list(Review.objects.select_for_update().filter(post=post_id, state=Review.State.OPEN))
    if find(now).filter(pk=pk).exists():
        act(pk)


# -- whose time has come: (pk, post) of each


def _waiting() -> QuerySet[Any]:
    """Rounds that people are asked in, of posts that have a time."""
    return Round.objects.filter(
        began_at__isnull=False,
        ended_at=None,
        review__state=Review.State.OPEN,
        review__post__stage=Stage.IN_REVIEW,
        review__post__trashed_at=None,
        review__post__planned_at__gt=F("began_at"),
    ).annotate(due=due(F("review__post__planned_at")))


def _to_remind(now: datetime) -> QuerySet[Any, tuple[int, int]]:
    """Nobody who has just been asked."""
    at = ExpressionWrapper(F("due") - F("remind"), output_field=DateTimeField())
    untold = _untold("reminded_for", "review__post__planned_at")
    near = _waiting().annotate(at=at).filter(untold, at__lte=now, due__gt=now)
    found = near.filter(at__gt=F("began_at"), remind__gt=timedelta(0)).order_by("due", "pk")
    rows: QuerySet[Any, tuple[int, int]] = found.values_list("pk", "review__post")
    return rows


def _late(now: datetime) -> QuerySet[Any, tuple[int, int]]:
    untold = _untold("late_for", "review__post__planned_at")
    found = _waiting().filter(untold, due__lte=now).order_by("due", "pk")
    rows: QuerySet[Any, tuple[int, int]] = found.values_list("pk", "review__post")
    return rows


def _passed(now: datetime) -> QuerySet[Any, tuple[int, int]]:
    found = Review.objects.filter(
        _untold("held_for", "post__planned_at"),
        state=Review.State.OPEN,
        post__stage=Stage.IN_REVIEW,
        post__trashed_at=None,
        post__planned_at__lte=now,
        post__planned_at__gt=F("asked_at"),
    )
    return found.order_by("post__planned_at", "pk").values_list("pk", "post")


def _live(_now: datetime) -> QuerySet[Any, tuple[int, int]]:
    """Out already, by a yes that a restored database has forgotten."""
    found = Review.objects.filter(state=Review.State.OPEN, post__stage=Stage.DONE)
    return found.order_by("pk").values_list("pk", "post")


def _untold(name: str, planned: str) -> Q:
    """Not yet of this time: a post that moves is spoken of again."""
    return Q(**{name: None}) | ~Q(**{name: F(planned)})


# -- what is done then, with post and review held


def _remind(pk: int) -> None:
    """Those asked in this round who have not answered. People outside get a link with it."""
    one = _round(pk)
    waiting = one.review.requests.filter(used_at=None, revoked_at=None)
    for request in waiting.select_related("membership__user", "review__post__team", "stands_for"):
        if request.place in one.addresses and _may_decide(request):
            _remind_one(request, one)
    Round.objects.filter(pk=pk).update(reminded_for=one.review.post.planned_at)


def _may_decide(request: ReviewRequest) -> bool:
    try:
        require_reviewer(request, request.review, request.review.post)
    except ReviewError:
        return False
    return True


def _remind_one(request: ReviewRequest, one: Round) -> None:
    review, user = one.review, request.membership.user if request.membership else None
    data = {
        "title": str(review.post),
        "when": _due(one, user),
        "language": languages.of_mail(user),
    }
    if user is not None:
        data["url"] = _page(review)
        tell(kind="review_reminder", team=review.team, user=user, data=data)
        return
    tell(
        kind="review_reminder",
        team=review.team,
        email=request.email,
        data={**data, "url": ""},
        secret={"url": relink(request)},
    )


def _escalate(pk: int) -> None:
    """The backup is asked beside the others: their yes counts in this round as anybody's."""
    one = _round(pk)
    review, backup = one.review, _backup(one)
    if backup is not None:
        Round.objects.filter(pk=pk).update(people=[*one.people, kept(backup)])
        invite(review, backup, late=_names(one))
    planned = review.post.planned_at
    Round.objects.filter(pk=pk).update(late_for=planned)
    if planned is None or planned <= max(one.due_by(planned), clock.ask()):
        # Its time is there: they hear that nothing went out.
        return
    _happened("review.overdue", review, _due(one, None))
    for user in _its_people(review):
        with override(languages.of_mail(user)):
            said = _said_of_late(one, backup)
        data = {"title": str(review.post), "when": _due(one, user), "comment": said}
        tell(
            kind="review_overdue", team=review.team, user=user, data={**data, "url": _page(review)}
        )


def _names(one: Round) -> str:
    """Who has not approved: of one that was handed on, whoever holds it now."""
    waiting = one.review.requests.filter(used_at=None, revoked_at=None)
    holders = {request.place: request.name for request in waiting.select_related("stands_for")}
    people = {str(person["email"]).lower(): str(person["name"]) for person in one.people}
    said = approved_by(one.review)
    return ", ".join(holders.get(at, name) for at, name in people.items() if at not in said)


def _said_of_late(one: Round, backup: Person | None) -> str:
    said = _("It waits for %(names)s.") % {"names": _names(one)}
    if backup is None:
        return said
    return f"{said} {_('%(name)s was asked too.') % {'name': backup.name}}"


def _backup(one: Round) -> Person | None:
    """Still in the team, not the author, and not asked or heard already."""
    if one.backup is None:
        return None
    found = able(one.review, [person_of(one.backup)])
    waiting = one.review.requests.filter(used_at=None, revoked_at=None)
    known = one.addresses | approved_by(one.review)
    known |= {email.lower() for email in waiting.values_list("email", flat=True)}
    return next((person for person in found if person.email.lower() not in known), None)


def _hold(pk: int) -> None:
    """Nothing has to be stopped: without an approval nothing is queued. Its people hear of it."""
    told = ("team", "post__team", "post__author", "asked_by")
    review = Review.objects.select_related(*told).get(pk=pk)
    planned = review.post.planned_at
    Review.objects.filter(pk=pk).update(held_for=planned)
    _happened("review.missed", review, _written(planned, review, None) if planned else "")
    for user in _its_people(review):
        when = _written(planned, review, user) if planned else ""
        data = {"title": str(review.post), "when": when, "url": _page(review)}
        tell(kind="review_missed", team=review.team, user=user, data=data)


def _close(pk: int) -> None:
    """Nobody is asked any more. Its post's history says that it is live."""
    end(Review.objects.get(pk=pk), Review.State.WITHDRAWN)


def _happened(name: str, review: Review, when: str) -> None:
    """For other programs, once, whoever is told."""
    post = review.post
    data = {"title": str(post), "post": post.pk, "when": when, "url": _page(review)}
    events.happened(team_id=review.team_id, name=name, data=lambda: data)


def _round(pk: int) -> Round:
    told = ("review__team", "review__post__team", "review__post__author", "review__asked_by")
    return Round.objects.select_related(*told).get(pk=pk)


def _its_people(review: Review) -> list[User]:
    """Author and asker, as long as they are in the team."""
    concerned = [user.pk for user in (review.post.author, review.asked_by) if user]
    found = Membership.objects.for_team(review.team).filter(user__in=concerned)
    return [membership.user for membership in found.select_related("user").order_by("pk")]


def _due(one: Round, user: User | None) -> str:
    planned = one.review.post.planned_at
    return _written(one.due_by(planned), one.review, user) if planned else ""


def _written(at: datetime, review: Review, user: User | None) -> str:
    """A mail has no clock but the team's."""
    with override(languages.of_mail(user)):
        return dates.placed(at, "D j M, H:i", review.team.zone)


def _page(review: Review) -> str:
    return reverse("approvals:review", args=[review.team.slug, review.pk])
