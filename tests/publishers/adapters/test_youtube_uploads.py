"""A video goes to YouTube in pieces, which go on where they broke off."""

from dataclasses import replace
from io import BytesIO

import pytest

from publishers import handles
from publishers.adapters.youtube import uploads
from publishers.contract import Processing, TryLater
from tests.publishers.adapters.youtube import (
    BIG,
    CHANNELS,
    ITEMS,
    PIECE,
    UPLOAD,
    VIDEO,
    clip,
    listed,
    moving,
    resource,
    youtube,
)

__all__ = ["youtube"]


def spreads(server):
    return [one.headers.get("Content-Range") for one in server.seen("PUT", UPLOAD)]


def test_pieces_go_on_from_what_is_there(server, youtube, step):
    server.scripts[("PUT", UPLOAD)] = [
        (308, None, {"Range": f"bytes=0-{PIECE - 1}"}),
        # Less of the second one arrived than was sent.
        (308, None, {"Range": f"bytes=0-{PIECE + 99}"}),
        (200, resource(), {}),
    ]
    whole = moving(BIG).read()
    opened = []
    counted = replace(moving(BIG), opens=lambda: opened.append(1) or BytesIO(whole))
    # Never all of it at once in memory.
    payload = clip(replace(counted, read=lambda: pytest.fail("read as a whole")))
    assert youtube.prepare(payload, step) is None
    assert opened == [1], "each one is checked from its beginning"
    assert spreads(server) == [
        f"bytes 0-{PIECE - 1}/{BIG}",
        f"bytes {PIECE}-{2 * PIECE - 1}/{BIG}",
        f"bytes {PIECE + 100}-{2 * PIECE + 99}/{BIG}",
    ]
    last = server.seen("PUT", UPLOAD)[-1]
    assert last.body == whole[PIECE + 100 : 2 * PIECE + 100]
    assert PIECE % (256 * 1024) == 0


@pytest.mark.parametrize(
    ("broken", "there"),
    [((0, None, {}), {"Range": f"bytes=0-{PIECE - 1}"}), ((503, {}, {}), {})],
    ids=["cut", "trouble"],
)
def test_a_piece_that_breaks_off_is_asked_about(server, youtube, step, broken, there):
    server.scripts[("PUT", UPLOAD)] = [broken, (308, None, there), (200, resource(), {})]
    payload = clip(moving(BIG))
    assert isinstance(youtube.prepare(payload, step), TryLater)
    assert youtube.prepare(payload, step) is None
    _, asked, went_on = spreads(server)
    assert asked == f"bytes */{BIG}"
    assert went_on.startswith(f"bytes {PIECE if there else 0}-")
    assert len(server.seen("POST", UPLOAD)) == 1


@pytest.mark.parametrize("place", ["", "https://evil.example/", "https://x.googleapis.com.evil/"])
def test_our_access_goes_nowhere_else(server, youtube, step, place):
    server.scripts[("POST", UPLOAD)] = [(200, None, {"Location": place} if place else {})]
    assert isinstance(youtube.prepare(clip(), step), TryLater)
    assert server.seen("PUT", UPLOAD) == []


def test_the_last_answer_that_is_lost_is_found_at_the_place(server, youtube, step):
    server.scripts[("PUT", UPLOAD)] = [(0, None, {}), (201, resource(), {})]
    assert isinstance(youtube.prepare(clip(), step), TryLater)
    assert youtube.prepare(clip(), step) is None
    assert uploads.held(step, moving())["id"] == VIDEO


def test_a_large_one_takes_several_turns(server, youtube, step, monkeypatch):
    monkeypatch.setattr(uploads, "PIECES_AT_ONCE", 1)
    first = (308, None, {"Range": f"bytes=0-{PIECE - 1}"})
    server.scripts[("PUT", UPLOAD)] = [first, first, (200, resource(), {})]
    assert isinstance(youtube.prepare(clip(moving(BIG)), step), Processing)
    [place] = [name for name, kept in step.kept.items() if "upload_id" in kept]
    assert place.startswith(handles.SECRET)
    assert youtube.prepare(clip(moving(BIG)), step) is None


@pytest.mark.parametrize(
    ("description", "found"),
    [(clip().client_token, True), ("Tide at nine", False), ("", False), (None, False)],
    ids=["its own", "somebody's", "somebody's without words", "none"],
)
def test_a_place_that_is_gone_may_have_made_a_video(server, youtube, step, description, found):
    server.scripts[("PUT", UPLOAD)] = [(503, {}, {}), (404, {}, {}), (200, resource(), {})]
    details = {"relatedPlaylists": {"uploads": "UU7"}}
    server.on("GET", CHANNELS, 200, listed({"contentDetails": details}))
    row = {
        "snippet": {
            "title": "High water",
            "description": description,
            "publishedAt": "2999-01-01T00:00:00Z",
        },
        "contentDetails": {"videoId": VIDEO},
        "status": {"privacyStatus": "private"},
    }
    server.on("GET", ITEMS, 200, listed(*([] if description is None else [row])))
    assert isinstance(youtube.prepare(clip(), step), TryLater)
    assert youtube.prepare(clip(), step) is uploads.ENDED
    assert youtube.prepare(clip(), step) is None
    assert len(server.seen("POST", UPLOAD)) == (1 if found else 2)
