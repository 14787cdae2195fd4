"""The two state machines, as data. Pure: no Django model is known here.

People move a post through its stages; machines move a delivery (one post on one channel) through
its states. A table that is malformed fails at import.
"""

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    IDEA = "idea"
    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    DONE = "done"


class DeliveryState(StrEnum):
    DRAFT = "draft"
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    NEEDS_HUMAN = "needs_human"
    MISSED = "missed"
    FAILED = "failed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


type Table[S: StrEnum] = Mapping[S, Mapping[str, S]]

_S, _D = Stage, DeliveryState

# It was found to be live as it is here, although nothing here had led to that: a restored database
# has forgotten the approval.
_LIVE = {"finish": _S.DONE}

POST: Table[Stage] = {
    _S.IDEA: {"start": _S.DRAFTING, "submit": _S.IN_REVIEW, "waive": _S.APPROVED, **_LIVE},
    _S.DRAFTING: {"shelve": _S.IDEA, "submit": _S.IN_REVIEW, "waive": _S.APPROVED, **_LIVE},
    _S.IN_REVIEW: {
        "approve": _S.APPROVED,
        "request_changes": _S.CHANGES_REQUESTED,
        "reject": _S.CHANGES_REQUESTED,
        "withdraw": _S.DRAFTING,
        "lapse": _S.DRAFTING,
        "edit": _S.DRAFTING,
        **_LIVE,
    },
    _S.CHANGES_REQUESTED: {
        "submit": _S.IN_REVIEW,
        "withdraw": _S.DRAFTING,
        "waive": _S.APPROVED,
        "reconsider": _S.IN_REVIEW,
        **_LIVE,
    },
    _S.APPROVED: {
        "schedule": _S.SCHEDULED,
        "edit": _S.DRAFTING,
        "withdraw": _S.DRAFTING,
        "reconsider": _S.IN_REVIEW,
        **_LIVE,
    },
    _S.SCHEDULED: {
        "unschedule": _S.APPROVED,
        "edit": _S.DRAFTING,
        "withdraw": _S.DRAFTING,
        "reconsider": _S.IN_REVIEW,
        **_LIVE,
    },
    _S.DONE: {"reopen": _S.SCHEDULED},
}

# A person takes a decision back: the delivery waits again as it did before.
_BACK = {
    "restore_missed": _D.MISSED,
    "restore_failed": _D.FAILED,
    "restore_needs_human": _D.NEEDS_HUMAN,
}

# The database was restored to an earlier state: this may have gone out since then.
_DOUBT = {"doubt": _D.UNKNOWN}

# Of a thread some is live and more is to follow: the next item has its turn, or a person says that
# what is out is enough. "advance" keeps the claim for it.
_ITEMS = {"go_on": _D.QUEUED, "stop": _D.PUBLISHED}

# Late truth is accepted: a worker that was given up may still prove that the post is live, even
# when it was already put back in the queue. That is the only way from there to "published".
DELIVERY: Table[DeliveryState] = {
    _D.DRAFT: {"commit": _D.QUEUED, "cancel": _D.CANCELLED, **_DOUBT},
    _D.QUEUED: {
        "claim": _D.CLAIMED,
        "recall": _D.DRAFT,
        "miss": _D.MISSED,
        "refuse": _D.FAILED,
        "publish": _D.PUBLISHED,
        "cancel": _D.CANCELLED,
        "stop": _D.PUBLISHED,
        **_BACK,
        **_DOUBT,
    },
    _D.CLAIMED: {
        "intend": _D.SENDING,
        "release": _D.QUEUED,
        "expire": _D.QUEUED,
        "recall": _D.DRAFT,
        "refuse": _D.FAILED,
        "ask": _D.NEEDS_HUMAN,
        "publish": _D.PUBLISHED,
        "cancel": _D.CANCELLED,
        **_ITEMS,
        **_DOUBT,
    },
    _D.SENDING: {
        "advance": _D.CLAIMED,
        "publish": _D.PUBLISHED,
        "accept": _D.ACCEPTED,
        "not_sent": _D.QUEUED,
        "refuse": _D.FAILED,
        "lose": _D.UNKNOWN,
    },
    _D.ACCEPTED: {
        "publish": _D.PUBLISHED,
        "go_on": _D.QUEUED,
        "refuse": _D.FAILED,
        "lose": _D.UNKNOWN,
    },
    _D.UNKNOWN: {
        "publish": _D.PUBLISHED,
        "go_on": _D.QUEUED,
        "prove_absent": _D.QUEUED,
        "ask": _D.NEEDS_HUMAN,
    },
    _D.NEEDS_HUMAN: {
        "publish": _D.PUBLISHED,
        "confirm_live": _D.PUBLISHED,
        "resend": _D.QUEUED,
        "cancel": _D.CANCELLED,
        **_ITEMS,
        **_DOUBT,
    },
    _D.MISSED: {
        "resend": _D.QUEUED,
        "recall": _D.DRAFT,
        "confirm_live": _D.PUBLISHED,
        "cancel": _D.CANCELLED,
        **_ITEMS,
        **_DOUBT,
    },
    _D.FAILED: {
        "resend": _D.QUEUED,
        "recall": _D.DRAFT,
        "confirm_live": _D.PUBLISHED,
        "cancel": _D.CANCELLED,
        **_ITEMS,
        **_DOUBT,
    },
    _D.PUBLISHED: {},
    _D.CANCELLED: {"restore_queued": _D.QUEUED, **_BACK},
}

LEASED = frozenset({_D.CLAIMED, _D.SENDING})
IN_FLIGHT = frozenset({_D.CLAIMED, _D.SENDING, _D.ACCEPTED, _D.UNKNOWN})
TROUBLED = frozenset({_D.FAILED, _D.MISSED, _D.NEEDS_HUMAN})
ENDED = frozenset({_D.PUBLISHED, _D.CANCELLED})
# Where a review may be asked for. A team that asks for none sends it from here to the schedule.
ASKABLE = frozenset(stage for stage in Stage if "submit" in POST[stage])
# Nothing of it can be public, so its content may still change.
RECALLABLE = frozenset(state for state in _D if "recall" in DELIVERY[state])


def legal[S: StrEnum](table: Table[S], state: S) -> Mapping[str, S]:
    """The events that `state` allows, and where each leads."""
    return table[state]


def _check[S: StrEnum](table: Table[S], states: type[S], initial: S) -> None:
    if set(table) != set(states):
        raise ValueError(f"{states.__name__}: every state needs a row")
    reached = {initial} | {target for row in table.values() for target in row.values()}
    if reached != set(states):
        raise ValueError(f"{states.__name__}: unreachable {set(states) - reached}")
    if any(target is source for source, row in table.items() for target in row.values()):
        raise ValueError(f"{states.__name__}: an event must change the state")


_check(POST, Stage, Stage.IDEA)
_check(DELIVERY, DeliveryState, DeliveryState.DRAFT)
