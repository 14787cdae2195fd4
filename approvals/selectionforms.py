"""What acts on many reviews ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from posts.selectionforms import ActForm
from posts.typed import WordsField


def _words(label: StrOrPromise, missing: StrOrPromise) -> forms.CharField:
    return WordsField(
        max_length=5000,
        strip=True,
        label=label,
        help_text=_("Each of their authors gets this at once."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing},
    )


class ChangesForm(ActForm):
    comment = _words(
        _("What should change?"),
        _("Say what should change, so that the author knows what to do."),
    )


class RejectForm(ActForm):
    comment = _words(_("Why is it rejected?"), _("Say why, so that the author understands."))
