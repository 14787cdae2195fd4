"""Narrowing the audit log, how long it is kept, and what a new API key may do."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts import permissions
from accounts.models import Membership, Team
from accounts.models.people import LEAST_AUDIT_DAYS
from accounts.trail import Wanted
from accounts.verbs import KINDS

DAYS = {1: _("24 hours"), 7: _("7 days"), 30: _("30 days"), 365: _("A year")}
KEPT = {None: _("For ever"), 90: _("90 days"), 365: _("A year"), 1095: _("3 years")}
LONGEST = 3650
NEVER, OWN = "never", "own"
_MOST_PK = 2**63 - 1


def wanted_of(query: Any) -> Wanted:
    """What a query asks for; of what is not understood nothing is narrowed."""
    who, kind, days = query.get("who", ""), query.get("kind", ""), query.get("days", "")
    sort, _sign, number = query.get("about", "").partition(":")
    about = (sort[:20], int(number)) if sort.isidentifier() and _small(number) else None
    return Wanted(
        who=int(who) if _small(who) else None,
        kind=kind if kind in KINDS else "",
        about=about,
        days=int(days) if days.isdecimal() and days in {str(n) for n in DAYS} else None,
    )


def _small(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= _MOST_PK


class RetentionForm(forms.Form):
    audit_days = forms.TypedChoiceField(
        label=_("Keep entries"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, data: Any = None, *, team: Team) -> None:
        super().__init__(data, initial={"audit_days": team.audit_days or ""})
        offered: dict[int | None, StrOrPromise] = {**KEPT}
        if team.audit_days not in offered:
            offered[team.audit_days] = _("%(n)s days") % {"n": team.audit_days}
        field = self.fields["audit_days"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("" if days is None else days, words) for days, words in offered.items()]

    def clean_audit_days(self) -> int | None:
        days: int | None = self.cleaned_data["audit_days"]
        if days is not None and days < LEAST_AUDIT_DAYS:
            raise ValidationError(_("At least %(n)s days."), params={"n": LEAST_AUDIT_DAYS})
        return days


class KeyForm(forms.Form):
    """`expiry`: so many days, a day of one's own, or never."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What it is for, so that you know it again: Nightly report."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple, initial=["view"]
    )
    expiry = forms.ChoiceField(
        label=_("Good for"),
        choices=[
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("A year")),
            (OWN, _("Until a day of my own")),
            (NEVER, _("For ever")),
        ],
        initial="90",
    )
    until = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (action, permissions.in_words(action))
            for action in permissions.ACTIONS
            if membership.can(action)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "expiry" in cleaned and "until" in cleaned:
            cleaned["expires_at"] = self._ends(cleaned["expiry"], cleaned["until"])
        return cleaned

    def _ends(self, expiry: str, until: Any) -> datetime | None:
        if expiry == NEVER:
            return None
        if expiry != OWN:
            return timezone.now() + timedelta(days=int(expiry))
        zone = self.membership.team.zone
        today = timezone.localdate(timezone=zone)
        if until is None or until < today or until > today + timedelta(days=LONGEST):
            self.add_error("until", _("Choose a day from today on, within ten years."))
            return None
        return datetime.combine(until + timedelta(days=1), time(0), zone)
