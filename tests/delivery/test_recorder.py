"""The flight recorder: on the disk before the call, shared by many threads, quick to read."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.functions import Now

from config.supervisor.stack import ROOT
from delivery import dispatcher, instance, journal, worker
from delivery.journal import Journal, Line, backwards
from delivery.models import Heartbeat
from notifications.models import Message
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Channel
from tests.factories.delivery import due_delivery

AT = datetime(2026, 10, 1, 9, 0, 3, 250, UTC)
LINE = Line(
    at=AT, database="7:1", team=1, channel=2, account="parrot:p", post=3, delivery=4, item=0,
    attempt=1, content_hash="a" * 64, idempotent=False, written_at=AT,
)  # fmt: skip


def lines(folder) -> list[Line]:
    """All of them, the last one first."""
    return [
        line for _, path in Journal(folder).files() for chunk in backwards(path) for line in chunk
    ]


def test_a_line_comes_back_as_it_was(tmp_path):
    book = Journal(tmp_path / "journal")

    assert book.write(LINE) is None
    assert book.write(replace(LINE, attempt=2)) is None

    assert lines(tmp_path / "journal") == [replace(LINE, attempt=2), LINE]
    [(written, path)] = book.files()
    assert abs(written - datetime.now(UTC)) < timedelta(minutes=1)
    assert path.stat().st_mode & 0o077 == 0


def test_it_is_on_the_disk_before_the_answer(tmp_path, monkeypatch):
    """Seen by another process, and synced: the count of syncs is what the kernel was asked."""
    synced = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (real(fd), synced.append(fd)))
    book = Journal(tmp_path)

    book.write(LINE)

    assert len(synced) == 1
    assert lines(tmp_path) == [LINE]


def test_many_threads_share_their_syncs(tmp_path, monkeypatch):
    synced = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (real(fd), synced.append(fd)))
    book = Journal(tmp_path)
    together = threading.Barrier(32)
    answers = []

    def send(number: int) -> None:
        together.wait()
        for attempt in range(10):
            answers.append(book.write(replace(LINE, delivery=number, attempt=attempt)))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [None] * 320
    assert {(line.delivery, line.attempt) for line in lines(tmp_path)} == {
        (number, attempt) for number in range(32) for attempt in range(10)
    }
    assert len(synced) < 320 / 2


FORKED = """
import os, sys
from dataclasses import replace
from pathlib import Path
from delivery.journal import Journal, parsed

line, book = parsed(sys.argv[2].encode()), Journal(Path(sys.argv[1]))
assert book.write(line) is None
child = os.fork()
assert book.write(replace(line, attempt=3 if child else 2)) is None
assert child == 0 or os.waitpid(child, 0)[1] == 0
"""


def test_every_process_has_a_file_of_its_own(tmp_path):
    elsewhere(FORKED, tmp_path)

    assert len(Journal(tmp_path).files()) == 2
    assert {line.attempt for line in lines(tmp_path)} == {1, 2, 3}


def elsewhere(program: str, folder) -> None:
    """In a process of its own, with the folder and a line as its arguments."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder), LINE.text().decode()],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_old_files_go_and_large_ones_are_followed_by_another(tmp_path, monkeypatch):
    monkeypatch.setattr(journal, "MOST_BYTES", 1000)
    old = tmp_path / "1-1-host.jsonl"
    old.write_bytes(LINE.text())
    long_ago = (datetime.now(UTC) - journal.KEPT - timedelta(days=1)).timestamp()
    os.utime(old, (long_ago, long_ago))
    book = Journal(tmp_path)

    for attempt in range(10):
        book.write(replace(LINE, attempt=attempt))

    assert not old.exists()
    assert len(book.files()) > 1
    assert [line.attempt for line in lines(tmp_path)] == list(range(9, -1, -1))


def test_reading_from_the_end_asks_for_no_more_than_it_needs(tmp_path, monkeypatch):
    monkeypatch.setattr(journal, "BLOCK", 1000)
    book = Journal(tmp_path)
    for attempt in range(50):
        book.write(replace(LINE, attempt=attempt))
    [(_, path)] = book.files()

    chunks = list(backwards(path))

    assert len(chunks) > 5
    assert [line.attempt for chunk in chunks for line in chunk] == list(range(49, -1, -1))


