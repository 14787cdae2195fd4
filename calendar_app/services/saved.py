"""Keeping views under names."""

from django.db import IntegrityError, transaction

from accounts.models import Membership, Team, User
from calendar_app.errors import NameTaken, TooManyViews
from calendar_app.models import SavedView

MOST = 50


@transaction.atomic
def save(
    *, team: Team, by: User, name: str, page: str, query: str, shared: bool = False
) -> SavedView:
    """Raises NameTaken, and TooManyViews past MOST of one person in a team."""
    # One after the other, so that two at once do not both find a last place free.
    Membership.objects.for_team(team).select_for_update().get(user=by)
    own = SavedView.objects.for_team(team).filter(owner=by)
    if own.count() >= MOST:
        raise TooManyViews(f"You have {MOST} saved views here. Delete one that you no longer need.")
    view = SavedView(team=team, owner=by, name=name, page=page, query=query, shared=shared)
    try:
        with transaction.atomic():
            view.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(name) from error
    return view


def rename(*, view: SavedView, name: str, shared: bool) -> None:
    """Raises NameTaken."""
    try:
        with transaction.atomic():
            SavedView.objects.for_team(view.team).filter(pk=view.pk).update(
                name=name, shared=shared
            )
    except IntegrityError as error:
        raise _taken(name) from error


def remove(*, view: SavedView) -> None:
    SavedView.objects.for_team(view.team).filter(pk=view.pk).delete()


def _taken(name: str) -> NameTaken:
    return NameTaken(f"There is a view called “{name}” already. Choose another name.")
