"""A process that was frozen before its request went out does not send it after the deadline.

By then its claim has passed to another one: what it sent would be there twice.
"""

import os
import signal
import subprocess
import sys
import time

import pytest

from config.supervisor.stack import ROOT
from publishers import deadlines, wire
from publishers.contract import TryLater
from publishers.http import Client
from tests.publishers.peers import Peer, answer, says

ROUNDS = 12
TOTAL_SECONDS = 0.1

# Freezes itself where a name is asked for, in each round with a client of its own.
SENDER = f"""
import os, signal, sys
from publishers.http import Client

def ask(host, port, seconds):
    os.kill(os.getpid(), signal.SIGSTOP)
    return ["127.0.0.1"]

for _ in range({ROUNDS}):
    client = Client([sys.argv[1]], total_seconds={TOTAL_SECONDS}, ask=ask)
    outcome = client.send("POST", sys.argv[1], json={{"text": "late"}}, commits=True)
    print(type(outcome).__name__)
"""


def test_nothing_is_sent_after_a_freeze():
    with Peer(says(answer("201 Created"))) as peer:
        command = [sys.executable, "-c", SENDER, peer.origin]
        sender = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            for _ in range(ROUNDS):
                _, status = os.waitpid(sender.pid, os.WUNTRACED)
                assert os.WIFSTOPPED(status)
                time.sleep(2 * TOTAL_SECONDS)
                sender.send_signal(signal.SIGCONT)
            said, _ = sender.communicate(timeout=10)
        finally:
            sender.kill()
            sender.wait()

    assert said.split() == ["TryLater"] * ROUNDS
    assert peer.seen == []


@pytest.mark.parametrize("commits", [True, False], ids=["commits", "repeatable"])
def test_nor_after_the_machine_was_suspended(monkeypatch, commits):
    """Alarms rest meanwhile; only the boot clock goes on."""
    suspended = [0.0]
    monkeypatch.setattr(wire, "boottime", lambda: deadlines.boottime() + suspended[0])

    def ask(host, port, seconds):
        suspended[0] = 3600
        return ["127.0.0.1"]

    with Peer(says(answer("201 Created"))) as peer:
        client = Client([peer.origin], ask=ask)
        outcome = client.send("POST", peer.origin, json={}, commits=commits)

    assert isinstance(outcome, TryLater)
    assert peer.seen == []
