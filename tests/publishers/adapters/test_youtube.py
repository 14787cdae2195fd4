"""YouTube: what is sent, what it works on, and which call publishes."""

import pytest

from publishers.adapters.youtube import uploads, videos
from publishers.contract import Processing, Published, Rejected, ReplyTo, TryLater, Uncertain
from tests.publishers.adapters.kit import picture, post, prepared
from tests.publishers.adapters.youtube import (
    ADDRESS,
    COMMENTS,
    COVER,
    OPTIONS,
    THREADS,
    UPLOAD,
    VIDEO,
    VIDEOS,
    clip,
    listed,
    moving,
    resource,
    youtube,
)

__all__ = ["youtube"]


# -- what is sent


def test_it_is_uploaded_privately_and_shown_by_one_call(server, youtube, step):
    payload = clip(tags="tide, high water, tide", category="19", synthetic="yes")
    assert youtube.prepare(payload, step) is None
    assert youtube.publish(payload, step) == Published(VIDEO, ADDRESS)
    [begin], [put] = server.seen("POST", UPLOAD), server.seen("PUT", UPLOAD)
    size = payload.media[0].size
    assert begin.query == {"uploadType": "resumable", "part": "snippet,status"}
    assert begin.headers["X-Upload-Content-Length"] == str(size)
    assert begin.headers["X-Upload-Content-Type"] == "video/mp4"
    said = {
        "title": "High water",
        "description": "Tide at nine",
        "tags": ["tide", "high water"],
        "categoryId": "19",
    }
    assert begin.json["snippet"] == said | {"description": payload.client_token}
    assert begin.json["status"] == {
        "privacyStatus": "private",
        "selfDeclaredMadeForKids": False,
        "containsSyntheticMedia": True,
        "license": "youtube",
        "embeddable": True,
        "publicStatsViewable": True,
    }
    assert put.query["upload_id"] == "AHxyz"
    assert put.headers["Content-Range"] == f"bytes 0-{size - 1}/{size}"
    assert put.body == payload.media[0].read()
    [shown] = server.seen("PUT", VIDEOS)
    assert shown.query == {"part": "snippet,status"}
    status = begin.json["status"] | {"privacyStatus": "public"}
    assert shown.json == {"id": VIDEO, "snippet": said, "status": status}


def test_other_words_need_no_other_upload(server, youtube, step):
    assert youtube.prepare(clip(), step) is None
    changed = clip(text="Tide at ten", title="Low water", privacy="unlisted", made_for_kids="yes")
    server.scripts[("PUT", VIDEOS)] = [(200, resource("unlisted", "processed"), {})]
    assert isinstance(prepared(youtube, changed, step), Published)
    assert len(server.seen("POST", UPLOAD)) == 1
    said = server.seen("PUT", VIDEOS)[0].json
    assert said["snippet"]["title"] == "Low water"
    assert said["status"]["selfDeclaredMadeForKids"] is True


# -- what it works on


def test_it_is_shown_when_it_was_worked_on(server, youtube, step):
    server.scripts[("GET", VIDEOS)] = [
        (200, listed(resource()), {}),
        (200, listed(resource(state="processed")), {}),
    ]
    assert youtube.prepare(clip(), step) == Processing(VIDEO, uploads.LOOK_AFTER)
    assert youtube.prepare(clip(), step) is None
    assert youtube.prepare(clip(), step) is None
    assert len(server.seen("GET", VIDEOS)) == 2


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("failed", {"failureReason": "codec"}),
        ("rejected", {"rejectionReason": "duplicate"}),
        ("rejected", {"rejectionReason": "length"}),
        ("rejected", {"rejectionReason": "copyright"}),
        ("deleted", {}),
    ],
)
def test_what_it_cannot_show_is_known_before(server, youtube, step, state, why):
    server.scripts[("GET", VIDEOS)] = [(200, listed(resource(state=state, **why)), {})]
    outcome = youtube.prepare(clip(), step)
    assert isinstance(outcome, Rejected)
    assert outcome.code == next(iter(why.values()), "")
    assert isinstance(youtube.confirm(VIDEO, clip()), Rejected)


def test_it_is_not_waited_for_without_end(server, youtube, step, monkeypatch):
    server.scripts[("GET", VIDEOS)] = [(200, listed(resource()), {})]
    monkeypatch.setattr(uploads, "PATIENCE_SECONDS", 0)
    assert youtube.prepare(clip(), step) is None
    server.scripts[("PUT", VIDEOS)] = [(200, resource("public"), {})]
    assert youtube.publish(clip(), step) == Processing(VIDEO, uploads.LOOK_AFTER)
    assert isinstance(youtube.confirm(VIDEO, clip()), Rejected), "then it is still private"
    server.scripts[("GET", VIDEOS)] = [(200, listed(resource("public", "processed")), {})]
    assert youtube.confirm(VIDEO, clip()) == Published(VIDEO, ADDRESS)


