"""The secret in a review link.

A token is a nonce and its HMAC: garbage is refused before the database is asked, a stolen database
cannot make one, and the row holds only its SHA-256.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection

from django.core import signing
from django.utils.crypto import salted_hmac

SALT = "approvals.link"
CODE_SALT = "approvals.code"
COOKIE_SALT = "approvals.page"
PICTURE_SALT = "approvals.picture"


def make() -> tuple[str, str]:
    """A new token and the digest to store."""
    nonce = secrets.token_urlsafe(24)
    token = f"{nonce}{_seal(nonce)}"
    return token, digest(token)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def plausible(token: str) -> bool:
    """Whether we could have made it."""
    # As bytes: of text, compare_digest takes ASCII only.
    return len(token) == 64 and hmac.compare_digest(token[32:].encode(), _seal(token[:32]).encode())


def _seal(nonce: str) -> str:
    return salted_hmac(SALT, nonce, algorithm="sha256").hexdigest()[:32]


def code(request_id: int, content_hash: str) -> str:
    """Four digits, shown as text where they are to be typed. Not against people: a scanner that
    presses buttons does not read.
    """
    made = salted_hmac(CODE_SALT, f"{request_id} {content_hash}", algorithm="sha256").digest()
    return f"{int.from_bytes(made[:8]) % 10_000:04d}"


def sign_page(request_id: int, token_hash: str) -> str:
    """The cookie that keeps the review page open after the token has left the address bar."""
    return signing.dumps([request_id, token_hash], salt=COOKIE_SALT)


def opens_page(cookie: str, request_id: int, hashes: Collection[str]) -> bool:
    """`hashes` of the links that are good for that page."""
    try:
        said = signing.loads(cookie, salt=COOKIE_SALT)
    except signing.BadSignature:
        return False
    return any(said == [request_id, known] for known in hashes if known)


def sign_picture(asset_id: int, recipe: str = "") -> str:
    """For pictures inside the mail, which is read without any session. `recipe`: the key of what
    is made of it; without, as it is.
    """
    return signing.dumps([asset_id, recipe] if recipe else asset_id, salt=PICTURE_SALT)


def read_picture(signed: str, *, max_age: int) -> tuple[int, str] | None:
    try:
        said = signing.loads(signed, salt=PICTURE_SALT, max_age=max_age)
        asset_id, recipe = said if isinstance(said, list) else (said, "")
        return int(asset_id), str(recipe)
    except (signing.BadSignature, TypeError, ValueError):
        return None
