"""The simulated YouTube over HTTP: places, pieces, what is public, and the form of its answers
(google/youtube.v3.json).
"""

import pytest

from publishers.sandbox import accounts
from publishers.sandbox.models import Account, Credential, Upload
from tests.contracts.discovery import Document
from tests.contracts.vectors import load
from tests.sandbox.films import mp4

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT = Document(load("google/youtube.v3.json"))
ANALYTICS = Document(load("google/youtubeAnalytics.v2.json"))
V3, SCOPE = "youtube/v3", "https://www.googleapis.com/auth"
UPLOAD = f"upload/{V3}/videos"
PIECE = 256 * 1024
SAID = {
    "snippet": {"title": "High water", "description": "Tide at nine", "tags": ["tide"]},
    "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False},
}
PARTS = {"part": "snippet,status"}


@pytest.fixture
def tidewater(site) -> Account:
    made = accounts.create("youtube", "tidewater", "Tidewater")
    Account.objects.update(processing_seconds=0)
    return made


@pytest.fixture
def api(connect, tidewater):
    return connect(tidewater)


def begin(api, size, **said):
    headers = {"X-Upload-Content-Length": str(size), "X-Upload-Content-Type": "video/mp4"}
    query = {"uploadType": "resumable", **PARTS}
    return api.post(UPLOAD, params=query, json=SAID | said, headers=headers)


def put(api, place, content, spread):
    path = place.partition("googleapis.com/")[2]
    return api.put(path, data=content, headers={"Content-Range": spread})


def uploaded(api, **said):
    content = mp4()
    place = begin(api, len(content), **said).headers["Location"]
    return put(api, place, content, f"bytes 0-{len(content) - 1}/{len(content)}").json()


def fits(api, verb, path, answer):
    if DOCUMENT.found:
        DOCUMENT.check_answer(verb, f"/{path}", answer.json())
    return answer.json()


def reason(answer) -> str:
    return answer.json()["error"]["errors"][0]["reason"]


def test_pieces_in_order_and_of_whole_blocks(api, tidewater):
    content = mp4(padding=2 * PIECE)
    size = len(content)
    place = begin(api, size).headers["Location"]
    assert put(api, place, b"", f"bytes */{size}").headers.get("Range") is None
    assert put(api, place, content[:100], f"bytes 0-99/{size}").status_code == 400
    late = put(api, place, content[PIECE:], f"bytes {PIECE}-{size - 1}/{size}")
    assert late.status_code == 400
    first = put(api, place, content[:PIECE], f"bytes 0-{PIECE - 1}/{size}")
    assert (first.status_code, first.headers["Range"]) == (308, f"bytes=0-{PIECE - 1}")
    asked = put(api, place, b"", f"bytes */{size}")
    assert (asked.status_code, asked.headers["Range"]) == (308, f"bytes=0-{PIECE - 1}")
    last = put(api, place, content[PIECE:], f"bytes {PIECE}-{size - 1}/{size}")
    assert last.status_code == 200
    again = put(api, place, b"", f"bytes */{size}")
    assert again.json()["id"] == last.json()["id"], "one place makes one video"
    assert fits(api, "PUT", UPLOAD, last)["status"]["uploadStatus"] == "processed"
    assert Upload.objects.get().account == tidewater


def test_a_video_is_public_from_the_call_that_says_so(api, tidewater):
    video = uploaded(api)["id"]
    assert tidewater.posts.public().count() == 0
    said = SAID | {"id": video, "status": {"privacyStatus": "public"}}
    changed = api.put(f"{V3}/videos", params=PARTS, json=said)
    shown = fits(api, "PUT", f"{V3}/videos", changed)
    assert shown["status"]["privacyStatus"] == "public"
    [row] = tidewater.posts.public()
    assert shown["snippet"]["publishedAt"][:16] == row.accepted_at.isoformat()[:16]
    # A part is replaced as a whole.
    bare = {"id": video, "snippet": {"title": "Low water"}}
    left = api.put(f"{V3}/videos", params={"part": "snippet"}, json=bare).json()
    assert (left["snippet"]["tags"], left["snippet"]["description"]) == ([], "")
    back = api.put(f"{V3}/videos", params={"part": "status"}, json=said | {"status": {}})
    assert back.json()["status"]["privacyStatus"] == "public", "what is left out is public"


EVERY = "snippet,status,statistics,contentDetails,processingDetails"