@pytest.mark.parametrize("status", [200, 403])
def test_a_picture_stands_for_it_where_the_channel_may(server, youtube, step, status):
    server.on("POST", COVER, status, {})
    payload = clip(picture(), moving())
    assert isinstance(prepared(youtube, payload, step), Published)
    assert youtube.prepare(payload, step) is None
    [request] = server.seen("POST", COVER)
    assert request.query == {"videoId": VIDEO, "uploadType": "media"}
    assert (request.headers["Content-Type"], request.body) == ("image/png", picture().read())


def test_a_cover_keeps_no_video_for_ever(server, youtube, step):
    server.on("POST", COVER, 503, {})
    payload = clip(picture(), moving())
    for _ in range(uploads.COVER_TRIES):
        assert isinstance(youtube.prepare(payload, step), TryLater)
    assert youtube.prepare(payload, step) is None


# -- what publishes


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (resource("private", "processed"), Rejected),
        ({"id": VIDEO}, Uncertain),
        ({"id": "another"}, Uncertain),
        (resource("public", "rejected", rejectionReason="legal"), Rejected),
    ],
    ids=["kept private", "says nothing", "another", "rejected"],
)
def test_what_it_says_of_the_video_counts(server, youtube, step, body, kind):
    server.scripts[("PUT", VIDEOS)] = [(200, body, {})]
    assert isinstance(prepared(youtube, clip(), step), kind)


@pytest.mark.parametrize(
    "payload",
    [
        post("No video", title="High water", options=OPTIONS),
        clip(picture()),
        clip(moving(), moving(99)),
        clip(title=""),
        clip(title="High <water>"),
        clip(text="a > b"),
        clip(made_for_kids=""),
        clip(tags=",".join(f"tag number {n}" for n in range(40))),
    ],
)
def test_what_cannot_be_sent(server, youtube, step, payload):
    assert isinstance(youtube.prepare(payload, step), Rejected)
    assert isinstance(youtube.publish(payload, step), Rejected)
    assert server.requests == []


def test_tags_are_weighed_as_they_are_written_there():
    assert videos.weight([]) == 0
    assert videos.weight(["tide", "high water"]) == 4 + 1 + 12


# -- comments, edits


def test_a_first_comment(server, youtube, step):
    server.on("POST", THREADS, 200, {"id": "UgzLonger0123456789"})
    payload = post("At nine", kind="comment", reply_to=ReplyTo(VIDEO, VIDEO))
    outcome = prepared(youtube, payload, step)
    assert outcome == Published("UgzLonger0123456789", f"{ADDRESS}&lc=UgzLonger0123456789")
    assert youtube.remote_id_in(outcome.permalink, youtube.account) == outcome.remote_id
    [request] = server.seen("POST", THREADS)
    assert request.json == {
        "snippet": {
            "channelId": "UC7",
            "videoId": VIDEO,
            "topLevelComment": {"snippet": {"textOriginal": "At nine"}},
        }
    }


def test_edits_and_removals_know_videos_from_comments(server, youtube):
    server.on("DELETE", VIDEOS, 204)
    server.on("PUT", COMMENTS, 200, {})
    server.on("DELETE", COMMENTS, 404, {})
    comment = post("At ten", kind="comment", reply_to=ReplyTo(VIDEO, VIDEO))
    assert youtube.edit(VIDEO, clip(tags="tide")) is None
    assert youtube.edit("UgzLonger0123456789", comment) is None
    assert youtube.remove(VIDEO) is None
    assert youtube.remove("UgzLonger0123456789") is None, "gone is gone"
    [edit] = server.seen("PUT", VIDEOS)
    assert edit.query == {"part": "snippet"}
    assert set(edit.json["snippet"]) == {"title", "description", "tags", "categoryId"}
    assert server.seen("PUT", COMMENTS)[0].json["snippet"] == {"textOriginal": "At ten"}


def test_shorts_have_the_same_ids(youtube):
    address = f"https://www.youtube.com/shorts/{VIDEO}"
    assert youtube.remote_id_in(address, youtube.account) == VIDEO
    assert youtube.remote_id_in(f"{ADDRESS}&t=3", youtube.account) == VIDEO


def test_a_video_that_was_deleted_meanwhile_is_sent_again(server, youtube, step):
    assert youtube.prepare(clip(), step) is None
    server.scripts[("PUT", VIDEOS)] = [(404, {}, {})]
    assert isinstance(youtube.publish(clip(), step), TryLater)
    assert youtube.prepare(clip(), step) is None
    assert len(server.seen("POST", UPLOAD)) == 2