@pytest.mark.parametrize(
    "torn",
    [b'{"at": "2026-', b"\0\0\0", b"[1]\n", b'{"at": 1}\n', b"\xff\n", b'{"half": "\n', b"\n"],
)
def test_what_is_no_line_is_passed_over(tmp_path, torn):
    """The rest of a write that failed: it never led to a call."""
    (tmp_path / "1-1-host.jsonl").write_bytes(LINE.text() + torn)

    assert lines(tmp_path) == [LINE]


def test_a_line_holds_no_words_of_the_post():
    assert set(json.loads(LINE.text())) == {
        "at", "database", "team", "channel", "account", "post", "delivery", "item", "attempt",
        "content_hash", "idempotent", "written_at",
    }  # fmt: skip


SMALL_DISK = """
import resource, signal, sys
from dataclasses import replace
from pathlib import Path
from delivery.journal import Journal, parsed

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
line = parsed(sys.argv[2].encode())
length = len(line.text())
book = Journal(Path(sys.argv[1]))

def disk(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def write(attempt):
    return book.write(replace(line, attempt=attempt))

disk(2 * length + length // 2)
assert [bool(write(attempt)) for attempt in (1, 2, 3, 4)] == [False, False, True, False]
disk(length // 2)
why = write(5)
assert "sends nothing" in why, why
assert book.trouble() == why
disk(1_000_000)
book._probed = 0
assert book.trouble() is None
assert write(6) is None
"""


def test_half_a_line_is_no_line_and_is_never_continued(tmp_path):
    """A limit on the size of files ends a write in its middle, as a full disk does."""
    elsewhere(SMALL_DISK, tmp_path)

    assert sorted(line.attempt for line in lines(tmp_path)) == [1, 2, 4, 6]


# -- before the call


@pytest.fixture
def broken(settings):
    """Where the journal's folder should be is a file: nothing can be written down."""
    path = settings.DATA_DIR / "journal"
    path.write_text("in the way")
    return path


def go(delivery):
    """What one tick offers is carried out."""
    claims = dispatcher.tick()
    for claim in claims:
        worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    return len(claims)


@pytest.mark.django_db
def test_every_call_was_written_down_before_it_was_made(platform, team, settings):
    delivery = due_delivery(team)
    folder = settings.DATA_DIR / "journal"
    before: list[Line] = []
    platform.on_publish = lambda: before.extend(lines(folder))

    go(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    [line] = before
    assert line.key == (delivery.pk, 0, 1, delivery.content_hash)
    assert (line.team, line.post, line.channel) == (team.pk, delivery.post_id, delivery.channel_id)
    assert line.account == f"parrot_read:{delivery.channel.remote_id}"
    assert line.written_at == delivery.due_at
    assert line.database == instance.database()
    assert abs(line.at - delivery.attempts.get().intent_at) < timedelta(seconds=5)


@pytest.mark.django_db
def test_what_cannot_be_written_down_is_not_sent(platform, team, alice, broken):
    delivery = due_delivery(team)

    assert go(delivery) == 1

    assert platform.calls == []
    assert delivery.state == DeliveryState.QUEUED
    assert "cannot write down what it sends" in delivery.problem
    assert delivery.failures == 0
    assert delivery.attempts.get().outcome == "not_sent"


@pytest.mark.django_db
def test_while_nothing_can_be_written_nothing_is_claimed_and_owners_know(
    platform, team, alice, broken, monkeypatch
):
    now = [1000.0]
    monkeypatch.setattr(instance.time, "monotonic", lambda: now[0])
    delivery = due_delivery(team)
    go(delivery)
    Channel.objects.update(next_slot_at=Now())
    Delivery.objects.update(run_at=Now())

    for _ in range(3):
        now[0] += 15
        assert dispatcher.tick() == []

    assert "cannot write down" in instance.locked()
    assert Heartbeat.objects.get(name__startswith="held:").detail.startswith("This machine")
    assert [m.user for m in Message.objects.filter(kind="publishing_held")] == [alice]

    broken.unlink()
    now[0] += 2
    assert go(delivery) == 1
    assert delivery.state == DeliveryState.PUBLISHED
    assert Heartbeat.objects.get(name__startswith="held:").detail == ""
    assert len(platform.posts) == 1
