"""The secret in a feed's address: a nonce and its HMAC.

Garbage is refused before the database is asked, and a stolen database cannot make one. Unlike the
link of a review it is shown again: calendar programs are set up one after the other.
"""

import hmac
import secrets

from django.utils.crypto import salted_hmac

SALT = "calendar_app.feed"
NONCE = 32


def nonce() -> str:
    return secrets.token_urlsafe(24)


def token_of(nonce: str) -> str:
    return nonce + _seal(nonce)


def nonce_in(token: str) -> str | None:
    """None: we have not made this token."""
    nonce, seal = token[:NONCE], token[NONCE:]
    # As bytes: of text, compare_digest takes ASCII only.
    return nonce if hmac.compare_digest(seal.encode(), _seal(nonce).encode()) else None


def _seal(nonce: str) -> str:
    return salted_hmac(SALT, nonce, algorithm="sha256").hexdigest()[:32]
