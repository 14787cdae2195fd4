"""What people type when they connect: an app password, or which of their accounts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from publishers.contract import Account, ApiKey, AppPassword, Auth, OAuth2
from ui.spoken import spoken


class SignInForm(forms.Form):
    """What a door asks for; labels come from the platform, the host where there are many servers.

    A door that leads to the platform's own sign-in asks for nothing.
    """

    identifier = forms.CharField(max_length=200)
    secret = forms.CharField(
        max_length=2000,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    host = forms.CharField(max_length=200)

    def __init__(self, auth: Auth, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        match auth:
            case AppPassword():
                self._label("identifier", auth.identifier_label)
                self._label("secret", auth.secret_label, auth.help)
                self._host(auth.host_label, needed=False)
            case ApiKey():
                del self.fields["identifier"]
                self._label("secret", auth.label, auth.help)
                self._host(auth.host_label, needed=True)
            case OAuth2():
                del self.fields["identifier"], self.fields["secret"]
                self._host(auth.hosts, needed=True)

    def _label(self, name: str, label: str, help_text: str = "") -> None:
        field = self.fields[name]
        field.label, field.help_text = spoken(label), spoken(help_text)
        field.widget.attrs |= {
            "autocapitalize": "none",
            "spellcheck": "false",
            "autocomplete": "off",
        }

    def _host(self, label: str, *, needed: bool) -> None:
        if not label:
            del self.fields["host"]
            return
        self._label("host", label)
        self.fields["host"].required = needed
        if not needed:
            self.fields["host"].help_text = _(
                "Leave it empty unless your account lives on a server of its own."
            )

    def clean_identifier(self) -> str:
        return str(self.cleaned_data["identifier"]).strip().removeprefix("@")

    def clean_host(self) -> str:
        """The server's address, with a scheme and without a slash at its end; of somebody's full
        name on it, such as @ana@tide.example, what stands behind the last @.

        Whether it may be called is the guarded client's to say.
        """
        typed = str(self.cleaned_data["host"]).strip().rstrip("/")
        if not typed or "://" in typed:
            return typed
        return f"https://{typed.rpartition('@')[2]}"


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
