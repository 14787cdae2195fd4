"""What acts on many reviews ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from posts.selectionforms import ActForm


class ChangesForm(ActForm):
    comment = forms.CharField(
        max_length=5000,
        strip=True,
        label=_("What should change?"),
        help_text=_("Each of their authors gets this at once."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Say what should change, so that the author knows what to do.")
        },
    )
