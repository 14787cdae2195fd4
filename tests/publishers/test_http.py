"""The guarded client against peers that refuse, reset, hang, drip, lie and redirect."""

import errno
import gzip
import socket
import threading
import time

import pytest

from publishers.addresses import resolve
from publishers.contract import Rejected, Reply, TryLater, Uncertain
from publishers.http import Client
from tests.publishers.peers import Peer, answer, reset, says

BOTH = pytest.mark.parametrize("commits", [True, False], ids=["commits", "repeatable"])


def client_for(peer: Peer, **options) -> Client:
    return Client(trusted=(peer.origin,), **options)


def unanswered(commits: bool) -> type:
    return Uncertain if commits else TryLater


# -- an answer is an answer


@BOTH
def test_an_answer_comes_back_whole(commits):
    with Peer(says(answer("201 Created", b'{"id": "7"}', "X-Restli-Id: urn:1"))) as peer:
        reply = client_for(peer).send(
            "POST", f"{peer.origin}/posts", json={"text": "é"}, commits=commits
        )
    assert isinstance(reply, Reply)
    assert (reply.status, reply.json) == (201, {"id": "7"})
    assert reply.headers["x-restli-id"] == "urn:1"
    assert b'{"text": "\\u00e9"}' in peer.seen[0]


def test_form_query_files_and_bytes_are_sent_as_asked():
    with Peer(says(answer("200 OK"))) as peer:
        client = client_for(peer)
        client.send("POST", f"{peer.origin}/t", form={"code": "a b"}, headers={"X-Own": "1"})
        client.send("GET", f"{peer.origin}/t", params={"q": "a&b"})
        client.send(
            "PUT", f"{peer.origin}/t", data=b"\x00\x01", headers={"Content-Type": "image/png"}
        )
        client.send("POST", f"{peer.origin}/t", files={"media": ("a.png", b"PNG", "image/png")})
    form, query, raw, multipart = peer.seen
    assert form.endswith(b"code=a+b")
    assert b"X-Own: 1" in form
    assert query.startswith(b"GET /t?q=a%26b ")
    assert raw.endswith(b"\r\n\r\n\x00\x01")
    assert b'name="media"; filename="a.png"' in multipart


@pytest.mark.parametrize("status", ["400 Bad Request", "429 Too Many", "503 Unavailable"])
def test_a_refusal_is_an_answer_too(status):
    with Peer(says(answer(status))) as peer:
        reply = client_for(peer).send("POST", peer.origin, commits=True)
    assert isinstance(reply, Reply)
    assert reply.status == int(status[:3])


def test_json_is_none_when_the_body_is_not_json():
    with Peer(says(answer("200 OK", b"<html>" + b"[" * 200_000))) as peer:
        reply = client_for(peer).send("GET", peer.origin)
    assert isinstance(reply, Reply)
    assert reply.json is None


def test_letters_that_no_row_can_keep_are_replaced():
    """NUL, half of a surrogate pair as an escape and as bytes, in texts, names and headers."""
    body = rb'{"a\u0000": ["b\ud83d", "c\ud83d\ude00"], "d": "' + b"\xed\xa0\xbd" + b'"}'
    with Peer(says(answer("400 Bad Request", body, "X-Restli-Id: urn:\x001"))) as peer:
        reply = client_for(peer).send("POST", peer.origin, commits=True)
    assert isinstance(reply, Reply)
    assert reply.json == {"a\ufffd": ["b\ufffd", "c😀"], "d": "\ufffd"}
    assert reply.headers["x-restli-id"] == "urn:\ufffd1"


def test_json_too_deep_to_be_read_is_none():
    with Peer(says(answer("200 OK", b"[" * 3_000 + b"]" * 3_000))) as peer:
        reply = client_for(peer).send("GET", peer.origin)
    assert isinstance(reply, Reply)
    assert reply.json is None


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


# -- size


@BOTH
def test_a_huge_body_is_cut(commits):
    def behave(peer, conn):
        peer.read(conn)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            conn.sendall(b"x" * 65536)

    with Peer(behave) as peer:
        outcome = client_for(peer, max_bytes=200_000).send("POST", peer.origin, commits=commits)
    assert isinstance(outcome, unanswered(commits))


def test_a_gzip_bomb_is_cut_at_its_decoded_size():
    bomb = gzip.compress(b"0" * 300_000_000, 9)
    packed = answer("200 OK", bomb, "Content-Encoding: gzip")
    with Peer(says(packed)) as peer:
        started = time.monotonic()
        outcome = client_for(peer).send("GET", peer.origin)
    assert isinstance(outcome, TryLater)
    assert time.monotonic() - started < 2


