"""What a kind of message is: its sentence, its ways, and what people choose about it."""

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
    `head`: what stands above what was said in a mail that shows all of it, where `line` quotes it.
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
    head: StrOrPromise = ""

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


def sentence(line: str) -> str:
    """With its full stop: a line has none, but may end with what somebody asked."""
    return line if line.endswith((".", "?", "!", "…")) else f"{line}."