def test_its_answers_have_their_form(api, png):
    video = uploaded(api, status={"privacyStatus": "public"})["id"]
    asked = api.get(f"{V3}/videos", params={"part": EVERY, "id": video})
    assert fits(api, "GET", f"{V3}/videos", asked)["items"][0]["id"] == video
    mine = {"part": "snippet,contentDetails,statistics", "mine": "true"}
    channel = fits(api, "GET", f"{V3}/channels", api.get(f"{V3}/channels", params=mine))
    listed = channel["items"][0]["contentDetails"]["relatedPlaylists"]["uploads"]
    query = {"part": "snippet,contentDetails,status", "playlistId": listed}
    items = fits(api, "GET", f"{V3}/playlistItems", api.get(f"{V3}/playlistItems", params=query))
    assert items["items"][0]["contentDetails"]["videoId"] == video
    said = {"videoId": video, "topLevelComment": {"snippet": {"textOriginal": "At nine"}}}
    threads = f"{V3}/commentThreads"
    made = api.post(threads, params={"part": "snippet"}, json={"snippet": said})
    comment = fits(api, "POST", threads, made)["id"]
    shown = api.get(threads, params={"part": "snippet", "videoId": video})
    assert fits(api, "GET", threads, shown)["items"][0]["id"] == comment
    body = {"id": comment, "snippet": {"textOriginal": "At ten"}}
    fits(
        api,
        "PUT",
        f"{V3}/comments",
        api.put(f"{V3}/comments", params={"part": "snippet"}, json=body),
    )
    query = {"ids": "channel==MINE", "startDate": "2026-01-01", "endDate": "2026-12-31"}
    query |= {"metrics": "shares", "dimensions": "video", "sort": "shares"}
    table = api.get("v2/reports", params=query | {"filters": f"video=={video},none"})
    if ANALYTICS.found:
        ANALYTICS.check_answer("GET", "/v2/reports", table.json())
    assert [row[0] for row in table.json()["rows"]] == [video]
    assert api.get("v2/reports", params=query | {"filters": "country==PT"}).status_code == 400
    query = {"videoId": video}
    cover = api.post(f"upload/{V3}/thumbnails/set", params=query, data=png)
    fits(api, "POST", f"upload/{V3}/thumbnails/set", cover)


def test_uploads_are_listed_page_by_page(api):
    videos = [uploaded(api)["id"] for _ in range(3)]
    mine = {"part": "contentDetails", "mine": "true"}
    channel = api.get(f"{V3}/channels", params=mine).json()["items"][0]
    listed = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    query = {"part": "contentDetails", "playlistId": listed, "maxResults": "2"}
    first = api.get(f"{V3}/playlistItems", params=query).json()
    rest = api.get(f"{V3}/playlistItems", params=query | {"pageToken": first["nextPageToken"]})
    found = [*first["items"], *rest.json()["items"]]
    assert [one["contentDetails"]["videoId"] for one in found] == videos[::-1]
    assert "nextPageToken" not in rest.json()


@pytest.mark.parametrize(
    ("said", "status", "why"),
    [
        ({"snippet": {"title": ""}}, 400, "invalidTitle"),
        ({"snippet": {"title": "a" * 101}}, 400, "invalidTitle"),
        ({"snippet": {"title": "<a>"}}, 400, "invalidTitle"),
        ({"snippet": {"title": "a", "description": "\u00e9" * 2501}}, 400, "invalidDescription"),
        ({"snippet": {"title": "a", "tags": ["b" * 501]}}, 400, "invalidTags"),
        ({"snippet": {"title": "a", "categoryId": "42"}}, 400, "invalidCategoryId"),
        ({"status": {"privacyStatus": "friends"}}, 400, "invalidVideoMetadata"),
        ({"status": {"license": "mine"}}, 403, "forbiddenLicenseSetting"),
        (
            {"status": {"privacyStatus": "public", "publishAt": "2027-01-01T00:00:00Z"}},
            400,
            "invalidPublishAt",
        ),
    ],
)
def test_what_it_does_not_take(api, said, status, why):
    answer = begin(api, 1000, **said)
    assert (answer.status_code, reason(answer)) == (status, why)


def test_what_is_missing_belongs_to_others_or_is_not_allowed(api, connect):
    video = uploaded(api)["id"]
    other = connect(accounts.create("youtube", "harbourtrust"))
    body = SAID | {"id": video}
    assert reason(other.put(f"{V3}/videos", params=PARTS, json=body)) == "videoNotFound"
    assert reason(api.put(f"{V3}/videos", json=body)) == "missingRequiredParameter"
    assert other.get(f"{V3}/videos", params=PARTS | {"id": video}).json()["items"] == []
    assert reason(api.get(f"{V3}/playlistItems", params=PARTS)) == "playlistNotFound"
    assert reason(api.delete(f"{V3}/comments", params={"id": "none"})) == "commentNotFound"
    assert put(api, f"{UPLOAD}?upload_id=none", b"", "bytes */1").status_code == 404
    Credential.objects.update(scopes=f"{SCOPE}/youtube.readonly")
    assert reason(begin(api, 1000)) == "insufficientPermissions"
    api.token = "nonsense"
    assert reason(api.get(f"{V3}/channels", params=PARTS)) == "authError"


def test_a_spent_day_and_tokens(api, tidewater, anonymous):
    video = uploaded(api)["id"]
    Account.objects.update(day_limit=0)
    answer = api.put(f"{V3}/videos", params=PARTS, json=SAID | {"id": video})
    assert (answer.status_code, reason(answer)) == (400, "uploadLimitExceeded")
    form = {"client_id": "drumbeat", "client_secret": "sandbox", "grant_type": "refresh_token"}
    bad = anonymous("youtube").post("token", data=form | {"refresh_token": "none"})
    assert (bad.status_code, bad.json()["error"]) == (400, "invalid_grant")
    wrong = anonymous("youtube").post("token", data=form | {"client_id": "another"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
