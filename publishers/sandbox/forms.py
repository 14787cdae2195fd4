"""The forms of the faults page."""

from typing import Self

from django import forms

from publishers.sandbox import faults
from publishers.sandbox.models import Account, Does, Fault

TARGETS = [choice for choice in Does.choices if choice[0] != Does.OTHER]


class FaultForm(forms.Form):
    kind = forms.ChoiceField(label="What goes wrong", choices=Fault.Kind.choices)
    does = forms.ChoiceField(label="While", choices=TARGETS, initial=Does.PUBLISH)
    parameter = forms.FloatField(
        label="Seconds", required=False, min_value=0, max_value=faults.LONGEST
    )
    times = forms.IntegerField(label="How many times", required=False, min_value=1, max_value=1000)

    def save(self, account: Account) -> Fault:
        data = self.cleaned_data
        seconds = data["parameter"]
        does = faults.DEFAULT_TARGET.get(data["kind"], data["does"])
        parameter = "" if seconds is None else f"{seconds:g}"
        return faults.arm(
            account, data["kind"], times=data["times"], parameter=parameter, does=does
        )


class PaceForm(forms.Form):
    """How much the account may post, and how long the platform works on what it uploads."""

    budget_limit = forms.IntegerField(
        label="Posts per 15 minutes", required=False, min_value=0, max_value=100_000
    )
    day_limit = forms.IntegerField(
        label="Posts in 24 hours", required=False, min_value=0, max_value=100_000
    )
    processing_seconds = forms.FloatField(
        label="Seconds to work on a video", required=False, min_value=0, max_value=3600
    )

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls(initial={name: getattr(account, name) for name in cls.base_fields})

    def save(self, account: Account) -> None:
        data = self.cleaned_data
        limit, seconds = data["budget_limit"], data["processing_seconds"]
        Account.objects.filter(pk=account.pk).update(
            budget_limit=limit,
            budget_left=limit or 0,
            budget_resets_at=None,
            day_limit=data["day_limit"],
            processing_seconds=1.0 if seconds is None else seconds,
        )
