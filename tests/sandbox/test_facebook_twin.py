"""The simulated Facebook over HTTP: pages with tokens, posts, reels, comments, figures, events."""

import hashlib
import hmac
import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from publishers.sandbox import accounts, uploads
from publishers.sandbox.models import Account, RemotePost
from publishers.sandbox.registry import twin_for
from publishers.sandbox.twin import Happening
from tests.publishers.adapters.simulated import minted
from tests.sandbox.films import mp4
from tests.sandbox.threads import code_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(site) -> Account:
    return accounts.create("facebook", "tidewater", "Tidewater")


@pytest.fixture
def api(connect, page):
    found = connect(page)
    found.token = accounts.page_token(page)
    return found


def picture(size=(400, 300), kind="PNG"):
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def photo(api, page, data=None, **form):
    files = {"source": ("pier.png", data or picture(), "image/png")}
    form = {"published": "false", **form}
    return api.post(f"v26.0/{page.remote_id}/photos", data=form, files=files)


def feed(api, page, **form):
    return api.post(f"v26.0/{page.remote_id}/feed", data=form)


def listed(api, page):
    return api.get(f"v26.0/{page.remote_id}/published_posts").json()["data"]


def test_a_text_with_a_card(api, page):
    post = feed(api, page, message="Tide at nine", link="https://tide.earth").json()["id"]
    assert post.startswith(f"{page.remote_id}_")
    [row] = listed(api, page)
    assert (row["id"], row["message"]) == (post, "Tide at nine")
    assert row["attachments"]["data"] == [{"media_type": "link"}]
    assert "Tide at nine" in api.get(post).text


def test_photos_wait_for_their_post(api, page):
    made = [photo(api, page, alt_text_custom=f"Pier {n}").json()["id"] for n in range(2)]
    assert listed(api, page) == []
    named = {f"attached_media[{n}]": json.dumps({"media_fbid": made[n]}) for n in range(2)}
    post = feed(api, page, message="Two", **named).json()["id"]
    [row] = listed(api, page)
    assert len(row["attachments"]["data"][0]["subattachments"]["data"]) == 2
    assert "Pier 1" in api.get(post).text
    gone = {"attached_media[0]": json.dumps({"media_fbid": "77"})}
    assert code_of(feed(api, page, **gone))[0] == 100


def test_what_it_does_not_take(api, page, settings):
    assert code_of(feed(api, page))[0] == 100
    assert code_of(photo(api, page, b"no picture")) == (324, 1349125)
    settings.SANDBOX_REFUSES_REPEATS = True
    feed(api, page, message="Tide")
    assert code_of(feed(api, page, message="Tide"))[0] == 506


def test_a_person_is_not_a_page(api, page):
    person = page.administrators.order_by("pk").first()
    api.token = minted(person)
    assert code_of(feed(api, page, message="Tide"))[0] == 210
    rows = api.get("v26.0/me/accounts").json()["data"]
    assert {row["username"] for row in rows} <= {"harbour-trust", "tidewater"}
    [ours] = [row for row in rows if row["id"] == page.remote_id]
    api.token = ours["access_token"]
    assert feed(api, page, message="Tide").status_code == 200
    api.token = "nonsense"
    assert code_of(feed(api, page, message="Tide"))[0] == 190


def reel(api, page, edge="video_reels", data=None, **form):
    """Uploaded and finished."""
    data, path = data or mp4(), f"v26.0/{page.remote_id}/{edge}"
    start = api.post(path, data={"upload_phase": "start"}).json()
    sent = upload(api, start, data)
    assert sent.json() == {"success": True}, sent.text
    form = {"upload_phase": "finish", "video_id": start["video_id"], **form}
    return start["video_id"], api.post(path, data=form).json()


def upload(api, start, data, first=0):
    headers = {"Authorization": f"OAuth {api.token}", "offset": str(first)}
    headers |= {"file_size": str(len(data)), "Content-Type": "application/octet-stream"}
    return api.post(start["upload_url"], data=data[first:], headers=headers)


def state(api, video):
    return api.get(f"v26.0/{video}", params={"fields": "status,post_id"}).json()


