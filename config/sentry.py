"""Reports errors to Sentry where an administrator has named one. Started by apps.py."""

import sentry_sdk
from sentry_sdk.types import Event, Hint

from config.scrub import clean


def start(dsn: str) -> None:
    """Errors only, without bodies, variables and people; what is left goes through the scrubber."""
    sentry_sdk.init(
        dsn=dsn,
        before_send=_scrubbed,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
    )


def _scrubbed(event: Event, hint: Hint) -> Event:
    scrubbed: Event = clean(event)
    return scrubbed
