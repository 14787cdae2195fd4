"""Every kind of message, declared once with a stable id. `tell` refuses a kind that is not here."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

_OPEN = _("Open the post")


class Group(StrEnum):
    """What kinds are about: how they are chosen together, and what a mail's unsubscribing ends."""

    REVIEWS = "reviews"
    COMMENTS = "comments"
    PUBLISHING = "publishing"
    TROUBLE = "trouble"
    TEAM = "team"


GROUPS: dict[str, StrOrPromise] = {
    Group.REVIEWS: _("Reviews"),
    Group.COMMENTS: _("Comments"),
    Group.PUBLISHING: _("Publishing"),
    Group.TROUBLE: _("Trouble"),
    Group.TEAM: _("The team"),
}
# Column by column, as a person chooses.
IN_APP, EMAIL, PUSH = "in_app", "email", "push"
WAYS: dict[str, StrOrPromise] = {IN_APP: _("In Drumbeat"), EMAIL: _("E-mail"), PUSH: _("Browser")}


@dataclass(frozen=True)
class Kind:
    """`line` is the sentence, with `{names}` from the message's data; `action` is on the button.

    `title` is what people choose by, in `group`; without one it follows the choice of `like`.
    `in_app`, `email` and `push`: what holds until somebody chooses otherwise. `must`: its mail is
    sent whatever was chosen, at once. `urgent`: it may come through quiet hours.
    `mark` is the status that stands beside it where nobody did it (`{by}` shows the person).
    """

    id: str
    line: StrOrPromise
    icon: str = "bell"
    group: Group = Group.TROUBLE
    title: StrOrPromise = ""
    like: str = ""
    email: bool = True
    in_app: bool = True
    push: bool = False
    must: bool = False
    urgent: bool = False
    mark: str = ""
    action: StrOrPromise = _OPEN

    @property
    def chosen_as(self) -> str:
        return self.like or self.id

    def travels(self, way: str) -> bool:
        """What holds without a choice."""
        return bool({IN_APP: self.in_app, EMAIL: self.email, PUSH: self.push}[way])

    def can_travel(self, way: str) -> bool:
        """Mails that must come are no choice, and what has no place under the bell has none."""
        if self.must:
            return self.in_app and way != EMAIL
        return True


