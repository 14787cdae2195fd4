"""Every kind of message, declared once with a stable id. `tell` refuses a kind that is not here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`line` is the sentence, with `{names}` from the message's data; `action` is on the button.

    `mark` is the status that stands beside it where nobody did it (`{by}` shows the person).
    """

    id: str
    line: str
    icon: str = "bell"
    email: bool = True
    in_app: bool = True
    mark: str = ""
    action: str = "Open the post"


_KINDS = (
    Kind("review_asked", "{by} asked you to review “{title}”", "stamp", action="Review it"),
    Kind("review_receipt", "You decided on “{title}”", "stamp", in_app=False),
    Kind("review_approved", "{by} approved “{title}”", "circle-check"),
    Kind("review_changes", "{by} asked for changes to “{title}”", "message-square"),
    Kind(
        "comment_mention",
        "{by} mentioned you on “{title}”: {said}",
        "at-sign",
        action="Read the comments",
    ),
    Kind(
        "comment_written",
        "{by} commented on “{title}”: {said}",
        "message-square",
        action="Read the comments",
    ),
    Kind(
        "post_published", "“{title}” is live on {channels}", "send", email=False, mark="published"
    ),
    Kind(
        "delivery_failed",
        "“{title}” was not published on {channel}: {reason}",
        "circle-alert",
        mark="attention",
        action="Mend it and try again",
    ),
    Kind(
        "delivery_unsure",
        "“{title}” may be live on {channel}. Have a look",
        "circle-help",
        mark="unknown",
        action="Have a look",
    ),
    Kind(
        "delivery_at_risk",
        "“{title}” will not go out on {channel} at {when} as things are: {reason}",
        "triangle-alert",
        mark="attention",
        action="See to it",
    ),
    Kind(
        "delivery_missed",
        "“{title}” was not published on {channel}: its time has passed",
        "clock",
        mark="attention",
        action="Publish it now, or drop it",
    ),
    Kind(
        "delivery_late",
        "“{title}” is late on {channel}. {reason}",
        "clock",
        mark="attention",
        action="See where it is",
    ),
    Kind(
        "deliveries_late",
        "{count} posts are late, first “{title}” on {channel}. {reason}",
        "clock",
        mark="attention",
        action="See where they are",
    ),
    Kind(
        "delivery_outage",
        "Nothing was published from {began} to {ended}. {what}",
        "clock",
        mark="attention",
        action="Decide about them",
    ),
    Kind(
        "clock_wrong",
        "The clock of {host} is {seconds} s {where} the database's. Posts go out by the database's",
        "clock",
        mark="attention",
        action="See the deliveries",
    ),
    Kind(
        "channel_reconnect",
        "{channel} signed us out. {waiting}",
        "unplug",
        mark="attention",
        action="Reconnect",
    ),
    Kind(
        "channel_ends",
        "Our access to {channel} ends on {ends}, and cannot be renewed without you",
        "unplug",
        mark="attention",
        action="Reconnect",
    ),
    Kind(
        "publishing_held",
        "Nothing is published at the moment. {reason}",
        "circle-alert",
        mark="attention",
        action="See deliveries",
    ),
    Kind(
        "database_rewound",
        "Drumbeat was restored to an earlier state. {reason}",
        "circle-help",
        mark="unknown",
        action="Have a look",
    ),
    Kind(
        "import_ended",
        "“{name}”: {outcome}",
        "file-spreadsheet",
        email=False,
        action="See the import",
    ),
    Kind(
        "team_invitation",
        "{by} invited you to {team}",
        "user-round",
        in_app=False,
        action="See the invitation",
    ),
)
KINDS: dict[str, Kind] = {kind.id: kind for kind in _KINDS}
