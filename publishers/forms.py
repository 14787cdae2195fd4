"""What people type when they connect: an app password, or which of their accounts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from publishers.contract import Account, AppPassword


class AppPasswordForm(forms.Form):
    """Labels come from the platform; the host only where accounts live on many servers."""

    identifier = forms.CharField(max_length=200)
    secret = forms.CharField(
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    host = forms.CharField(
        max_length=200,
        required=False,
        help_text=_("Leave it empty unless your account lives on a server of its own."),
    )

    def __init__(self, auth: AppPassword, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["identifier"].label = auth.identifier_label
        self.fields["identifier"].widget.attrs |= {
            "autocapitalize": "none",
            "spellcheck": "false",
            "autocomplete": "off",
        }
        self.fields["secret"].label = auth.secret_label
        self.fields["secret"].help_text = auth.help
        if auth.host_label:
            self.fields["host"].label = auth.host_label
        else:
            del self.fields["host"]

    def clean_identifier(self) -> str:
        return str(self.cleaned_data["identifier"]).strip().removeprefix("@")


class ChooseForm(forms.Form):
    """Which of the accounts that a consent opened; `elsewhere` are those that need a second yes."""

    account = forms.MultipleChoiceField(
        error_messages={
            "required": _("Choose at least one account."),
            "invalid_choice": _("That account was not among those you may connect."),
        }
    )
    confirmed = forms.BooleanField(required=False)

    def __init__(
        self, accounts: Sequence[Account], elsewhere: set[str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.elsewhere = elsewhere
        field = self.fields["account"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(account.remote_id, account.handle) for account in accounts]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.elsewhere & set(data.get("account", ())) and not data.get("confirmed"):
            self.add_error(
                "confirmed",
                _(
                    "One of these accounts is also connected in another team on this server. "
                    "Confirm that both may post to it, or leave it out."
                ),
            )
        return data
