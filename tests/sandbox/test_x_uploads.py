"""Videos and GIFs on the simulated X: in parts, in order, worked on, and then part of a post."""

import pytest

from publishers.sandbox import faults
from publishers.sandbox.models import Account, Fault, Picture, Upload
from tests.sandbox.conftest import picture
from tests.sandbox.films import mp4
from tests.sandbox.x import api, conforms, tidewater

__all__ = ["api", "conforms", "tidewater"]


@pytest.fixture(autouse=True)
def at_once(tidewater):
    Account.objects.update(processing_seconds=0)


def begin(api, size, mime="video/mp4", category="tweet_video"):
    body = {"media_type": mime, "total_bytes": size, "media_category": category}
    return api.post("2/media/upload/initialize", json=body)


def append(api, media_id, number, data):
    files = {"media": ("part", data, "application/octet-stream")}
    form = {"segment_index": str(number)}
    return api.post(f"2/media/upload/{media_id}/append", files=files, data=form)


def finalize(api, media_id):
    return api.post(f"2/media/upload/{media_id}/finalize")


def status(api, media_id):
    return api.get(f"2/media/upload?command=STATUS&media_id={media_id}")


def uploaded(api, content, **kind):
    media_id = begin(api, len(content), **kind).json()["data"]["id"]
    assert append(api, media_id, 0, content).status_code == 200
    assert finalize(api, media_id).status_code == 200
    return media_id


def post(api, *media_ids, text="Look"):
    return api.post("2/tweets", json={"text": text, "media": {"media_ids": list(media_ids)}})


def test_a_video_in_parts(api, tidewater, conforms):
    content = mp4(seconds=9, padding=2_000_000)
    begun = begin(api, len(content))
    conforms(begun.json(), "InitializeMediaUploadResponse")
    media_id = begun.json()["data"]["id"]
    half = 1_048_576
    conforms(append(api, media_id, 0, content[:half]).json(), "AppendMediaUploadResponse")
    assert append(api, media_id, 2, content[half:]).status_code == 400, "one after the other"
    assert finalize(api, media_id).status_code == 400, "it is not all there"
    assert status(api, media_id).status_code == 404
    assert append(api, media_id, 0, content[:half]).status_code == 200, "the same again"
    assert append(api, media_id, 0, content[:9]).status_code == 400
    assert append(api, media_id, 1, content[half:] + b"more").status_code == 400
    assert append(api, media_id, 1, content[half:]).status_code == 200
    done = finalize(api, media_id)
    conforms(done.json(), "FinalizeMediaUploadResponse")
    assert done.json()["data"]["processing_info"]["state"] == "pending"
    assert finalize(api, media_id).status_code == 400
    told = status(api, media_id)
    conforms(told.json(), "GetMediaUploadStatusResponse")
    assert told.json()["data"]["processing_info"]["state"] == "succeeded"

    made = post(api, media_id).json()["data"]
    query = "expansions=attachments.media_keys&media.fields=type&tweet.fields=attachments,entities"
    shown = api.get(f"2/tweets/{made['id']}?{query}").json()
    conforms(shown, "GetPostsByIdResponse")
    [video] = shown["includes"]["media"]
    assert (video["type"], video["duration_ms"]) == ("video", 9000)
    assert video["public_metrics"]["view_count"] == 0
    assert shown["data"]["entities"]["urls"][0]["expanded_url"].endswith("/video/1")


def test_it_is_worked_on_and_may_fail(api, tidewater):
    Account.objects.update(processing_seconds=60)
    media_id = uploaded(api, mp4())
    working = status(api, media_id).json()["data"]["processing_info"]
    assert (working["state"], working["check_after_secs"]) == ("in_progress", 1)
    assert post(api, media_id).status_code == 400
    Account.objects.update(processing_seconds=0)
    tidewater.refresh_from_db()
    faults.arm(tidewater, Fault.Kind.PROCESSING_FAILED)
    failed = status(api, uploaded(api, mp4(seconds=3))).json()["data"]["processing_info"]
    assert failed["state"] == "failed"
    assert failed["error"]["message"]


@pytest.mark.parametrize(
    ("size", "mime", "category"),
    [
        (0, "video/mp4", "tweet_video"),
        (16 * 1024**3, "video/mp4", "tweet_video"),
        (20_000_000, "image/gif", "tweet_gif"),
        (100, "video/mp4", "tweet_gif"),
        (100, "text/plain", "tweet_video"),
        (100, "video/mp4", "film"),
    ],
)
def test_what_has_no_place(api, conforms, size, mime, category):
    answer = begin(api, size, mime, category)
    assert answer.status_code == 400
    conforms(answer.json(), "InvalidRequestProblem")
    assert not Upload.objects.exists()


def test_a_large_part_is_stopped_without_a_word(api):
    media_id = begin(api, 6_000_000).json()["data"]["id"]
    answer = append(api, media_id, 0, b"\x07" * 5_000_000)
    assert (answer.status_code, answer.content) == (413, b"")


def test_another_file_than_was_announced(api):
    data = picture("PNG")
    media_id = begin(api, len(data)).json()["data"]["id"]
    append(api, media_id, 0, data)
    for _again in range(2):
        assert finalize(api, media_id).status_code == 400
    assert not Picture.objects.exists()


def test_what_moves_stands_alone(api):
    video = uploaded(api, mp4())
    gif = uploaded(api, picture("GIF"), mime="image/gif", category="tweet_gif")
    assert post(api, video, gif).status_code == 400
    assert post(api, gif, text="Moves").status_code == 201
    assert post(api, video, text="Too").status_code == 201


def test_a_video_that_is_too_long(api):
    refused = post(api, uploaded(api, mp4(seconds=1201)))
    assert refused.status_code == 403
    assert "longer than 20 minutes" in refused.json()["detail"]


def test_a_place_of_somebody_else(api, connect):
    other = Account.objects.get(platform="x", handle="harbourtrust")
    media_id = begin(connect(other), 100).json()["data"]["id"]
    assert append(api, media_id, 0, b"a" * 100).status_code == 404
    assert finalize(api, media_id).status_code == 404
