"""What only the message may show (a link that decides): encrypted at rest, erased once sent."""

import json
from collections.abc import Mapping

from accounts import sealing

PURPOSE = "message"


def seal(secret: Mapping[str, str]) -> str:
    return sealing.seal(json.dumps(dict(secret)), PURPOSE) if secret else ""


def unseal(sealed: str) -> dict[str, str]:
    """Raises accounts.sealing.Unreadable when none of the keys fits."""
    opened: dict[str, str] = json.loads(sealing.unseal(sealed, PURPOSE)) if sealed else {}
    return opened
