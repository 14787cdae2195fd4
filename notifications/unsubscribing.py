"""The links that end mails of one sort (RFC 8058): signed, of one person, and good for ever.

Whoever holds one can only stop mails, so it needs no row and no end.
"""

from django.core.signing import BadSignature, Signer

from accounts.models import User
from notifications.kinds import EMAIL, GROUPS, KINDS
from notifications.models import Habits, Preference

# Of the digest, which holds all sorts.
DIGEST = "digest"
_signer = Signer(salt="notifications.unsubscribe")


class Unknown(Exception):
    """Nobody of ours signed it, or its person is gone."""


def token(user_id: int, group: str) -> str:
    return _signer.sign(f"{user_id}.{group}")


def read(given: str) -> tuple[User, str]:
    """Whose mails, of which group. Raises Unknown."""
    try:
        number, group = _signer.unsign(given).split(".")
        user = User.objects.get(pk=int(number), is_active=True)
    except (BadSignature, ValueError, User.DoesNotExist):
        raise Unknown from None
    if group != DIGEST and group not in GROUPS:
        raise Unknown
    return user, group


def stop(user: User, group: str) -> None:
    """A second time changes nothing."""
    if group == DIGEST:
        Habits.objects.update_or_create(user=user, defaults={"pace": Habits.Pace.NEVER})
        return
    kinds = {kind.chosen_as for kind in KINDS.values() if kind.group == group and not kind.must}
    Preference.objects.bulk_create(
        (Preference(user=user, kind=kind, way=EMAIL, wanted=False) for kind in sorted(kinds)),
        update_conflicts=True,
        unique_fields=["user", "kind", "way"],
        update_fields=["wanted"],
    )
