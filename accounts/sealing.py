"""Secrets at rest: encrypted under TOKEN_KEYS and bound to one purpose.

For second factors, and for the links in messages that wait to be sent.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """Sealed under a key that is gone, altered, or for another purpose."""


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str, purpose: str) -> str:
    return _fernet(tuple(settings.TOKEN_KEYS)).encrypt(f"{purpose}\0{text}".encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    try:
        plain = _fernet(tuple(settings.TOKEN_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable(purpose) from None
    found, _, text = plain.partition("\0")
    if found != purpose:
        raise Unreadable(purpose)
    return text
