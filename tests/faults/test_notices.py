"""Workers are killed while they tell people and programs: nothing is lost, and what comes again
comes under the number that it had.
"""

import pytest

from notifications import webhooks
from notifications.models import Call, Digest, Habits, Message, Sending
from notifications.services import tell_all
from tests.faults.world import environment
from tests.notifications.receiver import Receiver
from tests.processes import wait_until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
]
COUNT, KILLS = 200, 3
OPEN = ["waiting", "sending", "gathered"]


def test_a_killed_worker_loses_nothing(stack, smtp, team, alice, bob):
    hook = Receiver()
    webhooks.add(
        team=team,
        by=alice,
        name="Ours",
        url=f"{hook.origin}/hook",
        style="generic",
        events=["delivery.failed"],
    )
    Habits.objects.create(user=bob, pace=Habits.Pace.HOURLY)
    said = {"channel": "@t", "reason": "The picture is too large", "url": "/t/tidewater/"}
    tell_all(
        [
            Message(
                team=team,
                user=(alice, bob)[number % 2],
                kind="delivery_failed",
                data={**said, "title": f"Post {number}", "post": number},
            )
            for number in range(COUNT)
        ]
    )
    # Bob's half comes in one mail, which is due now.
    Sending.objects.filter(state="gathered").update(run_at="2026-01-01T00:00Z")
    mails = COUNT // 2 + 1
    running = stack(
        children=("worker", "beat"),
        env={
            **environment(DRUMBEAT_NOTICE_LEASE_SECONDS="3", DRUMBEAT_WEBHOOK_HOSTS=hook.origin),
            **smtp.env,
        },
    )

    def arrived() -> tuple[set[str], set[str]]:
        return (
            {str(mail["Message-ID"]) for mail in smtp.messages},
            {got.number for got in hook.received},
        )

    for kill in range(1, KILLS + 1):
        part = (mails + COUNT) * kill // (KILLS + 1)
        wait_until(lambda part=part: sum(map(len, arrived())) >= part, 60, f"{part} of all")
        old = running.kill("worker")
        running.wait_for_restart("worker", old)

    def all_settled() -> bool:
        rows = (Sending.objects, Call.objects, Digest.objects)
        return not any(of.filter(state__in=OPEN).exists() for of in rows)

    wait_until(all_settled, 60, "the end of all")
    hook.stop()
    by_mail, by_hook = arrived()
    assert (len(by_mail), len(by_hook)) == (mails, COUNT)
    assert {str(pk) for pk in Call.objects.values_list("event", flat=True)} == by_hook
    assert set(Sending.objects.values_list("state", flat=True)) == {"sent"}
    digests = {mail["Message-ID"] for mail in smtp.to("bob@demo.test")}
    assert len(digests) == Digest.objects.count() == 1
    # A few at most were on their way at each kill, and came again under their number.
    again = len(smtp.messages) - mails, len(hook.received) - COUNT
    assert again[0] <= 4 * KILLS
    assert again[1] <= 24 * KILLS
