"""The rounds of a review: laid down when it begins, walked through as people approve.

Callers hold the lock of the review, or have just made it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone

from approvals import flows
from approvals.models import Decision, Review, Reviewer, ReviewRequest, Round
from approvals.plan import Person, Plan
from approvals.services.inviting import invite


def lay(review: Review, plan: Plan) -> None:
    """Keep the plan with the review, and ask those who come first."""
    Round.objects.bulk_create(
        Round(
            review=review,
            track=asked.track,
            position=asked.position,
            workflow=asked.workflow,
            name=asked.name,
            needed=asked.needed,
            people=[kept(person) for person in asked.people],
            lead=timedelta(hours=asked.lead_hours),
            remind=timedelta(hours=asked.remind_hours),
            backup=kept(asked.backup) if asked.backup else None,
        )
        for asked in plan.rounds
    )
    advance(review)


def advance(review: Review) -> bool:
    """End the rounds that have their approvals, begin those that follow. True once all have ended.

    A person's approval counts in every round that names them: it is of the same content.
    """
    rounds = list(review.rounds.all())
    said = approved_by(review)
    if not rounds:
        return len(said) >= review.needed
    for _track, those in groupby(rounds, key=lambda one: one.track):
        _walk(review, list(those), said)
    _dismiss(review, rounds)
    return all(one.ended_at for one in rounds)


def approved_by(review: Review) -> set[str]:
    """The addresses, in small letters, of those who approved."""
    yes = review.decisions.standing().filter(kind=Decision.Kind.APPROVE)
    rows = yes.values_list("request__email", "request__stands_for__email")
    return {email.lower() for row in rows for email in row if email}


def asked(review: Review) -> dict[int, str]:
    """Whose answer is waited for, in small letters, by the request: of one that was handed on, the
    address of whoever was asked first.
    """
    waiting = review.requests.filter(used_at=None, revoked_at=None).select_related("stands_for")
    return {request.pk: request.place for request in waiting}


def reopen(review: Review, *, since: datetime) -> bool:
    """An answer given at `since` was taken back: what it ended is open again, and what follows.

    Later rounds that began stay asked, and end again after it. Whoever needed not answer any more
    because of it may again, by the same link. False if what others said is enough all the same.
    """
    said = approved_by(review)
    rounds = list(review.rounds.all())
    if not rounds:
        return len(said) < review.needed
    for _track, those in groupby(rounds, key=lambda one: one.track):
        short = False
        for one in those:
            short = short or len(one.addresses & said) < one.needed
            if short and one.ended_at is not None:
                one.ended_at = None
                one.save(update_fields=["ended_at"])
    if all(one.ended_at for one in rounds):
        return False
    _ask_again(review, rounds, since)
    return True


def _ask_again(review: Review, rounds: Sequence[Round], since: datetime) -> None:
    people = [person_of(said) for one in rounds if one.waits for said in one.people]
    outside = _outside(review)
    named = {
        person.email.lower()
        for person in able(review, people)
        if person.membership is not None or person.email.lower() in outside
    }
    latest: dict[str, ReviewRequest] = {}
    for request in review.requests.select_related("stands_for").order_by("pk"):
        latest[request.place] = request
    again = [
        request.pk
        for email, request in latest.items()
        if request.used_at is None
        and request.revoked_at is not None
        and request.revoked_at >= since
        and email in named
    ]
    ReviewRequest.objects.filter(pk__in=again).update(revoked_at=None)


def _outside(review: Review) -> set[str]:
    """People outside whom the team's workflows name now: who was taken off stays so."""
    chosen = Reviewer.objects.filter(stage__workflow__team=review.team_id).exclude(email="")
    return {email.lower() for email in chosen.values_list("email", flat=True)}


def _walk(review: Review, track: Sequence[Round], said: set[str]) -> None:
    for one in track:
        if one.ended_at is not None:
            continue
        if one.began_at is None:
            _begin(review, one, said)
        if len(one.addresses & said) < one.needed:
            return
        one.ended_at = timezone.now()
        one.save(update_fields=["ended_at"])


def _begin(review: Review, one: Round, said: set[str]) -> None:
    """Ask whoever of its people is still there, else the owners and admins."""
    people = able(review, [person_of(said) for said in one.people])
    people = people or able(review, flows.guardians(review.team))
    one.people = [kept(person) for person in people]
    one.needed = min(one.needed, len(people) or 1)
    one.began_at = timezone.now()
    one.save(update_fields=["people", "needed", "began_at"])
    known = {*asked(review).values(), *said}
    for person in people:
        if person.email.lower() not in known:
            invite(review, person)


def able(review: Review, people: Sequence[Person]) -> list[Person]:
    """Who of them may decide about it now."""
    there = flows.members(review.team, people)
    author = flows.barred(review.team, review.post.author)
    return [
        person
        for person in people
        if (person.membership is None or person.membership in there)
        and person.email.lower() != author
    ]


def _dismiss(review: Review, rounds: Sequence[Round]) -> None:
    """Who is in none of the rounds that wait is asked no more."""
    needed = set[str]()
    for one in rounds:
        if one.began_at is not None and one.ended_at is None:
            needed |= one.addresses
    over = [pk for pk, email in asked(review).items() if email not in needed]
    if over:
        review.requests.filter(pk__in=over).update(revoked_at=timezone.now())


def kept(person: Person) -> dict[str, Any]:
    return {"membership": person.membership, "name": person.name, "email": person.email}


def person_of(said: Mapping[str, Any]) -> Person:
    return Person(said["name"], said["email"], said["membership"])
