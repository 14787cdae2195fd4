"""Which language a person reads: pages ask on every request, mails when they are written."""

from django.conf import settings
from django.utils.translation import get_language

from accounts.models import User


def chosen(user: object) -> str:
    """The person's own choice; empty without one, or when it is no language of ours any more."""
    language = getattr(user, "language", "")
    return language if language in dict(settings.LANGUAGES) else ""


def of_mail(user: User | None) -> str:
    """For what reaches somebody without a browser that could say what it prefers.

    Whoever has no account reads what the person reads who writes to them: the active language.
    """
    if user is None:
        return get_language() or settings.LANGUAGE_CODE
    return chosen(user) or settings.LANGUAGE_CODE
