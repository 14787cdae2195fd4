"""One table: what each role may do. access.py reads it for pages, services for the rest."""

from typing import Literal

Action = Literal["view", "comment", "write", "review", "schedule", "publish", "connect", "manage"]

OWNER, ADMIN, EDITOR, VIEWER = "owner", "admin", "editor", "viewer"

_VIEW: frozenset[Action] = frozenset({"view"})
_EDIT: frozenset[Action] = _VIEW | {"comment", "write", "review", "schedule", "publish"}
_ADMIN: frozenset[Action] = _EDIT | {"connect", "manage"}

MAY: dict[str, frozenset[Action]] = {OWNER: _ADMIN, ADMIN: _ADMIN, EDITOR: _EDIT, VIEWER: _VIEW}


def allows(role: str, action: Action) -> bool:
    return action in MAY[role]


def who_may(action: Action) -> str:
    """The roles that allow the action, least powerful first: "editor, admin or owner"."""
    *others, last = reversed([role for role, actions in MAY.items() if action in actions])
    return f"{', '.join(others)} or {last}" if others else last


def may_assign(*, actor: str, now: str | None, then: str | None) -> bool:
    """Whether a person of role `actor` may turn the role `now` into `then`; None is no membership.

    Only owners touch owners.
    """
    if not allows(actor, "manage"):
        return False
    return actor == OWNER or OWNER not in {now, then}
