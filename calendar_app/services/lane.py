"""A card to another lane, somebody else's or of another campaign, and to another column."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from calendar_app.errors import NoLane
from calendar_app.grouping import Place
from calendar_app.services import stage
from posts import content
from posts.errors import IllegalMove
from posts.models import Campaign, Post
from posts.services import compose
from posts.services.commitment import locked
from posts.services.compose import Draft


@transaction.atomic
def to_place(*, post: Post, column: str, place: Place | None, by: User) -> Place | None:
    """Both or neither; an empty `column` or no `place` leaves that as it is.

    Returns the lane that it was in, if it is another now. Raises IllegalMove with the reason,
    NoLane, and what the steps themselves raise.
    """
    if place and column == "review":
        raise IllegalMove(_("Send it for review in its own lane, then give it another lane."))
    was = _to_lane(post, place, by) if place else None
    if column:
        stage.to_column(post=post, column=column, by=by)
    return was


def _to_lane(post: Post, place: Place, by: User) -> Place | None:
    if place.group == "channel":
        raise IllegalMove(_("Which channels a post goes to is chosen in the composer."))
    held = locked(post)
    was = Place(place.group, getattr(held, f"{place.group}_id"))
    if was == place:
        return None
    draft = compose.draft_of(content.snapshot(held), held)
    compose.save(post=held, draft=_in(draft, held, place), version=held.version, by=by)
    return was


def _in(draft: Draft, post: Post, place: Place) -> Draft:
    if place.group == "assignee":
        return replace(draft, assignee=_member(post, place.lane))
    if place.lane is None:
        return replace(draft, campaign="")
    campaign = Campaign.objects.for_team(post.team).filter(pk=place.lane).first()
    if campaign is None:
        raise NoLane(_("This campaign is gone. Reload the board."))
    return replace(draft, campaign=campaign.name)


def _member(post: Post, user: int | None) -> int | None:
    members = Membership.objects.for_team(post.team)
    if user is not None and not members.filter(user=user).exists():
        raise NoLane(_("This person is not in the team any more."))
    return user
