"""Mails that say what has just changed about an account: allauth's kinds, in our words.

adapter.py asks here when allauth sends one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from ui import dates

_SECURITY, _ADDRESSES = reverse_lazy("mfa_index"), reverse_lazy("account_email")
_PASSWORD = reverse_lazy("account_change_password")


@dataclass(frozen=True)
class Notice:
    """`line` is the subject; `words` say the rest, with `{names}` from what allauth knows."""

    line: StrOrPromise
    words: StrOrPromise
    url: Promise | str
    action: StrOrPromise


NOTICES: dict[str, Notice] = {
    "account/email/password_changed": Notice(
        _("Your password was changed"),
        _("From now on you sign in with the new one."),
        _PASSWORD,
        _("Change the password"),
    ),
    "account/email/password_set": Notice(
        _("Your account has a password now"),
        _("From now on you can sign in with it."),
        _PASSWORD,
        _("Change the password"),
    ),
    "account/email/password_reset": Notice(
        _("Your password was replaced"),
        _("Somebody followed the link in a mail to this address and chose a new one."),
        _PASSWORD,
        _("Change the password"),
    ),
    "account/email/email_changed": Notice(
        _("Your address was changed"),
        _("Your account belongs to {to_email} now, and no longer to {from_email}."),
        _ADDRESSES,
        _("See your addresses"),
    ),
    "account/email/email_confirm": Notice(
        _("Your address is confirmed"),
        _("From now on you can sign in with it."),
        _ADDRESSES,
        _("See your addresses"),
    ),
    "account/email/email_deleted": Notice(
        _("An address was removed from your account"),
        _("{deleted_email} no longer belongs to it."),
        _ADDRESSES,
        _("See your addresses"),
    ),
    "mfa/email/totp_activated": Notice(
        _("Signing in asks for a code now"),
        _("An authenticator app was added to your account."),
        _SECURITY,
        _("See how you sign in"),
    ),
    "mfa/email/totp_deactivated": Notice(
        _("Signing in no longer asks for a code"),
        _("The authenticator app was removed from your account."),
        _SECURITY,
        _("See how you sign in"),
    ),
    "mfa/email/recovery_codes_generated": Notice(
        _("You have new recovery codes"),
        _("Those that you had before are good for nothing now."),
        _SECURITY,
        _("See how you sign in"),
    ),
    "mfa/email/webauthn_added": Notice(
        _("A security key was added to your account"),
        _("From now on you can sign in with it."),
        _SECURITY,
        _("See how you sign in"),
    ),
    "mfa/email/webauthn_removed": Notice(
        _("A security key was removed from your account"),
        _("It no longer signs you in."),
        _SECURITY,
        _("See how you sign in"),
    ),
    "socialaccount/email/account_connected": Notice(
        _("Another way to sign in was added"),
        _("From now on you can sign in with {provider}."),
        _SECURITY,
        _("See how you sign in"),
    ),
    "socialaccount/email/account_disconnected": Notice(
        _("A way to sign in was removed"),
        _("{provider} no longer signs you in."),
        _SECURITY,
        _("See how you sign in"),
    ),
}


def told(notice: Notice, user: User, known: Mapping[str, Any]) -> dict[str, Any]:
    """What its templates show. The moment by the person's clock: a mail has no other."""
    zone = ZoneInfo(user.time_zone or "UTC")
    return {
        "line": notice.line,
        "words": str(notice.words).format_map(known),
        "url": str(notice.url),
        "action": notice.action,
        "ip": known["ip"],
        "agent": known["user_agent"],
        "at": dates.placed(known["timestamp"], "j F Y, H:i", zone),
    }