def test_a_reel_is_published_after_a_while(api, page):
    Account.objects.update(processing_seconds=60)
    video, answer = reel(api, page, description="Look", video_state="PUBLISHED")
    assert answer == {"success": True}
    told = state(api, video)["status"]
    assert told["video_status"] == "processing"
    assert told["publishing_phase"]["status"] == "in_progress"
    assert listed(api, page) == []
    RemotePost.objects.update(shows_at=timezone.now())
    there = state(api, video)
    assert there["status"]["publishing_phase"]["status"] == "complete"
    [row] = listed(api, page)
    assert row["id"] == there["post_id"]
    assert row["message"] == "Look"


def test_what_is_half_uploaded_says_where_to_go_on(api, page):
    path, data = f"v26.0/{page.remote_id}/video_reels", mp4()
    start = api.post(path, data={"upload_phase": "start"}).json()
    row = uploads.begin(page, start["video_id"], size=len(data))
    uploads.take(row, BytesIO(data[:20]), first=0)
    told = state(api, start["video_id"])["status"]
    assert told["video_status"] == "uploading"
    assert told["uploading_phase"]["bytes_transfered"] == 20
    early = {"upload_phase": "finish", "video_id": start["video_id"]}
    assert code_of(api.post(path, data=early))[0] == 6001
    assert upload(api, start, data, first=20).json() == {"success": True}
    assert state(api, start["video_id"])["status"]["video_status"] == "upload_complete"


def test_stories(api, page):
    made = photo(api, page).json()["id"]
    path = f"v26.0/{page.remote_id}/photo_stories"
    told = api.post(path, data={"photo_id": made}).json()
    assert told["success"] is True
    Account.objects.update(processing_seconds=0)
    _, film = reel(api, page, "video_stories")
    rows = api.get(f"v26.0/{page.remote_id}/stories").json()["data"]
    assert {row["post_id"] for row in rows} == {told["post_id"], film["post_id"]}
    assert made in {row["media_id"] for row in rows}
    assert listed(api, page) == []


def test_comments_edits_and_what_is_taken_back(api, page):
    post = feed(api, page, message="Tide").json()["id"]
    said = api.post(f"v26.0/{post}/comments", data={"message": "More"}).json()["id"]
    [row] = api.get(f"v26.0/{post}/comments").json()["data"]
    assert (row["id"], row["message"], row["from"]["id"]) == (said, "More", page.remote_id)
    assert api.post(f"v26.0/{post}", data={"message": "Better"}).json() == {"success": True}
    assert listed(api, page)[0]["message"] == "Better"
    assert api.delete(f"v26.0/{post}").json() == {"success": True}
    assert code_of(api.delete(f"v26.0/{post}")) == (100, 33)


def test_figures(api, page):
    post = feed(api, page, message="Tide").json()["id"]
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(days=3))
    row = api.get(f"v26.0/{post}").json()
    assert row["reactions"]["summary"]["total_count"] >= 0
    query = {"metric": "post_media_view,post_clicks"}
    rows = api.get(f"v26.0/{post}/insights", params=query).json()["data"]
    assert rows[0]["values"][0]["value"] > 0
    dead = api.get(f"v26.0/{post}/insights", params={"metric": "post_impressions"})
    assert code_of(dead)[0] == 100
    me = f"v26.0/{page.remote_id}"
    assert api.get(me).json()["followers_count"] > 0
    rows = api.get(f"{me}/insights", params={"metric": "page_media_view"}).json()["data"]
    assert rows[0]["name"] == "page_media_view"


def test_a_comment_is_told(api, page):
    post = feed(api, page, message="Tide").json()["id"]
    said = api.post(f"v26.0/{post}/comments", data={"message": "When?"}).json()["id"]
    answer = RemotePost.objects.get(remote_id=said)
    request = twin_for("facebook").hook(Happening("comment", page, answer, "When?"))
    signed = hmac.new(b"sandbox", request.body, hashlib.sha256).hexdigest()
    assert request.headers["X-Hub-Signature-256"] == f"sha256={signed}"
    [entry] = json.loads(request.body)["entry"]
    value = entry["changes"][0]["value"]
    assert (entry["id"], value["item"], value["post_id"]) == (page.remote_id, "comment", post)
