"""One table: what each role may do. access.py reads it for pages, services for the rest."""

from typing import Literal, get_args

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

Action = Literal["view", "comment", "write", "review", "schedule", "publish", "connect", "manage"]
ACTIONS: tuple[Action, ...] = get_args(Action)

OWNER, ADMIN, EDITOR, VIEWER = "owner", "admin", "editor", "viewer"

_VIEW: frozenset[Action] = frozenset({"view"})
_EDIT: frozenset[Action] = _VIEW | {"comment", "write", "review", "schedule", "publish"}
_ADMIN: frozenset[Action] = _EDIT | {"connect", "manage"}

MAY: dict[str, frozenset[Action]] = {OWNER: _ADMIN, ADMIN: _ADMIN, EDITOR: _EDIT, VIEWER: _VIEW}


def in_words(action: Action) -> str:
    """What somebody with this right may do."""
    return {
        "view": _("See posts, calendar and deliveries"),
        "comment": _("Write comments"),
        "write": _("Write posts, and use the library"),
        "review": _("Review posts"),
        "schedule": _("Schedule posts"),
        "publish": _("Publish, and decide about deliveries"),
        "connect": _("Connect channels"),
        "manage": _("Manage the team and its settings"),
    }[action]


def allows(role: str, action: Action) -> bool:
    return action in MAY[role]


def who_may(action: Action) -> str:
    """The roles that allow the action, least powerful first: "editor, admin or owner"."""
    *others, last = reversed([said(role) for role, actions in MAY.items() if action in actions])
    if not others:
        return last
    return _("%(others)s or %(last)s") % {"others": ", ".join(others), "last": last}


def said(role: str) -> str:
    """In the middle of a sentence, where English writes it small."""
    return {
        OWNER: pgettext("in a sentence", "owner"),
        ADMIN: pgettext("in a sentence", "admin"),
        EDITOR: pgettext("in a sentence", "editor"),
        VIEWER: pgettext("in a sentence", "viewer"),
    }[role]


def may_assign(*, actor: str, now: str | None, then: str | None) -> bool:
    """Whether a person of role `actor` may turn the role `now` into `then`; None is no membership.

    Only owners touch owners.
    """
    if not allows(actor, "manage"):
        return False
    return actor == OWNER or OWNER not in {now, then}
