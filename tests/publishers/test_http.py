"""The guarded client: what it sends, what it takes for an answer, and what it keeps to itself."""

import gzip
import threading
import time

import pytest

from publishers.contract import Rejected, Reply, TryLater, Uncertain
from tests.publishers.peers import BOTH, Peer, answer, client_for, reset, says, unanswered

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


def test_no_warning_of_a_malformed_answer_names_the_path(caplog):
    malformed = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nneither name nor value\r\n\r\n{}"
    with Peer(says(malformed)) as peer:
        client_for(peer).send("POST", f"{peer.origin}/hush-path")
    assert "hush" not in caplog.text


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
