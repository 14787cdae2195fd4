"""The form under a review: a decision, what was seen, and words."""

from django import forms

from approvals.models import Decision


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=Decision.Kind.choices)
    content_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    comment = forms.CharField(
        max_length=5000,
        required=False,
        strip=True,
        label="What should change?",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskForm(forms.Form):
    note = forms.CharField(max_length=2000, required=False, strip=True)
