"""What only the message may show (a link that decides): encrypted at rest, erased once sent."""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(secret: Mapping[str, str]) -> str:
    return _keys().encrypt(json.dumps(dict(secret)).encode()).decode() if secret else ""


def unseal(sealed: str) -> dict[str, str]:
    """Raises cryptography.fernet.InvalidToken when none of the keys fits."""
    opened: dict[str, str] = json.loads(_keys().decrypt(sealed.encode())) if sealed else {}
    return opened


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.TOKEN_KEYS])
