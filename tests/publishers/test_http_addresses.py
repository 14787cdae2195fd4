"""Server-side request forgery: which addresses the client calls, and that it asks the name once."""

import socket

import pytest

from publishers.addresses import is_public
from publishers.contract import Rejected, Reply, TryLater
from publishers.http import Client
from tests.publishers.peers import Peer, answer, says

INSIDE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
    "",
]
OUTSIDE = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_outside(address):
    assert is_public(address)


@pytest.fixture
def dialled(monkeypatch):
    """Every address that a socket was asked to connect to."""
    calls = []

    def connect(address, timeout=None):
        calls.append(address)
        raise ConnectionRefusedError("not in a test")

    monkeypatch.setattr(socket, "create_connection", connect)
    return calls


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://localhost/",
        "https://100.64.1.1/",
        "https://[fd00::1]/",
    ],
)
def test_an_inside_address_is_refused_and_no_packet_is_sent(url, dialled):
    outcome = Client().send("GET", url)
    assert isinstance(outcome, Rejected)
    assert outcome.code == "address_not_allowed"
    assert dialled == []


@pytest.mark.parametrize("url", ["http://localhost./", "https://[fe80::1%25lo]/"])
def test_odd_spellings_resolve_inside_or_not_at_all(url, dialled):
    assert isinstance(Client().send("GET", url), Rejected | TryLater)
    assert dialled == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "ftp://example.com/",
        "unix:///run/docker.sock",
        "//example.com/",
        "example.com",
        "",
        "http://",
        "http:///path",
        "https://good.example@evil.example/",
        "https://user:pass@example.com/",
        "https://@example.com/",
        "https://example.com:22/",
        "https://example.com:6379/",
        "https://example.com:8443/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://.../",
        "http://[::1/",
    ],
)
def test_other_schemes_userinfo_and_ports_are_refused(url, dialled):
    asked = []

    def ask(host, port, seconds):
        asked.append(host)
        return ["93.184.216.34"]

    outcome = Client(ask=ask).send("GET", url)
    assert isinstance(outcome, Rejected), outcome
    assert dialled == []


def test_one_inside_address_among_public_ones_is_enough_to_refuse(dialled):
    def ask(host, port, seconds):
        return ["93.184.216.34", "10.0.0.1"]

    assert isinstance(Client(ask=ask).send("GET", "https://mixed.example/"), Rejected)
    assert dialled == []


def test_the_name_is_asked_once_and_the_answer_is_what_is_called(dialled):
    """DNS rebinding: the second answer would be inside, so there must be no second question."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    asked = []

    def ask(host, port, seconds):
        asked.append((host, port))
        return next(answers)

    Client(ask=ask).send("GET", "https://rebind.example/")
    assert asked == [("rebind.example", 443)]
    assert dialled == [("93.184.216.34", 443)]


def test_the_original_host_goes_to_the_vetted_address():
    with Peer(says(answer("200 OK"))) as peer:
        port = peer.listener.getsockname()[1]
        named = f"http://pds.example:{port}"
        client = Client(trusted=(named,), ask=lambda host, port, seconds: ["127.0.0.1"])
        assert isinstance(client.send("GET", f"{named}/xrpc/x"), Reply)
    assert f"Host: pds.example:{port}".encode() in peer.seen[0]


def test_the_server_name_of_tls_is_the_original_host():
    hello = []

    def behave(peer, conn):
        hello.append(conn.recv(65536))

    with Peer(behave) as peer:
        port = peer.listener.getsockname()[1]
        named = f"https://pds.example:{port}"
        Client(trusted=(named,), ask=lambda host, port, seconds: ["127.0.0.1"]).send("GET", named)
    assert b"pds.example" in hello[0]


def test_trust_is_for_scheme_host_and_port_together():
    with Peer(says(answer("200 OK"))) as peer, Peer(says(answer("200 OK"))) as neighbour:
        client = Client(trusted=(peer.origin,))
        assert isinstance(client.send("GET", peer.origin), Reply)
        assert isinstance(client.send("GET", neighbour.origin), Rejected)
        other_name = peer.origin.replace("127.0.0.1", "localhost")
        assert isinstance(client.send("GET", other_name), Rejected)
    assert neighbour.connections == 0


def test_trust_ignores_the_path_of_the_configured_address():
    with Peer(says(answer("200 OK"))) as peer:
        client = Client(trusted=(f"{peer.origin}/sandbox/somewhere",))
        assert isinstance(client.send("GET", f"{peer.origin}/elsewhere"), Reply)