# -- connections


def test_repeatable_calls_share_a_connection_and_the_committing_one_has_its_own():
    with Peer(says(answer("200 OK"))) as peer:
        client = client_for(peer)
        client.send("GET", peer.origin)
        client.send("GET", peer.origin)
        assert peer.connections == 1
        client.send("POST", peer.origin, commits=True)
        assert peer.connections == 2


def test_an_idle_connection_that_was_closed_does_not_make_a_commit_uncertain():
    """The peer drops idle connections at once; the commit must not inherit one."""

    def behave(peer, conn):
        peer.read(conn)
        conn.sendall(answer("200 OK"))
        reset(conn)

    with Peer(behave) as peer:
        client = client_for(peer)
        client.send("GET", peer.origin)
        time.sleep(0.05)
        assert isinstance(client.send("POST", peer.origin, commits=True), Reply)


def test_cookies_are_not_kept():
    with Peer(says(answer("200 OK", b"{}", "Set-Cookie: tracker=1; Path=/"))) as peer:
        client = client_for(peer)
        client.send("GET", peer.origin)
        client.send("GET", peer.origin)
    assert b"cookie" not in b"".join(peer.seen).lower()


def test_proxies_and_netrc_of_the_environment_are_ignored(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with Peer(says(answer("200 OK"))) as peer:
        assert isinstance(client_for(peer).send("GET", peer.origin), Reply)
    assert b"authorization" not in peer.seen[0].lower()


def test_two_clients_in_two_threads_do_not_mix_their_facts():
    hung = threading.Event()

    def behave(peer, conn):
        request = peer.read(conn)
        if b"/slow" in request:
            hung.set()
            peer.stopping.wait(5)
        conn.sendall(answer("200 OK"))

    results = {}
    with Peer(behave) as peer:
        slow = threading.Thread(
            target=lambda: results.update(
                slow=client_for(peer, total_seconds=0.6).send(
                    "POST", f"{peer.origin}/slow", commits=True
                )
            )
        )
        slow.start()
        hung.wait(2)
        results["quick"] = client_for(peer).send("GET", f"{peer.origin}/quick")
        slow.join(5)
    assert isinstance(results["quick"], Reply)
    assert isinstance(results["slow"], Uncertain)


# -- nothing secret in the log


def test_the_log_names_the_host_and_never_the_path_the_body_or_a_header(caplog):
    caplog.set_level("DEBUG")
    with Peer(says(answer("200 OK", b'{"access_token": "hush-answer"}'))) as peer:
        reply = client_for(peer).send(
            "POST",
            f"{peer.origin}/hush-path?token=hush-query",
            headers={"Authorization": "Bearer hush-header"},
            form={"secret": "hush-body"},
        )
    assert "127.0.0.1 answered 200" in caplog.text
    assert "hush" not in caplog.text
    assert "hush" not in repr(reply)


def test_reasons_carry_no_query():
    with Peer(lambda peer, conn: reset(conn)) as peer:
        outcome = client_for(peer).send("POST", f"{peer.origin}/?access_token=hush", commits=True)
    assert "hush" not in repr(outcome)


# -- redirects


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_redirects_are_not_followed(status):
    inner = Peer(says(answer("200 OK", b'"internal"')))
    with inner, Peer(says(answer(status, b"x" * 100, f"Location: {inner.origin}/"))) as peer:
        reply = client_for(peer).send("GET", peer.origin)
    assert isinstance(reply, Reply)
    assert reply.status == int(status[:3])
    assert inner.connections == 0


def test_a_redirect_with_an_endless_body_is_cut():
    def behave(peer, conn):
        peer.read(conn)
        conn.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n")
        while True:
            conn.sendall(b"x" * 65536)

    with Peer(behave) as peer:
        outcome = client_for(peer, max_bytes=100_000).send("GET", peer.origin)
    assert isinstance(outcome, TryLater)


@pytest.mark.parametrize("commits", [True, False])
def test_an_invalid_header_is_refused_before_anything_is_sent(commits):
    with Peer(says(answer("200 OK"))) as peer:
        outcome = client_for(peer).send(
            "GET", peer.origin, headers={"X-A": "b\r\nX-Evil: 1"}, commits=commits
        )
    assert isinstance(outcome, Rejected)
    assert peer.connections == 0
