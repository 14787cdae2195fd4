"""A large export: sent while it is read, in bounded memory, and by statements that do not grow."""

import csv
import io
import tracemalloc
from itertools import islice

import pytest
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from posts.queries import exporting
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory
from tests.loops import awaited
from tests.posts.importing import checked
from ui import sheets

EXPORT = reverse("posts:export", args=["tidewater", "csv"])
ENDINGS = pytest.mark.parametrize("ending", ["csv", "xlsx"])


def titles(content: bytes) -> list[str]:
    lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [line["title"] for line in lines]


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(exporting, "_AT_ONCE", 3)
    monkeypatch.setattr(sheets, "AT_ONCE", 1)


@pytest.mark.django_db
def test_posts_are_read_a_handful_at_a_time_as_they_are_sent(as_user, vera, team, small):
    channel = ChannelFactory(team=team)
    client = as_user(vera)

    def asked(pieces) -> int:
        """How many statements these pieces took."""
        with CaptureQueriesContext(connection) as found:
            for _piece in pieces:
                pass
        return len(found)

    for n in range(12):
        PostFactory(team=team, title=f"Post {n:02}", channels=[channel])
    pieces = iter(client.get(EXPORT).streaming_content)
    # The mark and the headings need none; then what is found, and each handful.
    assert asked(islice(pieces, 2)) == 0
    first = asked(islice(pieces, 3))
    assert [asked(islice(pieces, 3)) for _ in range(3)] == [first - 1] * 3
    assert first <= 8
    assert asked(pieces) == 0


@pytest.mark.django_db
def test_what_goes_meanwhile_is_left_out(as_user, vera, team, small):
    posts = [PostFactory(team=team, title=f"Post {n}") for n in range(6)]
    pieces = iter(as_user(vera).get(EXPORT).streaming_content)
    begun = b"".join(islice(pieces, 4))
    posts[4].delete()
    PostFactory(team=team, title="New")
    assert titles(begun + b"".join(pieces)) == [f"Post {n}" for n in (0, 1, 2, 3, 5)]


@ENDINGS
def test_no_more_than_a_piece_is_in_memory(ending):
    rows = ([f"{n} and more words " * 150] for n in range(3000))
    tracemalloc.start()
    try:
        size = sum(map(len, sheets.pieces(ending, rows)))
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 50_000
    assert most < 2_000_000  # All rows together are nine megabytes.


def test_a_workbook_has_what_was_written_as_far_as_it_can():
    rows = [
        ["Head", "", " <b>&amp; “two”\nlines"],
        ["bell\x07 and \ufffe", "=1+1", "x" * 40_000],
        ["", "", "last"],
    ]
    content = b"".join(sheets.pieces("xlsx", rows))
    sheet = load_workbook(io.BytesIO(content)).active
    read = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert read == [rows[0], ["bell and ", "=1+1", "x" * 32_767], rows[2]]
    assert sheet["B2"].data_type != "f"


@pytest.mark.django_db(transaction=True)
def test_pieces_flow_under_asgi_in_the_readers_language(team, bob, small):
    bob.language = "de"
    bob.save(update_fields=["language"])
    for n in range(5):
        PostFactory(team=team, title=f"Post {n}")
    importing = checked(team, bob, ("text", "tags"), ("", "sea"))
    left_out = reverse("posts:import_left_out", args=["tidewater", importing.pk])

    async def fetch(url: str) -> list[bytes]:
        client = AsyncClient()
        await client.aforce_login(bob, "allauth.account.auth_backends.AuthenticationBackend")
        answer = await client.get(url)
        assert answer.is_async
        return [piece async for piece in answer.streaming_content]

    pieces = awaited(lambda: fetch(EXPORT))
    assert len(pieces) == 7
    assert titles(b"".join(pieces)) == [f"Post {n}" for n in range(5)]
    assert "Zeile" in b"".join(awaited(lambda: fetch(left_out))).decode()
