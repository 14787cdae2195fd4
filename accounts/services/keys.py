"""Making API keys and taking them back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, keys, permissions
from accounts.audit import About
from accounts.errors import NotAllowed
from accounts.models import ApiKey, Membership, Team
from accounts.permissions import Action

MOST = 50


@transaction.atomic
def make(
    *, membership: Membership, name: str, scopes: Sequence[Action], expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """The key and its secret, which nobody will see again. Raises NotAllowed."""
    team = Team.objects.select_for_update(no_key=True).get(pk=membership.team_id)
    if not all(membership.can(scope) for scope in scopes):
        raise NotAllowed(_("A key may not do more than you may."))
    mine = ApiKey.objects.for_team(team).filter(membership=membership)
    if mine.working().count() >= MOST:
        raise NotAllowed(_("You have %(n)s keys here. Revoke one first.") % {"n": MOST})
    prefix, secret = keys.new()
    key = ApiKey.objects.create(
        team=team,
        membership=membership,
        name=name,
        prefix=prefix,
        digest=keys.digest(secret),
        scopes=[action for action in permissions.ACTIONS if action in scopes],
        expires_at=expires_at,
    )
    after = {"prefix": prefix, "scopes": key.scopes, "expires_at": expires_at}
    audit.write("key.create", team=team.pk, by=membership.user, about=_about(key), after=after)
    return key, secret


@transaction.atomic
def revoke(*, key: ApiKey, by: Membership) -> bool:
    """False where it was revoked already."""
    if key.membership_id != by.pk and by.role != permissions.OWNER:
        raise NotAllowed(_("Only an owner revokes the keys of others."))
    rows = ApiKey.objects.for_team(by.team).filter(pk=key.pk, revoked_at=None)
    if not rows.update(revoked_at=timezone.now()):
        return False
    before = {"prefix": key.prefix, "of": str(key.membership.user)}
    audit.write("key.revoke", team=by.team_id, by=by.user, about=_about(key), before=before)
    return True


def _about(key: ApiKey) -> About:
    return About("key", key.pk, key.name)
