"""What a person decides about a platform's breaker. Called by the admin."""

import structlog

from accounts.models import User
from delivery import breaker

log = structlog.get_logger(__name__)


def close(*, platform: str, by: User) -> bool:
    """Send to it again at once; the log says who decided so. False when it was closed already."""
    closed = breaker.close(platform)
    if closed:
        log.warning("breaker.closed_by_hand", platform=platform, user_id=by.pk)
    return closed
