"""Teams and who is in them. Called by the pages, the demo data and the admin."""

from collections.abc import Collection
from types import MappingProxyType

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.audit import About
from accounts.errors import LastOwner, NotAllowed
from accounts.models import Membership, Team, User

_NONE: audit.Facts = MappingProxyType({})


@transaction.atomic
def add_person(*, email: str, name: str, password: str) -> User:
    """An account whose address is believed without a mail; for the demo team and commands."""
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def create_team(*, name: str, time_zone: str, by: User) -> Team:
    team = _named(name, time_zone)
    # Whoever is alone has nobody to ask. The settings turn review on when others have come.
    Team.objects.filter(pk=team.pk).update(review_required=False)
    Membership.objects.create(team=team, user=by, role=permissions.OWNER)
    about = About("team", team.pk, name)
    audit.write("team.create", team=team.pk, by=by, about=about, after={"time_zone": time_zone})
    return team


@transaction.atomic
def keep_settings(*, team: Team, fields: Collection[str]) -> None:
    """Store what a form has put on `team`; what was there is asked of the database."""
    stored = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    team.save(update_fields=fields)
    before, after = audit.changed(
        {name: getattr(stored, name) for name in fields},
        {name: getattr(team, name) for name in fields},
    )
    if after:
        about = About("team", team.pk, team.name)
        audit.write("team.settings", team=team.pk, about=about, before=before, after=after)


def _named(name: str, time_zone: str) -> Team:
    """Two people may think of the same name at once: the second takes the next free address."""
    for _again in range(5):
        try:
            with transaction.atomic():
                return Team.objects.create(name=name, slug=free_slug(name), time_zone=time_zone)
        except IntegrityError:
            continue
    return Team.objects.create(name=name, slug=free_slug(name), time_zone=time_zone)


def free_slug(name: str) -> str:
    stem = slugify(name)[:50].strip("-") or "team"
    taken = set(Team.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: Membership) -> None:
    target = _locked(membership)
    if not permissions.may_assign(actor=by.role, now=target.role, then=role):
        raise NotAllowed(_("Only an owner can change owners."))
    if target.role == permissions.OWNER != role:
        _keep_an_owner(target.team)
    Membership.objects.filter(pk=target.pk).update(role=role)
    _say("member.role", target, by, {"role": target.role}, {"role": role})


@transaction.atomic
def remove_member(*, membership: Membership, by: Membership) -> None:
    """Somebody is taken out, or leaves."""
    target = _locked(membership)
    leaves = target.pk == by.pk
    if not leaves and not permissions.may_assign(actor=by.role, now=target.role, then=None):
        raise NotAllowed(_("Only an owner can remove an owner."))
    if target.role == permissions.OWNER:
        _keep_an_owner(target.team)
    _say("member.leave" if leaves else "member.remove", target, by, {"role": target.role})
    target.delete()


def _say(
    verb: str, target: Membership, by: Membership, before: audit.Facts, after: audit.Facts = _NONE
) -> None:
    about = About("user", target.user_id, str(target.user))
    audit.write(verb, team=target.team_id, by=by.user, about=about, before=before, after=after)


def take_turns(team: Team) -> None:
    """Until the caller's transaction ends nobody else counts this team's rows against a maximum:
    two at once would both find the last place free.
    """
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)


def _locked(membership: Membership) -> Membership:
    """The row as it is now, the team locked: two owners cannot step down at one moment."""
    team = Team.objects.select_for_update(no_key=True).get(pk=membership.team_id)
    return Membership.objects.for_team(team).select_related("team", "user").get(pk=membership.pk)


def _keep_an_owner(team: Team) -> None:
    if Membership.objects.for_team(team).filter(role=permissions.OWNER).count() < 2:
        raise LastOwner(
            _("%(team)s needs an owner. Make someone else an owner first.") % {"team": team.name}
        )
