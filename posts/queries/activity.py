"""What happened to a post, in sentences: its timeline and the steps of its approval."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from posts.models import Activity
from ui import dates

# kind: icon, sentence after the person's name. What is not here is too small to be told.
_PEOPLE: dict[str, tuple[str, Any]] = {
    "post.create": ("plus", _("started this post")),
    "post.save": ("pencil", _("edited it")),
    "post.restore": ("history", _("brought back an earlier version")),
    "post.start": ("pencil", _("took it into drafting")),
    "post.shelve": ("sparkle", _("put it back to the ideas")),
    "post.plan": ("calendar-clock", _("planned it for %(at)s")),
    "post.submit": ("stamp", _("asked for review of version %(revision)s")),
    "post.waive": ("circle-check", _("released it without review, as this team allows")),
    "post.approve": ("circle-check", _("approved version %(revision)s")),
    "review.approve": ("circle-check", _("approved it%(by_mail)s")),
    "review.changes": ("message-square", _("asked for changes%(by_mail)s")),
    "review.reject": ("circle-x", _("rejected it%(by_mail)s")),
    "review.withdrawn": ("undo-2", _("took their answer back%(by_mail)s")),
    "review.delegate": ("users", _("handed their review to %(to)s")),
    "post.request_changes": ("message-square", _("asked for changes")),
    "post.reject": ("circle-x", _("rejected it")),
    "post.withdraw": ("undo-2", _("took it back to drafting")),
    "post.edit": ("pencil", _("changed the content, so it needs approval again")),
    "post.schedule": ("calendar-clock", _("scheduled it")),
    "post.unschedule": ("undo-2", _("took it off the schedule")),
    "comment.write": ("message-square", _("commented")),
    "comment.answer": ("message-square", _("answered a comment")),
    "comment.resolve": ("check", _("resolved a comment")),
    "comment.reopen": ("undo-2", _("took a resolved comment up again")),
    "comment.remove": ("trash-2", _("deleted a comment of theirs")),
    "post.trash": ("trash-2", _("moved it to the trash")),
    "post.take_out": ("undo-2", _("took it out of the trash")),
    "post.reopen": ("undo-2", _("took it up again")),
    "delivery.cancel": ("x", _("dropped it on %(channel)s")),
    "delivery.resend": ("refresh-cw", _("asked to send it again on %(channel)s")),
    "delivery.move": ("calendar-clock", _("moved it on %(channel)s to %(at)s")),
    "delivery.try_now": ("refresh-cw", _("asked for another try on %(channel)s")),
    "delivery.stop": ("circle-check", _("let it end there on %(channel)s")),
    "delivery.confirm_live": ("circle-check", _("saw it live on %(channel)s")),
    "delivery.restore_queued": ("undo-2", _("took a decision back on %(channel)s")),
    "delivery.restore_missed": ("undo-2", _("took a decision back on %(channel)s")),
    "delivery.restore_failed": ("undo-2", _("took a decision back on %(channel)s")),
    "delivery.restore_needs_human": ("undo-2", _("took a decision back on %(channel)s")),
}
_MACHINES: dict[str, tuple[str, Any]] = {
    "review.return": ("undo-2", _("%(from)s cannot review any more, so %(to)s is asked again")),
    "post.finish": ("circle-check", _("Published on every channel")),
    "post.lapse": ("undo-2", _("Not in review any more: the database was restored")),
    "post.hold": ("triangle-alert", _("Not scheduled: a quality gate stops it")),
    "delivery.publish": ("send", _("Published on %(channel)s")),
    "delivery.go_on": ("circle-check", _("A part is live on %(channel)s; the next one follows")),
    "delivery.accept": ("clock", _("%(channel)s has it and is working on it")),
    "delivery.refuse": ("circle-alert", _("Not published on %(channel)s")),
    "delivery.lose": ("circle-help", _("%(channel)s gave no answer. We are looking")),
    "delivery.ask": ("circle-help", _("Nobody knows if it is live on %(channel)s. Have a look")),
    "delivery.warn": ("triangle-alert", _("Would not go out on %(channel)s as things are")),
    "delivery.mend": ("circle-check", _("What kept it from going out on %(channel)s is mended")),
    "delivery.miss": ("clock", _("Its time on %(channel)s passed unpublished")),
    "delivery.live_after_all": ("circle-alert", _("Live on %(channel)s after all")),
    "delivery.prove_absent": ("refresh-cw", _("Not on %(channel)s after all; sending again")),
}
# The rest is too small to be told; a thread alone makes dozens of such.
TOLD = frozenset({*_PEOPLE, *_MACHINES})
STEPS = {
    "post.submit": "draft",
    "post.lapse": "changes",
    "post.waive": "approved",
    "post.approve": "approved",
    "post.request_changes": "changes",
    "post.reject": "rejected",
    "review.approve": "approved",
    "review.changes": "changes",
    "review.reject": "rejected",
    "review.withdrawn": "draft",
    "post.finish": "published",
}
# What the post does when its reviewers have decided; their decisions say it better.
_ECHOES = frozenset({"post.approve", "post.request_changes", "post.reject"})
_DECISIONS = frozenset({"review.approve", "review.changes", "review.reject"})


@dataclass(frozen=True)
class Entry:
    """`who` None: the machine did it. `status` is set on the steps of the approval."""

    kind: str
    icon: str
    who: Any
    text: str
    at: datetime
    quote: str = ""
    status: str = ""


def entries(rows: Iterable[Activity], names: Mapping[int, str]) -> list[Entry]:
    """`names` maps channel ids to what people call them."""
    rows = list(rows)
    decided = any(row.kind in _DECISIONS for row in rows)
    told = [_entry(row, names) for row in rows if not (decided and row.kind in _ECHOES)]
    return [entry for entry in told if entry is not None]


def steps(told: Iterable[Entry]) -> list[Entry]:
    """The approval's part of the timeline, oldest first."""
    return [entry for entry in reversed(list(told)) if entry.status]


def _entry(row: Activity, names: Mapping[int, str]) -> Entry | None:
    mechanical = row.kind in _MACHINES
    icon, sentence = (_MACHINES if mechanical else _PEOPLE).get(row.kind, ("", None))
    if sentence is None:
        return None
    channel = row.data.get("channel")
    words = {
        "channel": names.get(channel, str(_("a removed channel"))) if channel else "",
        "revision": row.data.get("revision", ""),
        "at": _moment(row.data.get("at")),
        "from": row.data.get("from", ""),
        "to": row.data.get("to", ""),
        "by_mail": _(", by e-mail link") if row.data.get("via") == "email" else "",
    }
    return Entry(
        kind=row.kind,
        icon=icon,
        who=None if mechanical else (row.actor or row.actor_name or _("Somebody")),
        text=str(sentence) % words,
        at=row.at,
        quote=str(row.data.get("comment") or row.data.get("reason") or ""),
        status=STEPS.get(row.kind, ""),
    )


def _moment(value: Any) -> str:
    at = parse_datetime(value) if isinstance(value, str) else None
    return dates.written(timezone.localtime(at), "D j M, H:i") if at else ""
