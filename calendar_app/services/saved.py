"""Keeping views under names."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.audit import About
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
        said = _("You have %(n)s saved views here. Delete one that you no longer need.")
        raise TooManyViews(said % {"n": MOST})
    view = SavedView(team=team, owner=by, name=name, page=page, query=query, shared=shared)
    try:
        with transaction.atomic():
            view.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(name) from error
    _say("view.save", view, by)
    return view


@transaction.atomic
def rename(*, view: SavedView, name: str, shared: bool) -> None:
    """Raises NameTaken."""
    try:
        with transaction.atomic():
            SavedView.objects.for_team(view.team).filter(pk=view.pk).update(
                name=name, shared=shared
            )
    except IntegrityError as error:
        raise _taken(name) from error
    _say("view.rename", view, after={"name": name, "shared": shared})


@transaction.atomic
def remove(*, view: SavedView) -> None:
    _say("view.remove", view)
    SavedView.objects.for_team(view.team).filter(pk=view.pk).delete()


def _say(
    verb: str, view: SavedView, by: User | None = None, after: audit.Facts | None = None
) -> None:
    about = About("view", view.pk, f"“{view.name}”")
    before = {"name": view.name, "shared": view.shared}
    audit.write(verb, team=view.team_id, by=by, about=about, before=before, after=after)


def _taken(name: str) -> NameTaken:
    said = _("There is a view called “%(name)s” already. Choose another name.")
    return NameTaken(said % {"name": name})
