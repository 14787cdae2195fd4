"""Bytes that are handed on in pieces, and not to the end when they are not what they should be."""

import hashlib
import io
from collections.abc import Iterator

import pytest

from posts.sealed import Sealed
from publishers import bodies

CONTENT = bytes(range(256)) * 2000


class Differs(Exception):
    pass


def sealed(stored: bytes = CONTENT, of: bytes = CONTENT) -> Sealed:
    return Sealed(lambda: io.BytesIO(stored), hashlib.sha256(of).hexdigest(), len(of), Differs)


def pieces(stream: Sealed, size: int) -> Iterator[bytes]:
    while piece := stream.read(size):
        yield piece


def drain(stream: Sealed, size: int, given: list[bytes]) -> None:
    for piece in pieces(stream, size):
        given.append(piece)


def test_gives_all_of_it_in_pieces_of_any_size():
    for size in (1000, 65_536, len(CONTENT), len(CONTENT) * 2, -1):
        with sealed() as stream:
            assert b"".join(pieces(stream, size)) == CONTENT
            assert stream.read(10) == b""


@pytest.mark.parametrize(
    "stored",
    [
        CONTENT[:-1] + b"x",
        b"x" + CONTENT[1:],
        CONTENT[:-1],
        CONTENT + b"x",
        b"",
    ],
    ids=["last", "first", "shorter", "longer", "nothing"],
)
@pytest.mark.parametrize("size", [1000, -1])
def test_the_last_piece_of_something_else_is_never_given(stored, size):
    given = []
    with sealed(stored) as stream, pytest.raises(Differs):
        drain(stream, size, given)
    assert sum(map(len, given)) < len(CONTENT)


def test_seeking_skips_nothing_unseen():
    with sealed() as stream:
        assert stream.seek(0, io.SEEK_END) == len(stream) == len(CONTENT)
        assert stream.read(1) == b""
        assert stream.seek(500) == 500
        assert stream.read(5) == CONTENT[500:505]
        assert stream.seek(10) == 10
        assert stream.read(-1) == CONTENT[10:]
    with sealed(b"x" + CONTENT[1:]) as stream:
        stream.seek(300_000)
        with pytest.raises(Differs):
            stream.read(-1)


def test_goes_into_a_request_as_it_is():
    body, _headers = bodies.of(form=None, data=sealed(), length=None, files=None)
    assert len(body) == len(CONTENT)
    assert b"".join(body) == CONTENT
    first, _headers = bodies.of(form=None, data=sealed(), length=1000, files=None)
    assert b"".join(first) == CONTENT[:1000]
    files = {"media": ("film.mp4", sealed(), "video/mp4")}
    encoder, _headers = bodies.of(form=None, data=None, length=None, files=files)
    sent = encoder.read()
    assert len(sent) == encoder.len
    assert CONTENT in sent
