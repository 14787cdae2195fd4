"""What the pages of this room read, each with a fixed number of statements."""

import hashlib

from allauth.account.models import EmailAddress
from django.db.models import F, QuerySet

from accounts import permissions
from accounts.models import ApiKey, Invitation, Membership, Team, User


def teams_of(user: User) -> QuerySet[Team]:
    return Team.objects.filter(memberships__user=user).order_by("name", "pk")


def memberships_of(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user).select_related("team").order_by("team__name", "pk")


def members(team: Team) -> QuerySet[Membership]:
    return Membership.objects.for_team(team).select_related("user").order_by("user__name", "pk")


def waiting_invitations(team: Team) -> QuerySet[Invitation]:
    return (
        Invitation.objects.for_team(team).waiting().select_related("invited_by").order_by("email")
    )


def api_keys(membership: Membership) -> QuerySet[ApiKey]:
    """A member's own, for an owner the team's; those that work in front."""
    found = ApiKey.objects.for_team(membership.team).select_related("membership__user")
    if membership.role != permissions.OWNER:
        found = found.filter(membership=membership)
    return found.order_by(F("revoked_at").desc(nulls_first=True), "-created_at", "-pk")


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_by_token(token: str) -> Invitation | None:
    return (
        Invitation.objects.select_related("team", "invited_by")
        .filter(token_hash=token_hash(token))
        .first()
    )


def holds_address(user: User, email: str) -> bool:
    """Whether the person has proved that this mailbox is theirs."""
    proved = EmailAddress.objects.filter(user=user, email__iexact=email, verified=True)
    return bool(proved.exists())
