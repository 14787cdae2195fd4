"""Keys by which programs act for one member of a team."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts import permissions
from accounts.models.people import Membership, Team, TeamQuerySet
from accounts.permissions import Action


class ApiKeyQuerySet(TeamQuerySet["ApiKey"]):
    def working(self) -> "ApiKeyQuerySet":
        unended = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(unended, revoked_at=None)


class ApiKey(models.Model):
    """It goes with the membership that it belongs to. `prefix` is how people and scanners know it,
    `digest` all that is kept of the secret; `addresses`: from where it was used lately.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="api_keys")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=10))
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    addresses = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=list(permissions.ACTIONS), scopes__len__gt=0),
                name="api_key_scopes_known",
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="api_key_ending",
                condition=Q(revoked_at=None, warned_at=None, expires_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ended(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def can(self, action: Action) -> bool:
        """What it was made for, and never more than its member may at this moment."""
        return action in self.scopes and self.membership.can(action)

    @property
    def usable(self) -> list[Action]:
        return [action for action in permissions.ACTIONS if self.can(action)]
