"""Many notifications written at once, sent by mail and webhook while the worker is killed."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction

from accounts.models import Membership, Team, User
from bench import gauges
from bench.receivers import Hook, MailServer
from bench.scene import Scene
from notifications import webhooks
from notifications.models import Call, Message, Sending
from notifications.services import tell_all

PEOPLE = 20
# Long enough for one mail, and soon over for what a killed worker had.
LEASE_SECONDS = 10
EVERY, PATIENCE = 0.1, 1800.0


def environment(mail: MailServer, hook: Hook) -> dict[str, str]:
    return {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail.port),
        "DRUMBEAT_WEBHOOK_HOSTS": hook.origin,
        "DRUMBEAT_NOTICE_LEASE_SECONDS": str(LEASE_SECONDS),
    }


def figures(
    scene: Scene, mail: MailServer, hook: Hook, count: int, kills: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """`enqueued` in seconds; `mails` and `calls`: what arrived, of how many."""
    team, people = _team()
    url, events = f"{hook.origin}/hook", ["delivery.failed"]
    webhooks.add(team=team, by=people[0], name="Bench", url=url, style="generic", events=events)
    messages = [_message(team, people[number % PEOPLE], number) for number in range(count)]
    begun = time.monotonic()
    with transaction.atomic():
        tell_all(messages)
    enqueued = time.monotonic() - begun
    say(f"{count} notifications are written in {enqueued:.2f} s")
    scene.product.start()
    begun, killed = time.monotonic(), 0
    while not _done():
        taken = len(mail.taken) + len(hook.taken)
        # Evenly over all that is to be sent, and each while something is on its way.
        if killed < kills and taken >= (killed + 1) * 2 * count / (kills + 1):
            killed += _kill(scene)
            say(f"{taken} of {2 * count} sent, worker killed for the {killed}. time")
        if time.monotonic() - begun > PATIENCE:
            raise RuntimeError(f"{taken} of {2 * count} were sent in {PATIENCE:g} s")
        scene.tend()
        time.sleep(EVERY)
    return {
        "count": count,
        "kills": killed,
        "enqueued_s": round(enqueued, 2),
        "sent_s": round(time.monotonic() - begun, 1),
        "mails": mail.taken.figures(count),
        "calls": hook.taken.figures(count),
        "machine": gauges.machine(),
    }


def _team() -> tuple[Team, list[User]]:
    team = Team.objects.create(name="Bench", slug="bench")
    people = [
        User.objects.create(email=f"{number}@bench.test", name=f"P. {number}")
        for number in range(PEOPLE)
    ]
    Membership.objects.bulk_create(Membership(team=team, user=user) for user in people)
    return team, people


def _message(team: Team, user: User, number: int) -> Message:
    data = {
        "title": f"Post {number}",
        "post": number,
        "channel": "@bench",
        "reason": "The picture is too large",
        "url": f"/t/bench/deliveries/{number}/",
    }
    return Message(team=team, user=user, kind="delivery_failed", data=data)


def _done() -> bool:
    open_ones = ["waiting", "sending"]
    return not (
        Sending.objects.filter(state__in=open_ones).exists()
        or Call.objects.filter(state__in=open_ones).exists()
    )


def _kill(scene: Scene) -> bool:
    """Whether there was a worker to kill; the stack puts another in its place."""
    pid = scene.product.pid("worker")
    if pid:
        os.killpg(pid, signal.SIGKILL)
    return bool(pid)
