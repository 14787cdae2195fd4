"""People and teams, their keys, and what was done. Every tenant table elsewhere points at Team."""

from accounts.models.audit import AuditEntry
from accounts.models.key import ApiKey
from accounts.models.people import (
    Invitation,
    Membership,
    Team,
    TeamQuerySet,
    User,
    validate_time_zone,
)

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Invitation",
    "Membership",
    "Team",
    "TeamQuerySet",
    "User",
    "validate_time_zone",
]