_KINDS = (
    Kind(
        "review_asked",
        _("{by} asked you to review “{title}”"),
        "stamp",
        group=Group.REVIEWS,
        title=_("Somebody asks for your review"),
        push=True,
        must=True,
        action=_("Review it"),
    ),
    Kind(
        "review_receipt",
        _("You decided on “{title}”"),
        "stamp",
        group=Group.REVIEWS,
        in_app=False,
        must=True,
    ),
    Kind(
        "review_approved",
        _("{by} approved “{title}”"),
        "circle-check",
        group=Group.REVIEWS,
        title=_("Your post is approved"),
    ),
    Kind(
        "review_changes",
        _("{by} asked for changes to “{title}”"),
        "message-square",
        group=Group.REVIEWS,
        title=_("Changes to your post are asked for"),
        push=True,
    ),
    Kind(
        "review_reminder",
        _("“{title}” still waits for your review, wanted by {when}"),
        "timer",
        group=Group.REVIEWS,
        title=_("A review that you were asked for is due soon"),
        push=True,
        mark="review",
        action=_("Review it"),
    ),
    Kind(
        "review_overdue",
        _("The review of “{title}” is late: it was wanted by {when}"),
        "timer",
        group=Group.REVIEWS,
        title=_("The review of your post is late"),
        push=True,
        mark="attention",
        action=_("See its review"),
    ),
    Kind(
        "review_missed",
        _("“{title}” was not approved in time, so it did not go out at {when}"),
        "clock",
        group=Group.REVIEWS,
        title=_("The time of your post came while it was in review"),
        push=True,
        urgent=True,
        mark="attention",
        action=_("See its review"),
    ),
    Kind(
        "comment_mention",
        _("{by} mentioned you on “{title}”: {said}"),
        "at-sign",
        group=Group.COMMENTS,
        title=_("Somebody mentions you"),
        push=True,
        action=_("Read the comments"),
    ),
    Kind(
        "comment_written",
        _("{by} commented on “{title}”: {said}"),
        "message-square",
        group=Group.COMMENTS,
        title=_("Somebody comments where you take part"),
        action=_("Read the comments"),
    ),
    Kind(
        "post_published",
        _("“{title}” is live on {channels}"),
        "send",
        group=Group.PUBLISHING,
        title=_("Your post is live"),
        email=False,
        mark="published",
    ),
    Kind(
        "delivery_failed",
        _("“{title}” was not published on {channel}: {reason}"),
        "circle-alert",
        title=_("A post was not published"),
        push=True,
        urgent=True,
        mark="attention",
        action=_("Mend it and try again"),
    ),
    Kind(
        "delivery_unsure",
        _("“{title}” may be live on {channel}. Have a look"),
        "circle-help",
        title=_("A post may be live, and somebody must look"),
        push=True,
        urgent=True,
        mark="unknown",
        action=_("Have a look"),
    ),
    Kind(
        "delivery_at_risk",
        _("“{title}” will not go out on {channel} at {when} as things are: {reason}"),
        "triangle-alert",
        title=_("A post will not go out as things are"),
        push=True,
        urgent=True,
        mark="attention",
        action=_("See to it"),
    ),
    Kind(
        "delivery_missed",
        _("“{title}” was not published on {channel}: its time has passed"),
        "clock",
        title=_("The time of a post has passed"),
        push=True,
        mark="attention",
        action=_("Publish it now, or drop it"),
    ),
    Kind(
        "delivery_late",
        _("“{title}” is late on {channel}. {reason}"),
        "clock",
        title=_("Posts are late"),
        push=True,
        mark="attention",
        action=_("See where it is"),
    ),
    Kind(
        "deliveries_late",
        _("{count} posts are late, first “{title}” on {channel}. {reason}"),
        "clock",
        like="delivery_late",
        mark="attention",
        action=_("See where they are"),
    ),
    Kind(
        "delivery_outage",
        _("Nothing was published from {began} to {ended}. {what}"),
        "clock",
        title=_("Nothing was published for a while"),
        push=True,
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
        title=_("The clock of a server is wrong"),
        mark="attention",
        action=_("See the deliveries"),
    ),
    Kind(
        "channel_reconnect",
        _("{channel} signed us out. {waiting}"),
        "unplug",
        title=_("A channel signed us out"),
        push=True,
        urgent=True,
        mark="attention",
        action=_("Reconnect"),
    ),
    Kind(
        "channel_ends",
        _("Our access to {channel} ends on {ends}, and cannot be renewed without you"),
        "unplug",
        title=_("Access to a channel is about to end"),
        mark="attention",
        action=_("Reconnect"),
    ),
    Kind(
        "key_ends",
        _("The API key “{key}” ends on {ends}. What uses it needs a new one before that"),
        "key-round",
        group=Group.TEAM,
        title=_("An API key of yours is about to end"),
        mark="attention",
        action=_("Make a new key"),
    ),
    Kind(
        "publishing_held",
        _("Nothing is published at the moment. {reason}"),
        "circle-alert",
        title=_("Publishing stands still"),
        push=True,
        urgent=True,
        mark="attention",
        action=_("See deliveries"),
    ),
    Kind(
        "database_rewound",
        _("Drumbeat was restored to an earlier state. {reason}"),
        "circle-help",
        title=_("Drumbeat was restored to an earlier state"),
        mark="unknown",
        action=_("Have a look"),
    ),
    Kind(
        "import_ended",
        _("“{name}”: {outcome}"),
        "file-spreadsheet",
        group=Group.PUBLISHING,
        title=_("An import of yours has ended"),
        email=False,
        action=_("See the import"),
    ),
    Kind(
        "webhook_paused",
        _("The webhook “{name}” is paused. {reason}"),
        "zap",
        group=Group.TEAM,
        title=_("A webhook is paused because it does not answer"),
        mark="attention",
        action=_("See the webhook"),
    ),
    Kind(
        "team_invitation",
        _("{by} invited you to {team}"),
        "user-round",
        group=Group.TEAM,
        must=True,
        in_app=False,
        action=_("See the invitation"),
    ),
)
KINDS: dict[str, Kind] = {kind.id: kind for kind in _KINDS}
