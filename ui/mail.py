"""Mail as people read it: a subject, a written text part and an HTML part, with absolute links.

A kind is three templates: `emails/<kind>.subject.txt`, `.txt` and `.html`. Called by whoever sends.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def absolute(path: str) -> str:
    """The address of a path as seen from a mail program."""
    return urljoin(f"{settings.SITE_URL}/", path.lstrip("/") if path.startswith("/") else path)


def render(
    kind: str,
    *,
    to: Sequence[str],
    context: Mapping[str, Any],
    reply_to: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> EmailMultiAlternatives:
    """An unsent message. In the context, `url` is made absolute and `site_url` is added."""
    values = {"site_url": settings.SITE_URL, **context}
    if values.get("url"):
        values["url"] = absolute(str(values["url"]))
    subject = render_to_string(f"emails/{kind}.subject.txt", values)
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"emails/{kind}.txt", values).strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=list(to),
        reply_to=list(reply_to),
        headers=dict(headers or {}),
    )
    message.attach_alternative(render_to_string(f"emails/{kind}.html", values), "text/html")
    return message
