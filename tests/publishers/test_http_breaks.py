"""Connections that break: what is provably unsent, what uncertain, and by when it is given up."""

import errno
import socket
import time

import pytest

from publishers.addresses import resolve
from publishers.contract import TryLater, Uncertain
from publishers.http import Client
from tests.publishers.peers import BOTH, Peer, answer, client_for, reset, unanswered

# -- before the request began to be sent


@BOTH
def test_a_refused_connection_is_provably_unsent(commits):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    outcome = Client(trusted=(origin,)).send("POST", origin, json={}, commits=commits)
    assert isinstance(outcome, TryLater)
    assert "Nothing was sent" in outcome.reason


@BOTH
def test_a_connection_reset_while_it_is_made_is_unsent(commits, monkeypatch):
    def reset_at_once(*args, **options):
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")

    monkeypatch.setattr(socket, "create_connection", reset_at_once)
    for origin in ("http://127.0.0.1:9", "https://127.0.0.1:9"):
        outcome = Client(trusted=(origin,)).send("POST", origin, json={}, commits=commits)
        assert isinstance(outcome, TryLater)
        assert "Nothing was sent" in outcome.reason


@BOTH
def test_a_name_that_does_not_resolve_is_unsent(commits):
    def nobody(host, port, seconds):
        raise OSError("no such host")

    outcome = Client(ask=nobody).send("POST", "https://nobody.example/", commits=commits)
    assert isinstance(outcome, TryLater)


@BOTH
def test_failed_tls_is_unsent(commits):
    """The peer talks no TLS: not one byte of the request may have left."""

    def deaf(peer, conn):
        peer.seen.append(conn.recv(65536))
        conn.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with Peer(deaf) as peer:
        secure = peer.origin.replace("http:", "https:")
        outcome = Client(trusted=(secure,)).send("POST", secure, json={"a": 1}, commits=commits)
    assert isinstance(outcome, TryLater)
    assert b"POST" not in b"".join(peer.seen)


def test_a_slow_resolver_does_not_outlast_the_deadline(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: time.sleep(1) or [])
    started = time.monotonic()
    with pytest.raises(TimeoutError, match="in time"):
        resolve("slow.example", 443, 0.05)
    assert time.monotonic() - started < 1


# -- from the first byte on


@BOTH
def test_a_reset_before_the_request_is_read_is_uncertain(commits):
    def behave(peer, conn):
        conn.recv(1, socket.MSG_PEEK)
        reset(conn)

    with Peer(behave) as peer:
        outcome = client_for(peer).send("POST", peer.origin, json={"a": "b"}, commits=commits)
    assert isinstance(outcome, unanswered(commits))


@BOTH
def test_a_reset_after_the_request_is_read_is_uncertain(commits):
    def behave(peer, conn):
        peer.read(conn)
        reset(conn)

    with Peer(behave) as peer:
        outcome = client_for(peer).send("POST", peer.origin, json={"a": "b"}, commits=commits)
    assert isinstance(outcome, unanswered(commits))
    assert len(peer.seen) == 1


@BOTH
def test_a_polite_hang_up_without_an_answer_is_uncertain(commits):
    with Peer(lambda peer, conn: peer.read(conn)) as peer:
        outcome = client_for(peer).send("POST", peer.origin, commits=commits)
    assert isinstance(outcome, unanswered(commits))


@BOTH
@pytest.mark.parametrize(
    "half",
    [
        b"HTTP/1.1 201 Cre",
        b"HTTP/1.1 201 Created\r\nContent-Le",
        answer("201 Created", b'{"id":', length=40),
        b'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n',
        b"\x16\x03\x01 this is not HTTP\r\n\r\n",
    ],
    ids=["status", "headers", "body", "chunks", "noise"],
)
def test_half_an_answer_is_no_answer(commits, half):
    def behave(peer, conn):
        peer.read(conn)
        conn.sendall(half)

    with Peer(behave) as peer:
        outcome = client_for(peer).send("POST", peer.origin, commits=commits)
    assert isinstance(outcome, unanswered(commits))
    assert len(peer.seen) == 1, "asked once, never again"


@BOTH
def test_a_peer_that_hangs_is_left_at_the_deadline(commits):
    def behave(peer, conn):
        peer.read(conn)
        peer.stopping.wait(10)

    with Peer(behave) as peer:
        started = time.monotonic()
        outcome = client_for(peer, total_seconds=0.4).send("POST", peer.origin, commits=commits)
        spent = time.monotonic() - started
    assert isinstance(outcome, unanswered(commits))
    assert spent < 2


@BOTH
@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", answer("200 OK", b"", length=999)]
)
def test_a_drip_does_not_extend_the_deadline(commits, head):
    def behave(peer, conn):
        peer.read(conn)
        conn.sendall(head)
        while not peer.stopping.wait(0.05):
            conn.sendall(b"a")

    with Peer(behave) as peer:
        started = time.monotonic()
        outcome = client_for(peer, total_seconds=0.5).send("POST", peer.origin, commits=commits)
        spent = time.monotonic() - started
    assert isinstance(outcome, unanswered(commits))
    assert spent < 2


def test_a_drip_without_a_declared_length_is_not_taken_for_an_answer():
    def behave(peer, conn):
        peer.read(conn)
        conn.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not peer.stopping.wait(0.05):
            conn.sendall(b" ")

    with Peer(behave) as peer:
        outcome = client_for(peer, total_seconds=0.4).send("POST", peer.origin, commits=True)
    assert isinstance(outcome, Uncertain)


def test_a_peer_that_never_reads_does_not_hold_the_sender():
    with Peer(lambda peer, conn: peer.stopping.wait(10)) as peer:
        started = time.monotonic()
        outcome = client_for(peer, total_seconds=0.5).send(
            "POST", peer.origin, data=b"x" * 30_000_000, commits=True
        )
        spent = time.monotonic() - started
    assert isinstance(outcome, Uncertain)
    assert spent < 3
