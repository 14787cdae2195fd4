"""The folders of the library. What lies in one that is removed lies in none."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Team
from accounts.services.teams import take_turns
from posts import audited
from posts.errors import NameTaken, PostsError
from posts.models import Folder

MOST = 200


@transaction.atomic
def create(*, team: Team, name: str) -> Folder:
    """Raises NameTaken, whatever the capitals; PostsError where there are too many."""
    take_turns(team)
    if Folder.objects.for_team(team).count() >= MOST:
        raise PostsError(_("At most %(n)s folders. Remove one first.") % {"n": MOST})
    try:
        with transaction.atomic():
            made = Folder.objects.create(team=team, name=name)
    except IntegrityError:
        raise _taken(name) from None
    audited.thing(made, "folder.create", team=team.pk)
    return made


@transaction.atomic
def rename(*, folder: Folder, name: str) -> None:
    """Raises NameTaken."""
    try:
        with transaction.atomic():
            Folder.objects.filter(pk=folder.pk).update(name=name)
    except IntegrityError:
        raise _taken(name) from None
    before, after = {"name": folder.name}, {"name": name}
    audited.thing(folder, "folder.rename", team=folder.team_id, before=before, after=after)


@transaction.atomic
def remove(*, folder: Folder) -> None:
    audited.thing(folder, "folder.remove", team=folder.team_id)
    folder.delete()


def _taken(name: str) -> NameTaken:
    return NameTaken(_("There is a folder “%(name)s” already.") % {"name": name})
