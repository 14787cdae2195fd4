"""What receivers get."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.utils import timezone

from notifications import calls, events, tasks, webhooks
from notifications.models import Call, Endpoint, Event
from notifications.services import tell
from tests.notifications.happenings import FAILED, failed

pytestmark = pytest.mark.django_db
State = Call.State
EXAMPLE = re.search(
    r"```python\n(.*?)```", (Path(configured.BASE_DIR) / "docs/webhooks.md").read_text(), re.S
)[1]


def verified(secret, got) -> bool:
    """As docs/webhooks.md tells receivers to check."""
    known: dict = {}
    exec(EXAMPLE, known)
    return known["verified"](secret, got.headers, got.body)


def test_one_happening_is_one_signed_event_however_many_are_told(
    team, alice, bob, receiver, endpoint
):
    there = receiver()
    row = endpoint(there)
    with transaction.atomic():
        failed(team, alice, bob)
        failed(team, bob)
    assert calls.drain() == 1
    (got,) = there.received
    said = json.loads(got.body)
    event = Event.objects.get()
    assert (
        (said["id"], said["type"])
        == (got.number, "delivery.failed")
        == (
            str(event.pk),
            "delivery.failed",
        )
    )
    assert said["text"] == ("“Map & <b>” was not published on @tidewater: The picture is too large")
    assert said["url"] == "http://127.0.0.1:8000/t/tidewater/deliveries/2/"
    assert said["team"] == {"slug": "tidewater", "name": "Tidewater"}
    assert said["data"]["post"] == 7
    assert (got.path, got.headers["Content-Type"]) == ("/hook", "application/json")
    assert verified(row.plain, got)
    assert not verified(row.plain + "x", got)
    assert not verified(row.plain, type(got)(got.path, got.headers, got.body + b" "))
    call = Call.objects.get()
    assert (call.state, call.status, call.answer, call.attempts) == (State.SENT, 200, "ok", 1)
    assert call.took_ms is not None


@pytest.mark.django_db(transaction=True)
def test_the_same_twice_is_two_events(team, alice, receiver, endpoint):
    endpoint(receiver())
    for _ in range(2):
        failed(team, alice)
    assert Event.objects.count() == 2


def test_a_rolled_back_change_and_other_teams_are_not_told(
    team, other_team, alice, mallory, receiver, endpoint
):
    there = receiver()
    endpoint(there, events=["delivery.failed"])
    failed(other_team, mallory)
    tell(kind="review_approved", team=team, user=alice, data={"by": "Ines", "title": "A"})
    with transaction.atomic():
        failed(team, alice)
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    with pytest.raises(KeyError):
        events.happened(team_id=team.pk, name="gossip", data=dict)


def test_a_chat_gets_words_that_ring_no_bell_and_forge_no_link(team, alice, receiver, endpoint):
    there = receiver()
    endpoint(there, style="slack")
    data = {**FAILED, "title": "<!here|x> @channel & <https://evil.example|click>"}
    tell(kind="delivery_failed", team=team, user=alice, data=data)
    calls.drain()
    said = json.loads(there.received[0].body)
    assert said.keys() == {"text"}
    assert "<" not in said["text"]
    assert "&lt;!here|x&gt;" in said["text"]
    assert "@channel" not in said["text"]
    assert said["text"].endswith("\nhttp://127.0.0.1:8000/t/tidewater/deliveries/2/")


def test_words_are_in_the_language_of_who_added_it(team, alice, receiver, endpoint):
    alice.language = "de"
    alice.save(update_fields=["language"])
    there = receiver()
    endpoint(there)
    failed(team, alice)
    calls.drain()
    assert "wurde" in json.loads(there.received[0].body)["text"]


def test_an_answer_is_kept_short_and_without_secrets(team, alice, receiver, endpoint):
    there = receiver(status=500)
    row = endpoint(there, path="/services/T0000/verysecretpart")
    there.said = f"<script>no {row.plain} at verysecretpart\0 ".encode() + b"x" * 5000
    failed(team, alice)
    calls.drain()
    answer = Call.objects.get().answer
    assert answer.startswith("<script>no ••• at •••\ufffd x")
    assert len(answer) == 500
    assert row.plain not in answer
    stored = str(list(Endpoint.objects.values()))
    assert row.plain not in stored
    assert "verysecretpart" not in stored


def test_for_a_day_both_secrets_fit(team, alice, receiver, endpoint):
    there = receiver()
    row = endpoint(there)
    new = webhooks.rotate(row)
    failed(team, alice)
    calls.drain()
    assert new != row.plain
    assert verified(row.plain, there.received[0])
    assert verified(new, there.received[0])
    Endpoint.objects.update(former_until=timezone.now())
    webhooks.replay(row, call=Call.objects.get().pk)
    calls.drain()
    assert there.received[1].number == there.received[0].number
    assert verified(new, there.received[1])
    assert not verified(row.plain, there.received[1])


def test_two_endpoints_have_two_secrets(receiver, endpoint):
    there = receiver()
    assert endpoint(there).plain != endpoint(there).plain


def test_a_dead_workers_call_is_made_again_under_its_id(team, alice, receiver, endpoint):
    there = receiver()
    endpoint(there)
    failed(team, alice)
    (dead,) = calls.lease(5)
    made = calls.prepare(dead)()
    assert calls.drain() == 0
    Call.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert calls.drain() == 1
    first, second = there.received
    assert (first.number, first.body) == (second.number, second.body)
    assert not calls.settle([(dead, made)])
    assert (Call.objects.get().state, Call.objects.get().attempts) == (State.SENT, 2)


def test_a_lost_key_is_said(team, alice, receiver, endpoint, settings):
    endpoint(receiver())
    failed(team, alice)
    settings.TOKEN_KEYS = ["YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlcjE="]
    calls.drain()
    assert "key that is gone" in Call.objects.get().error


def test_old_events_go(team, alice, receiver, endpoint):
    endpoint(receiver())
    failed(team, alice)
    tasks.prune()
    assert Call.objects.count() == 1
    Event.objects.update(at=timezone.now() - calls.KEEP)
    tasks.prune()
    assert not Call.objects.exists()
    tasks.call()


def test_every_happening_is_written_down():
    page = (Path(configured.BASE_DIR) / "docs/webhooks.md").read_text()
    listed = set(re.findall(r"^\| `([a-z_.]+)` \|", page, re.M))
    assert listed == {*events.HAPPENINGS, events.TEST.name}
