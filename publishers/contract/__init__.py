"""What a platform is to Drumbeat: plain data and one class to fill in. No Django, no rows.

An adapter is made for one account and one job: `Adapter(http, app, account)`. It returns outcomes;
what it raises is a bug. `prepare` does everything that leaves nothing public (uploads, containers);
`publish` then makes the single call that may make the post public.
"""

from publishers.contract.adapter import (
    Adapter,
    Confirms,
    Finds,
    Http,
    Prepares,
    Removes,
    Reply,
)
from publishers.contract.outcomes import (
    CannotTell,
    Found,
    NotFound,
    NotPublished,
    Outcome,
    Processing,
    Published,
    Reconnect,
    Rejected,
    Sighting,
    TryLater,
    Uncertain,
)
from publishers.contract.payload import (
    Account,
    App,
    Kind,
    Media,
    Payload,
    ReplyTo,
    Step,
    Tokens,
)
from publishers.contract.spec import (
    AppPassword,
    Counter,
    Feature,
    Limits,
    OAuth2,
    Option,
    Preview,
    Rate,
    Reconcile,
    Spec,
)

__all__ = [
    "Account",
    "Adapter",
    "App",
    "AppPassword",
    "CannotTell",
    "Confirms",
    "Counter",
    "Feature",
    "Finds",
    "Found",
    "Http",
    "Kind",
    "Limits",
    "Media",
    "NotFound",
    "NotPublished",
    "OAuth2",
    "Option",
    "Outcome",
    "Payload",
    "Prepares",
    "Preview",
    "Processing",
    "Published",
    "Rate",
    "Reconcile",
    "Reconnect",
    "Rejected",
    "Removes",
    "Reply",
    "ReplyTo",
    "Sighting",
    "Spec",
    "Step",
    "Tokens",
    "TryLater",
    "Uncertain",
]
