"""Every kind of message, declared once with a stable id. `tell` refuses a kind that is not here."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

_OPEN = _("Open the post")


@dataclass(frozen=True)
class Kind:
    """`line` is the sentence, with `{names}` from the message's data; `action` is on the button.

    `mark` is the status that stands beside it where nobody did it (`{by}` shows the person).
    """

    id: str
    line: StrOrPromise
    icon: str = "bell"
    email: bool = True
    in_app: bool = True
    mark: str = ""
    action: StrOrPromise = _OPEN


_KINDS = (
    Kind("review_asked", _("{by} asked you to review “{title}”"), "stamp", action=_("Review it")),
    Kind("review_receipt", _("You decided on “{title}”"), "stamp", in_app=False),
    Kind("review_approved", _("{by} approved “{title}”"), "circle-check"),
    Kind("review_changes", _("{by} asked for changes to “{title}”"), "message-square"),
    Kind(
        "comment_mention",
        _("{by} mentioned you on “{title}”: {said}"),
        "at-sign",
        action=_("Read the comments"),
    ),
    Kind(
        "comment_written",
        _("{by} commented on “{title}”: {said}"),
        "message-square",
        action=_("Read the comments"),
    ),
    Kind(
        "post_published",
        _("“{title}” is live on {channels}"),
        "send",
        email=False,
        mark="published",
    ),
    Kind(
        "delivery_failed",
        _("“{title}” was not published on {channel}: {reason}"),
        "circle-alert",
        mark="attention",
        action=_("Mend it and try again"),
    ),
    Kind(
        "delivery_unsure",
        _("“{title}” may be live on {channel}. Have a look"),
        "circle-help",
        mark="unknown",
        action=_("Have a look"),
    ),
    Kind(
        "delivery_at_risk",
        _("“{title}” will not go out on {channel} at {when} as things are: {reason}"),
        "triangle-alert",
        mark="attention",
        action=_("See to it"),
    ),
    Kind(
        "delivery_missed",
        _("“{title}” was not published on {channel}: its time has passed"),
        "clock",
        mark="attention",
        action=_("Publish it now, or drop it"),
    ),
    Kind(
        "delivery_late",
        _("“{title}” is late on {channel}. {reason}"),
        "clock",
        mark="attention",
        action=_("See where it is"),
    ),
    Kind(
        "deliveries_late",
        _("{count} posts are late, first “{title}” on {channel}. {reason}"),
        "clock",
        mark="attention",
        action=_("See where they are"),
    ),
    Kind(
        "delivery_outage",
        _("Nothing was published from {began} to {ended}. {what}"),
        "clock",
        mark="attention",
        action=_("Decide about them"),
    ),
    Kind(
        "clock_wrong",
        _(
            "The clock of {host} is {seconds} s {where} the database's. "
            "Posts go out by the database's"
        ),
        "clock",
        mark="attention",
        action=_("See the deliveries"),
    ),
    Kind(
        "channel_reconnect",
        _("{channel} signed us out. {waiting}"),
        "unplug",
        mark="attention",
        action=_("Reconnect"),
    ),
    Kind(
        "channel_ends",
        _("Our access to {channel} ends on {ends}, and cannot be renewed without you"),
        "unplug",
        mark="attention",
        action=_("Reconnect"),
    ),
    Kind(
        "key_ends",
        _("The API key “{key}” ends on {ends}. What uses it needs a new one before that"),
        "key-round",
        mark="attention",
        action=_("Make a new key"),
    ),
    Kind(
        "publishing_held",
        _("Nothing is published at the moment. {reason}"),
        "circle-alert",
        mark="attention",
        action=_("See deliveries"),
    ),
    Kind(
        "database_rewound",
        _("Drumbeat was restored to an earlier state. {reason}"),
        "circle-help",
        mark="unknown",
        action=_("Have a look"),
    ),
    Kind(
        "import_ended",
        _("“{name}”: {outcome}"),
        "file-spreadsheet",
        email=False,
        action=_("See the import"),
    ),
    Kind(
        "team_invitation",
        _("{by} invited you to {team}"),
        "user-round",
        in_app=False,
        action=_("See the invitation"),
    ),
)
KINDS: dict[str, Kind] = {kind.id: kind for kind in _KINDS}
