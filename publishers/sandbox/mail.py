"""A mail backend that keeps what was sent, to be read on the sandbox's mail page."""

from collections.abc import Sequence
from email.message import EmailMessage as Parsed

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from publishers.sandbox.models import Mail


class CatcherBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return len(Mail.objects.bulk_create(caught(message) for message in email_messages))


def caught(message: EmailMessage) -> Mail:
    """Read back from the finished MIME message, so that the page shows what a reader would get."""
    mime = message.message()
    return Mail(
        subject=str(mime["Subject"] or "")[:500],
        sender=str(mime["From"] or "")[:500],
        recipients=message.recipients(),
        headers=[[name, str(value)] for name, value in mime.items()],
        text=body(mime, "plain"),
        html=body(mime, "html"),
    )


def body(mime: Parsed, kind: str) -> str:
    part = mime.get_body((kind,))
    return str(part.get_content()) if part else ""
