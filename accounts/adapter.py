"""How sign-in behaves here: links from the configured address, mail in our look, secrets sealed.

allauth calls these classes; the settings name them.
"""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import languages, notices, refusals
from accounts.audit import About
from accounts.models import User
from accounts.sealing import seal, unseal
from ui import mail

logger = logging.getLogger(__name__)
TOTP = "second factor"


def site_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        user.name = form.cleaned_data.get("name", "").strip()
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """What was typed is not kept: somebody types the password into the wrong field."""
        super().authentication_failed(request, **credentials)
        typed = credentials.get("email") or credentials.get("username") or ""
        known = User.objects.filter(email__iexact=str(typed)[:254]).first()
        about = About("user", known.pk, str(known)) if known else About()
        refusals.write(request, "refusal.signin", about=about)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links come from SITE_URL, whatever Host header the request carried; words are in the
        person's own language, where they chose one.

        A mail server that is away must not turn a sign-up into an error page: the page that follows
        offers to send the mail again.
        """
        ours = {
            "email": email,
            "site_url": settings.SITE_URL,
            "signup_url": site_url(reverse("account_signup")),
        }
        try:
            with translation.override(languages.chosen(context.get("user")) or get_language()):
                self.render_mail(template_prefix, email, {**context, **ours}).send()
        except (OSError, SMTPException):
            logger.exception("mail_not_sent", extra={"template": template_prefix})
            messages.error(
                self.request,
                _("The mail server did not answer. Ask for the mail again in a minute."),
            )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """allauth forgets whom it is for, and with that the language and the clock."""
        known = {**(context or {}), "user": user}
        super().send_notification_mail(template_prefix, user, known, email)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        notice = notices.NOTICES.get(template_prefix)
        if notice is None:
            letter: EmailMessage = super().render_mail(template_prefix, email, context, headers)
            return letter
        said = notices.told(notice, context["user"], context)
        to = [email] if isinstance(email, str) else email
        return mail.render("account_notice", to=to, context=said, headers=headers)

    def send_account_already_exists_mail(self, email: str) -> None:
        url = site_url(reverse("account_reset_password"))
        self.send_mail("account/email/account_already_exists", email, {"password_reset_url": url})

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return site_url(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return site_url(path.replace("UID-KEY", key))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    def encrypt(self, text: str) -> str:
        return seal(text, TOTP)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, TOTP)

    def _get_site_name(self) -> str:
        return "Drumbeat"


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.name = str(data.get("name") or " ".join(part for part in parts if part))[:120]
        return user
