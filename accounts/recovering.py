"""Coming in by a mail: a new password, or a code. allauth shows the forms; the settings name them.

An address that waits to be confirmed may be mistyped and somebody else's: it lets nobody in.
"""

from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm
from allauth.account.models import EmailAddress

from accounts.models import User


def belongs(email: str, user: User) -> bool:
    """The address that an account has had from the beginning, or one that it has confirmed."""
    known = EmailAddress.objects.filter(user=user, email__iexact=email, verified=True)
    return user.email.lower() == email.lower() or known.exists()


class PasswordForm(ResetPasswordForm):  # type: ignore[misc]  # allauth is untyped
    users: list[User]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = [user for user in self.users if belongs(email, user)]
        return email


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth is untyped
    _user: User | None

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if self._user and not belongs(email, self._user):
            self._user = None
        return email
