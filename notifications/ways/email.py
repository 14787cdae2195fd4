"""A message as a mail. The rights of the recipient are checked again at the moment of sending."""

from contextlib import suppress
from functools import partial
from smtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import languages
from accounts.models import Membership
from accounts.sealing import Unreadable
from notifications import unsubscribing, wishes
from notifications.kind import sentence
from notifications.kinds import EMAIL, GROUPS, KINDS
from notifications.models import Message, Sending
from notifications.sealing import unseal
from notifications.ways import Later, Never, Result, Sent, Waits
from ui import mail

GENERIC = "notification"


def deliver(sending: Sending) -> Result:
    message = sending.message
    if not may_still_know(message):
        return Never("The recipient is no longer in the team.")
    theirs = wishes.of_one(message.user_id)
    if not theirs.want(message.kind, EMAIL):
        return Never("The recipient no longer wants this mail.")
    if until := theirs.quiet_until(timezone.now(), message.kind):
        return Waits(until)
    try:
        letter = compose(sending)
    except Unreadable:
        return Never("What this mail shows was sealed under a key that is gone.")
    return hand_over(letter)


def hand_over(letter: EmailMessage) -> Result:
    """The server hears goodbye once what it took is noted."""
    server = letter.connection = get_connection()
    result = _sent(letter, server)
    if result == Sent():
        return Sent(partial(_hang_up, server))
    _hang_up(server)
    return result


def _hang_up(server: BaseEmailBackend) -> None:
    with suppress(SMTPException, OSError):
        server.close()


def _sent(letter: EmailMessage, server: BaseEmailBackend) -> Result:
    try:
        # Opened by us, it stays so.
        server.open()
        letter.send()
    except SMTPAuthenticationError as refused:
        return Later(f"The mail server refused our name and password ({refused.smtp_code}).")
    except SMTPRecipientsRefused as refused:
        codes = [code for code, _text in refused.recipients.values()]
        return _answer(min(codes, default=0), "The mail server refused the recipient")
    except SMTPResponseException as refused:
        return _answer(refused.smtp_code, "The mail server refused the mail")
    except (SMTPException, OSError) as broken:
        return Later(f"The mail server did not answer ({type(broken).__name__}).")
    return Sent()


def compose(sending: Sending) -> EmailMessage:
    message = sending.message
    stop = ""
    if message.user_id is not None and not KINDS[message.kind].must:
        stop = stop_url(message.user_id, KINDS[message.kind].group)
    with override(message.data.get("language") or languages.of_mail(message.user)):
        return mail.render(
            _template(message.kind),
            to=[message.user.email if message.user else message.email],
            context={**_context(message), "stop": stop},
            headers=headers(str(sending.pk), stop),
        )


def headers(name: str, stop: str = "") -> dict[str, str]:
    """Every attempt has the same Message-ID: a mail that had to be repeated folds into one.

    `stop` is an address that ends mails like this by one POST (RFC 8058).
    """
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    ended = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return {
        "Message-ID": f"<drumbeat.{name}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        **(ended if stop else {}),
    }


def stop_url(user_id: int, group: str) -> str:
    token = unsubscribing.token(user_id, group)
    return mail.absolute(reverse("notifications:unsubscribe", args=[token]))


def _context(message: Message) -> dict[str, Any]:
    kind = KINDS[message.kind]
    data = {**message.facts, **unseal(message.sealed)}
    heading = str((data.get("comment") and kind.head) or kind.line).format(**data)
    return {
        **data,
        "team": message.team.name,
        "recipient": message.user.name if message.user else "",
        "line": str(kind.line).format(**data),
        "heading": heading,
        "sentence": sentence(heading),
        "action": kind.action,
        "outside": message.user is None,
        "about": GROUPS[kind.group],
    }


def _template(kind: str) -> str:
    try:
        get_template(f"emails/{kind}.html")
    except TemplateDoesNotExist:
        return GENERIC
    return kind


def may_still_know(message: Message) -> bool:
    if message.user_id is None:
        return True
    return Membership.objects.filter(
        team_id=message.team_id, user_id=message.user_id, user__is_active=True
    ).exists()


def _answer(code: int, said: str) -> Result:
    """5xx is for good, 4xx for now (RFC 5321, 4.2.1)."""
    return Never(f"{said} ({code}).") if code >= 500 else Later(f"{said} ({code}).")
