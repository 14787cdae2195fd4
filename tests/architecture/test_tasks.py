"""Rows are the queue: Celery wakes workers, at once, and only tasks.py asks it to."""

import ast

import pytest

from tests.architecture import tree

SENDING = {"delay", "apply_async", "send_task", "apply"}
LONGEST_COUNTDOWN = 60


def misuse(path: str, module: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if called in SENDING - {"apply"} and not path.endswith("/tasks.py"):
            found.append(f"{path}:{node.lineno} {called}() outside tasks.py")
        if called in SENDING | {"retry", "s", "signature"}:
            found += [f"{path}:{node.lineno} {why}" for why in _late(node)]
    return found


def _late(call: ast.Call) -> list[str]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    found = ["eta=: keep the time in a row"] if "eta" in given else []
    if "countdown" in given:
        value = given["countdown"]
        short = isinstance(value, ast.Constant) and value.value <= LONGEST_COUNTDOWN
        if not short:
            found.append(f"countdown= must be a number up to {LONGEST_COUNTDOWN}")
    return found


def test_only_tasks_enqueue_and_never_for_later():
    found = [line for p in tree.python_files() for line in misuse(tree.name(p), tree.parse(p))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "planted"),
    [
        ("posts/services/schedule.py", "send.delay(pk)"),
        ("posts/views.py", "app.send_task('delivery.send', [pk])"),
        ("delivery/tasks.py", "send.apply_async([pk], eta=when)"),
        ("delivery/tasks.py", "send.apply_async([pk], countdown=3600)"),
        ("delivery/tasks.py", "self.retry(countdown=seconds)"),
    ],
)
def test_catches_a_planted_call(path, planted):
    assert misuse(path, ast.parse(planted))


def test_leaves_the_innocent_alone():
    assert not misuse("delivery/tasks.py", ast.parse("send.apply_async([pk], countdown=5)"))
