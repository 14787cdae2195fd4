"""Whatever schedules or publishes passes the gates, counted: every service that queues a delivery
or gives it a time, and every address that leads to one. test_gate_paths.py goes these ways.
"""

import ast
import inspect
from collections.abc import Iterator

from posts import states
from posts.states import DeliveryState
from tests.architecture import reach
from tests.architecture.test_urls import ours

GATING = "posts.services.gating.require"
# What a person decides takes a delivery from here into the queue.
_AT_REST = set(DeliveryState) - states.IN_FLIGHT - {DeliveryState.QUEUED}
QUEUEING = {
    event
    for state in _AT_REST
    for event, target in states.DELIVERY[state].items()
    if target == DeliveryState.QUEUED
}
# Of what is under way or was in the queue already: it passed when it came there, and passes again
# in the hour before it is due.
GOES_ON = {
    "delivery.doubt._move",
    "delivery.moves.put_back",
    "delivery.poison.put_aside",
    "posts.services.parts.go_on",
}
# These move posts, not deliveries.
OF_POSTS = {"posts.services.deliveries._reopen", "posts.services.stage._step"}
TIMING = "posts.services.commitment._moved"
MOVES = {"workflow.move", "workflow.move_all"}
# Asks for many posts at once what schedule.schedule asks for each: test_batch_commit.py compares
# both, and test_gate_paths.py goes through a shut gate there.
FOR_MANY = "posts.services.batchcommit.schedule_all"

# By room: the addresses that lead there.
ADDRESSES = {
    "posts": {
        "create", "edit", "autosave", "autosave_new", "post_schedule", "post_publish",
        "import_columns", "import_confirm", "import_stop", "import_undo", "selection_channels",
        "selection_undo",
    },
    "calendar_app": {
        "card_edit", "card_move", "card_move_undo", "post_move", "post_move_undo", "queue_add",
        "queue_remove", "queue_reshuffle", "selection_move", "selection_shift", "selection_stage",
        "slots_fill",
    },
    "approvals": {
        "link_page", "post_answer", "post_review", "review", "selection_approve",
        "selection_changes", "selection_reject", "selection_submit",
    },
    "delivery": {
        "delivery_cancel", "delivery_confirm", "delivery_drop", "delivery_reschedule",
        "delivery_retry", "delivery_stop", "outage_drop", "outage_paced", "outage_reschedule",
        "selection_cancel", "selection_live", "selection_reschedule", "selection_retry", "undo",
    },
}  # fmt: skip


def moves() -> Iterator[tuple[str, str]]:
    """Who moves what by which event; the event as it is written, where it is no plain word."""
    for module in reach.modules():
        for name, top in reach.tops(module).items():
            for node in ast.walk(top):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in MOVES:
                    event = node.args[1]
                    said = event.value if isinstance(event, ast.Constant) else ast.unparse(event)
                    yield f"{module}.{name}", str(said)


def queueing() -> set[str]:
    every = {event for row in (*states.DELIVERY.values(), *states.POST.values()) for event in row}
    found = {who for who, event in moves() if event in QUEUEING or event not in every}
    return found - GOES_ON - OF_POSTS | {TIMING}


def gated(name: str) -> bool:
    """It asks the gates itself, or by a helper of its own module."""
    if name == FOR_MANY:
        return any(one.startswith("posts.gatekeeper.look") for one in reach.reached(name))
    module = name.rpartition(".")[0]
    own = {one for one in reach.graph()[name] if one.startswith(f"{module}._")}
    asked = reach.graph()[name].union(*(reach.graph()[helper] for helper in own))
    return any(one.startswith(GATING) for one in asked)


def open_ways(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """Those from which one comes to `name` without a gate on the way."""
    if gated(name) or name in seen:
        return set()
    above = reach.callers(name)
    ways = [open_ways(caller, seen | {name}) for caller in above]
    return set().union(*ways) if above else {name}


def test_the_services_that_queue_are_these():
    assert {"commit", "resend", "restore_queued"} <= QUEUEING
    assert queueing() == {
        "posts.services.batchcommit._commit",
        "posts.services.commitment._queue",
        "posts.services.commitment.again",
        "posts.services.deliveries.take_back",
        TIMING,
    }


def test_no_way_leads_into_the_queue_but_through_the_gates():
    assert {name: ways for name in queueing() if (ways := open_ways(name))} == {}


def test_every_address_that_leads_there_is_known():
    ends, found = queueing(), set()
    for address in ours():
        view = inspect.unwrap(address.view)
        if reach.reached(f"{view.__module__}.{getattr(view, '__name__', '')}") & ends:
            found.add(address.name)
    assert found == {f"{room}:{name}" for room, names in ADDRESSES.items() for name in names}
