"""Large uploads: streamed, in stretches, as files of a form, and never whole in memory."""

import hashlib
import tempfile
import tracemalloc
from io import BytesIO

import pytest

from publishers.contract import Reply
from publishers.http import Client
from tests.publishers.adapters.kit import Server

MB = 1024 * 1024


@pytest.fixture
def server():
    with Server() as running:
        running.on("PUT", "/up", 201, {})
        running.on("POST", "/up", 201, {})
        yield running


@pytest.fixture
def client(server):
    return Client(trusted=(server.url,))


def test_a_stream_is_sent_from_where_it_stands(client, server):
    stream = BytesIO(b"0123456789")
    stream.seek(3)
    assert isinstance(client.send("PUT", f"{server.url}/up", data=stream), Reply)
    stream.seek(2)
    client.send("PUT", f"{server.url}/up", data=stream, length=4)
    client.send("PUT", f"{server.url}/up", data=b"abcdef", length=2)
    assert [one.body for one in server.requests] == [b"3456789", b"2345", b"ab"]
    assert [one.headers["Content-Length"] for one in server.requests] == ["7", "4", "2"]


def test_files_come_after_the_fields_of_their_form(client, server):
    form = {"key": "uploads/1", "policy": "Zm9v"}
    files = {"file": ("pier.mp4", BytesIO(b"film"), "video/mp4")}
    client.send("POST", f"{server.url}/up", form=form, files=files)
    [seen] = server.requests
    assert seen.parts == {"key": b"uploads/1", "policy": b"Zm9v", "file": b"film"}
    assert list(seen.parts)[-1] == "file"
    assert b'filename="pier.mp4"' in seen.body


@pytest.mark.parametrize("as_file", [False, True])
def test_sixty_megabytes_take_a_few_of_memory(client, server, as_file, monkeypatch):
    """The server of the tests reads all of it, so it only counts here."""
    digests = []

    def read(handler):
        left, digest = int(handler.headers["Content-Length"]), hashlib.sha256()
        while left:
            piece = handler.rfile.read(min(MB, left))
            digest.update(piece)
            left -= len(piece)
        digests.append(digest.hexdigest())
        handler.send_response(201)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    monkeypatch.setattr(server, "serve", read)
    with tempfile.TemporaryFile() as film:
        for number in range(60):
            film.write(bytes([number]) * MB)
        film.seek(0)
        whole = hashlib.file_digest(film, "sha256").hexdigest()
        film.seek(0)
        tracemalloc.start()
        if as_file:
            files = {"file": ("a.mp4", film, "video/mp4")}
            answer = client.send("POST", f"{server.url}/up", files=files, seconds=60)
        else:
            answer = client.send("PUT", f"{server.url}/up", data=film, seconds=60)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert isinstance(answer, Reply)
    assert answer.status == 201
    assert as_file or digests == [whole]
    assert peak < 8 * MB
