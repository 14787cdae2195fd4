"""The simulated TikTok over HTTP: its envelope, places for videos, pieces in order, statuses."""

import pytest

from publishers.sandbox import accounts
from publishers.sandbox.models import Account, Credential, RemotePost
from tests.sandbox.films import mp4

pytestmark = pytest.mark.django_db(transaction=True)
POST = "v2/post/publish"
WORDS = {
    "privacy_level": "PUBLIC_TO_EVERYONE",
    "title": "Tide at nine",
    "brand_content_toggle": False,
    "brand_organic_toggle": False,
}


@pytest.fixture
def tidewater(site) -> Account:
    made = accounts.create("tiktok", "tidewater", "Tidewater")
    Account.objects.update(processing_seconds=0)
    return made


@pytest.fixture
def api(connect, tidewater):
    return connect(tidewater)


def init(api, size, chunk=None, count=None, draft="", **words):
    chunk = chunk or size
    source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk}
    source["total_chunk_count"] = count or max(1, size // chunk)
    body = {"source_info": source} | ({} if draft else {"post_info": WORDS | words})
    return api.post(f"{POST}/{draft}video/init/", json=body)


def put(api, url, content, first, total):
    path = url.partition("tiktokapis.com/")[2]
    spread = f"bytes {first}-{first + len(content) - 1}/{total}"
    headers = {"Content-Range": spread, "Content-Type": "video/mp4", "Authorization": ""}
    return api.put(path, data=content, headers=headers)


def status_of(api, name):
    return api.post(f"{POST}/status/fetch/", json={"publish_id": name}).json()["data"]


def code_of(answer) -> str:
    return answer.json()["error"]["code"]


def test_the_envelope_says_ok(api):
    answer = api.post(f"{POST}/creator_info/query/")
    assert code_of(answer) == "ok"
    assert answer.json()["error"]["log_id"]
    assert "SELF_ONLY" in answer.json()["data"]["privacy_level_options"]


def test_a_video_in_pieces_strictly_in_order(api, tidewater):
    content = mp4(padding=11_000_000)
    size, chunk = len(content), 5_000_000
    data = init(api, size, chunk).json()["data"]
    name, url = data["publish_id"], data["upload_url"]
    assert status_of(api, name) == {"status": "PROCESSING_UPLOAD", "uploaded_bytes": 0}
    early = put(api, url, content[chunk:], chunk, size)
    assert early.status_code == 416
    first = put(api, url, content[:chunk], 0, size)
    assert first.status_code == 206
    assert first.headers["Content-Range"] == f"bytes 0-{chunk - 1}/{size}"
    assert put(api, url, content[:chunk], 0, size).status_code == 416
    assert put(api, url, content[chunk:], chunk, size + 1).status_code == 400
    assert tidewater.posts.count() == 0
    assert put(api, url, content[chunk:], chunk, size).status_code == 201
    assert put(api, url, content[chunk:], chunk, size).status_code == 404
    done = status_of(api, name)
    assert done["status"] == "PUBLISH_COMPLETE"
    assert done["publicaly_available_post_id"] == [int(RemotePost.objects.get().remote_id)]


@pytest.mark.parametrize(
    ("size", "chunk", "count"),
    [
        (50_000_123, 10_000_000, 6),
        (50_000_123, 1_000_000, 50),
        (100_000_000, 100_000_000, 1),
        (4_000_000, 5_000_000, 1),
    ],
)
def test_sizes_of_pieces_that_it_does_not_take(api, size, chunk, count):
    answer = init(api, size, chunk, count)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_param")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"privacy_level": "FOLLOWER_OF_CREATOR"}, "privacy_level_option_mismatch"),
        ({"title": "a" * 2201}, "invalid_param"),
        ({"title": "\U0001f30a" * 1101}, "invalid_param"),
        ({"brand_content_toggle": None}, "invalid_param"),
    ],
)
def test_words_that_it_does_not_take(api, words, code):
    assert code_of(init(api, 1000, **words)) == code


def test_a_draft_waits_in_the_app(api, tidewater):
    content = mp4()
    data = init(api, len(content), draft="inbox/").json()["data"]
    assert put(api, data["upload_url"], content, 0, len(content)).status_code == 201
    assert status_of(api, data["publish_id"])["status"] == "SEND_TO_USER_INBOX"
    assert tidewater.posts.count() == 0


def test_what_is_no_video(api):
    data = init(api, 100).json()["data"]
    assert put(api, data["upload_url"], b"x" * 100, 0, 100).status_code == 201
    told = status_of(api, data["publish_id"])
    assert (told["status"], told["fail_reason"]) == ("FAILED", "file_format_check_failed")


def test_a_place_that_nobody_gave(api):
    assert put(api, "https://x.tiktokapis.com/video/?upload_id=1", b"x", 0, 1).status_code == 404


def test_pictures_of_elsewhere(api):
    source = {"source": "PULL_FROM_URL", "photo_images": ["https://elsewhere.example/1.jpg"]}
    body = {"media_type": "PHOTO", "post_mode": "DIRECT_POST", "post_info": WORDS}
    answer = api.post(f"{POST}/content/init/", json=body | {"source_info": source})
    assert (answer.status_code, code_of(answer)) == (403, "url_ownership_unverified")
    body["post_mode"] = "DIRECT POST"
    answer = api.post(f"{POST}/content/init/", json=body | {"source_info": source})
    assert code_of(answer) == "invalid_param"


def test_names_of_others_and_of_nobody(api, connect):
    name = init(api, 100).json()["data"]["publish_id"]
    asked = {"publish_id": "v_pub_file~0"}
    assert code_of(api.post(f"{POST}/status/fetch/", json=asked)) == "invalid_publish_id"
    other = connect(accounts.create("tiktok", "harbourtrust"))
    answer = other.post(f"{POST}/status/fetch/", json={"publish_id": name})
    assert code_of(answer) == "token_not_authorized_for_specified_publish_id"


def test_without_a_right_and_without_a_token(api):
    Credential.objects.update(scopes="user.info.basic")
    answer = init(api, 100)
    assert (answer.status_code, code_of(answer)) == (401, "scope_not_authorized")
    api.token = "nonsense"
    answer = api.get("v2/user/info/", params={"fields": "open_id"})
    assert (answer.status_code, code_of(answer)) == (401, "access_token_invalid")


def test_fields_must_be_asked_for(api):
    assert code_of(api.get("v2/user/info/")) == "invalid_param"
    user = api.get("v2/user/info/", params={"fields": "open_id,video_count"}).json()["data"]["user"]
    assert set(user) == {"open_id", "video_count"}
    ids = {"filters": {"video_ids": [str(n) for n in range(21)]}}
    answer = api.post("v2/video/query/", params={"fields": "id"}, json=ids)
    assert code_of(answer) == "invalid_param"


def test_tokens_are_refused_without_an_envelope(api):
    form = {"client_key": "drumbeat", "client_secret": "sandbox", "code": "none"}
    answer = api.post("v2/oauth/token/", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    wrong = api.post("v2/oauth/token/", data=form | {"client_key": "other"})
    assert wrong.json()["error"] == "invalid_client"
