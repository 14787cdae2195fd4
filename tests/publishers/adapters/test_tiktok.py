"""TikTok: what is sent, and in which pieces."""

from dataclasses import replace
from itertools import pairwise

import pytest

from publishers.adapters.tiktok import chunks
from publishers.contract import Processing, Rejected, TryLater
from tests.contracts.vectors import cases, needs_vectors
from tests.publishers.adapters.kit import picture, post, prepared
from tests.publishers.adapters.tiktok import (
    BIG,
    CREATOR,
    FILE,
    INBOX,
    INIT,
    OPTIONS,
    PHOTOS,
    PIECE,
    clip,
    moving,
    tiktok,
    told,
)

__all__ = ["tiktok"]


# -- what is sent


def test_a_small_video_is_one_piece_and_that_publishes(server, tiktok, step):
    payload = clip(aigc="yes", duet="no")
    assert tiktok.prepare(payload, step) is None
    assert server.seen("PUT", PIECE) == []
    assert tiktok.publish(payload, step) == Processing("v_pub_file~1", 5)
    size = payload.media[0].size
    [init] = server.seen("POST", INIT)
    assert init.json["source_info"] == {
        "source": "FILE_UPLOAD",
        "video_size": size,
        "chunk_size": size,
        "total_chunk_count": 1,
    }
    assert init.json["post_info"] == {
        "title": "Tide at nine",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "disable_comment": False,
        "disable_duet": True,
        "disable_stitch": True,
        "brand_content_toggle": False,
        "brand_organic_toggle": False,
        "is_aigc": True,
    }
    [put] = server.seen("PUT", PIECE)
    assert put.query == {"upload_id": "67890", "upload_token": "Xza123"}
    assert put.headers["Content-Range"] == f"bytes 0-{size - 1}/{size}"
    assert put.headers["Content-Type"] == "video/mp4"
    assert "Authorization" not in put.headers
    assert put.body == payload.media[0].read()


def test_all_pieces_but_the_last_go_ahead(server, tiktok, step):
    server.scripts[("PUT", PIECE)] = [(206, None, {}), (201, None, {})]
    payload = clip(moving(BIG))
    assert tiktok.prepare(payload, step) is None
    assert tiktok.prepare(payload, step) is None, "and once"
    assert isinstance(tiktok.publish(payload, step), Processing)
    first, second = server.seen("PUT", PIECE)
    assert first.headers["Content-Range"] == f"bytes 0-9999999/{BIG}"
    assert second.headers["Content-Range"] == f"bytes 10000000-{BIG - 1}/{BIG}"
    assert len(server.seen("POST", INIT)) == 1


def test_a_piece_that_is_not_where_it_belongs(server, tiktok, step):
    headers = {"Content_Range": f"bytes 0-9999999/{BIG}"}
    server.scripts[("PUT", PIECE)] = [(416, None, headers), (201, None, {})]
    assert isinstance(prepared(tiktok, clip(moving(BIG)), step), Processing)
    assert server.seen("PUT", PIECE)[1].headers["Content-Range"].startswith("bytes 10000000-")


def test_other_words_are_another_place(server, tiktok, step):
    assert tiktok.prepare(clip(text="Tide at nine"), step) is None
    assert isinstance(tiktok.publish(clip(text="Tide at ten"), step), TryLater)
    assert tiktok.prepare(clip(text="Tide at ten"), step) is None
    titles = [one.json["post_info"]["title"] for one in server.seen("POST", INIT)]
    assert titles == ["Tide at nine", "Tide at ten"]
    assert server.seen("PUT", PIECE) == []


def test_a_draft_has_no_words(server, tiktok, step):
    assert isinstance(prepared(tiktok, clip(mode="draft"), step), Processing)
    assert set(server.seen("POST", INBOX)[0].json) == {"source_info"}


def test_pictures_are_fetched(server, tiktok, step):
    payload = replace(clip(picture(), picture("b", b"other"), music="yes"), title="High water")
    assert prepared(tiktok, payload, step) == Processing("p_pub_url~1", 5)
    [request] = server.seen("POST", PHOTOS)
    assert request.json["media_type"] == "PHOTO"
    assert request.json["post_mode"] == "DIRECT_POST"
    assert request.json["source_info"]["photo_images"] == [one.url for one in payload.media]
    words = request.json["post_info"]
    assert (words["title"], words["description"]) == ("High water", "Tide at nine")
    assert words["auto_add_music"] is True


@pytest.mark.parametrize(
    "payload",
    [post("No media", options=OPTIONS), clip(privacy=""), clip(replace(picture(), url=""))],
)
def test_what_cannot_be_sent(server, tiktok, step, payload):
    assert isinstance(tiktok.prepare(payload, step), Rejected)
    assert isinstance(tiktok.publish(payload, step), Rejected)
    assert server.requests == []


@pytest.mark.parametrize(
    "creator",
    [{"privacy_level_options": ["SELF_ONLY"]}, {"max_video_post_duration_sec": 5}],
)
def test_what_the_account_may_not(server, tiktok, step, creator):
    server.scripts[("POST", CREATOR)] = [(200, told(**creator), {})]
    assert isinstance(tiktok.prepare(clip(), step), Rejected)


# -- pieces


@needs_vectors
@pytest.mark.parametrize(
    "row", cases(FILE, "chunk_vectors"), ids=lambda row: str(row["video_size"])
)
def test_chunk_vectors(row):
    size = row["video_size"]
    assert chunks.size_of(size) == row["chunk_size"]
    assert chunks.count(size, row["chunk_size"]) == row["total_chunk_count"]
    spans = [chunks.span(size, row["chunk_size"], n) for n in range(row["total_chunk_count"])]
    assert [f"{first}-{end - 1}" for first, end in spans] == row["ranges"]
    last = spans[-1][1] - spans[-1][0]
    assert last == row.get("last_chunk_bytes", last)


@pytest.mark.parametrize("size", [1, 4_999_999, 10_000_000, 19_999_999, 64_000_001, 4_000_000_000])
def test_pieces_keep_to_its_bounds(size):
    chunk = chunks.size_of(size)
    count = chunks.count(size, chunk)
    spans = [chunks.span(size, chunk, number) for number in range(count)]
    assert spans[0][0] == 0
    assert spans[-1][1] == size
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert 1 <= count <= 1000
    assert spans[-1][1] - spans[-1][0] <= 128_000_000
