"""The items of a delivery: the post, the parts of its thread, its first comment; which are live.

They are sent one after the other, so the first that is not live is the next, and the only one that
can be in doubt. Called by the delivery room, by services and by pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from posts import payloads
from posts.errors import BeingPublished
from posts.models import Delivery
from publishers.contract import Kind, Payload


@dataclass(frozen=True)
class Items:
    """All items as they were approved, and the remote ids of those that are live, in order."""

    all: Sequence[Payload]
    live: Sequence[str]

    @property
    def number(self) -> int:
        """Of the next item, counted from 0."""
        return len(self.live)

    @property
    def payload(self) -> Payload:
        """The next item, with what it answers."""
        return payloads.answering(self.all[self.number], self.live)

    def and_live(self, remote_id: str) -> "Items":
        return Items(self.all, [*self.live, remote_id])


def of(delivery: Delivery) -> Items:
    """Raises TamperedContent. Asks the database only for what is partly live."""
    everything = payloads.build_all(delivery)
    return Items(everything, live(delivery))


def live(delivery: Delivery) -> list[str]:
    if delivery.remote_id is None:
        return []
    return [str(pk) for pk in delivery.parts.order_by("seq").values_list("remote_id", flat=True)]


def kinds(delivery: Delivery) -> list[Kind]:
    if delivery.revision is None:
        return ["post"]
    pieces = payloads.pieces(delivery.revision.snapshot, delivery.channel_id)
    return [kind for kind, _ in pieces]


def name(among: Sequence[Kind], number: int) -> str:
    """In a sentence: which of them it is."""
    if among[number] == "comment":
        return _("the first comment")
    parts = sum(kind != "comment" for kind in among)
    if parts < 2:
        return _("the post")
    return _("part %(n)s of %(all)s") % {"n": number + 1, "all": parts}


def next_name(delivery: Delivery) -> str:
    """The first that is not live; empty when all are."""
    among, number = kinds(delivery), len(delivery.parts.all())
    return name(among, number) if number < len(among) else ""


def told(delivery: Delivery, reason: str) -> str:
    """A reason, with how far a thread has come; the same where nothing of it is live."""
    if delivery.remote_id is None:
        return reason
    among, number = kinds(delivery), delivery.parts.count()
    if number >= len(among):
        return reason
    which = name(among, number)
    which = which[0].upper() + which[1:]
    return f"{number} of {len(among)} live. {which}: {reason}"


def begun(delivery: Delivery) -> BeingPublished:
    """Why what is partly live can neither be cancelled nor changed, as an error to raise."""
    live, total = delivery.parts.count(), len(kinds(delivery))
    said = _(
        "%(live)s of %(all)s are live already. Stop here to keep what is out; to take it down, "
        "delete it on the platform."
    )
    return BeingPublished(said % {"live": live, "all": total})
