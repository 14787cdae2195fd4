"""Secrets at rest: encrypted with keys kept outside the database, bound to the row they belong to.

Called by everything here that stores a token. The first key writes, every key reads.
"""

import binascii
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

NEW_KEY = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


class KeysMissing(Exception):
    """No key, or one that is not a key: nothing can be stored or read."""


class Unreadable(Exception):
    """No key opens this ciphertext, or it was made for another row."""


def encrypt(secret: str, *, row: str) -> str:
    """`row` names the only place where this ciphertext opens, such as "grant:12:access"."""
    return _keyring().encrypt(json.dumps([row, secret]).encode()).decode()


def decrypt(ciphertext: str, *, row: str) -> str:
    try:
        opened = _keyring().decrypt(ciphertext.encode())
    except InvalidToken:
        raise Unreadable(
            f"{row} cannot be read with the keys in DRUMBEAT_TOKEN_KEYS. "
            "Put the key it was written with back, after the newest one."
        ) from None
    bound_to, secret = json.loads(opened)
    if bound_to != row:
        raise Unreadable(f"{row} holds a secret that was written for another row.")
    return str(secret)


def rotate(ciphertext: str, *, row: str) -> str:
    """The same secret under the newest key."""
    return encrypt(decrypt(ciphertext, row=row), row=row)


def _keyring() -> MultiFernet:
    return _ring(tuple(settings.TOKEN_KEYS))


@lru_cache(1)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise KeysMissing(
            f"DRUMBEAT_TOKEN_KEYS is empty. Make a key with: {NEW_KEY} "
            "and keep it outside the database."
        )
    ring = []
    for place, key in enumerate(keys, start=1):
        try:
            ring.append(Fernet(key))
        except (ValueError, binascii.Error):
            raise KeysMissing(
                f"Key {place} in DRUMBEAT_TOKEN_KEYS is not a key: it must be 32 bytes in "
                f"URL-safe base64. Make one with: {NEW_KEY}"
            ) from None
    return MultiFernet(ring)


def require_keys() -> None:
    """Raise KeysMissing when the settings cannot encrypt."""
    _keyring()
