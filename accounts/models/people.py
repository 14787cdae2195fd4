"""People and teams. Every tenant table elsewhere points at Team and is read through `for_team`."""

import zoneinfo
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import permissions, retries
from accounts.permissions import Action

LEAST_AUDIT_DAYS = 90


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone. Choose one such as Europe/Lisbon."),
            params={"value": value},
        )


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(
            email, password, **{**fields, "is_staff": True, "is_superuser": True}
        )


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, validators=[validate_time_zone])
    language = models.CharField(max_length=12, blank=True)
    theme = models.CharField(
        max_length=5,
        blank=True,
        choices=[("", _("System")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    density = models.CharField(
        max_length=8, blank=True, choices=[("", _("Comfortable")), ("compact", _("Compact"))]
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_ci")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        words = (self.name or self.email.split("@")[0]).replace(".", " ").split()
        return "".join(word[0] for word in words[:2]).upper()


class Team(models.Model):
    """`retry_pauses` in seconds, for the custom strategy; `retry_tries` counts the first try.
    `gap_minutes`: posts of one channel that are closer to each other are pointed out; 0 never.
    `holiday_country`: whose public holidays the calendar shows (holidays.py), empty for nobody's.
    `audit_days`: how long the audit log is kept; None for ever.
    `links_ask_code`: whoever answers by a link from a mail types a code; `links_sign_in`: members
    sign in instead.
    `restored_at`: when it was last noticed that the database is an older backup. Who was asked
    about a post before that may have been removed since.
    `gates`: which of its rules hold, by their id in the approvals room; None: the usual.
    """

    class Retrying(models.TextChoices):
        EXPONENTIAL = retries.EXPONENTIAL, _("Each pause twice as long")
        LINEAR = retries.LINEAR, _("Each pause longer by the first")
        CUSTOM = retries.CUSTOM, _("Pauses of our own")

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    review_required = models.BooleanField(default=True)
    allow_self_approval = models.BooleanField(default=False)
    links_ask_code = models.BooleanField(default=False, db_default=False)
    links_sign_in = models.BooleanField(default=False, db_default=False)
    late_after_minutes = models.PositiveSmallIntegerField(default=30)
    gap_minutes = models.PositiveSmallIntegerField(default=60)
    holiday_country = models.CharField(max_length=2, blank=True, default="", db_default="")
    holiday_region = models.CharField(max_length=60, blank=True, default="", db_default="")
    retry_strategy = models.CharField(
        max_length=11, choices=Retrying.choices, default=Retrying.EXPONENTIAL
    )
    retry_first_seconds = models.PositiveSmallIntegerField(default=retries.USUAL_FIRST)
    retry_tries = models.PositiveSmallIntegerField(default=retries.USUAL_TRIES)
    retry_pauses = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    audit_days = models.PositiveSmallIntegerField(null=True, blank=True)
    gates = models.BigIntegerField(null=True, blank=True, editable=False)
    restored_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gap_minutes__lte=24 * 60), name="team_gap_sane"
            ),
            models.CheckConstraint(
                condition=~models.Q(holiday_country="") | models.Q(holiday_region=""),
                name="team_region_of_a_country",
            ),
            models.CheckConstraint(
                condition=models.Q(retry_tries__gte=1, retry_tries__lte=retries.MOST_TRIES),
                name="team_retry_tries_sane",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    retry_first_seconds__gte=retries.SHORTEST,
                    retry_first_seconds__lte=retries.LONGEST,
                ),
                name="team_retry_first_sane",
            ),
            models.CheckConstraint(
                condition=models.Q(retry_strategy__in=["exponential", "linear", "custom"]),
                name="team_retry_strategy_known",
            ),
            models.CheckConstraint(
                condition=models.Q(audit_days=None) | models.Q(audit_days__gte=LEAST_AUDIT_DAYS),
                name="team_audit_days_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def pauses(self) -> list[int]:
        """Seconds to wait after each failure of a post; after the last one it waits for people."""
        return retries.pauses(
            self.retry_strategy,
            first=self.retry_first_seconds,
            tries=self.retry_tries,
            own=self.retry_pauses,
        )

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class TeamQuerySet[M: models.Model](models.QuerySet[M]):
    """The first call of every tenant query."""

    def for_team(self, team: Team) -> Self:
        return self.filter(team=team)


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = permissions.OWNER, _("Owner")
        ADMIN = permissions.ADMIN, _("Admin")
        EDITOR = permissions.EDITOR, _("Editor")
        VIEWER = permissions.VIEWER, _("Viewer")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.EDITOR)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Membership"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=list(permissions.MAY)), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} as {self.role}"

    def can(self, action: Action) -> bool:
        return permissions.allows(self.role, action)


class InvitationQuerySet(TeamQuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Neither accepted nor revoked; it may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)

    def untold(self) -> Self:
        """Still owed a mail. The outbox reads these and calls `issue_token`."""
        return self.waiting().filter(told_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """An expiring link to join a team; its token is made with the mail and only the hash stays."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Membership.Role.choices)
    token_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - unset until told; "" would collide
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "team",
                Lower("email"),
                name="invitation_open_once",
                condition=models.Q(accepted_at=None, revoked_at=None),
            )
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="invitation_untold",
                condition=models.Q(told_at=None, accepted_at=None, revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.team}"

    @property
    def expired(self) -> bool:
        return self.expires_at <= timezone.now()
