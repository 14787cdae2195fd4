"""What the simulated LinkedIn takes below a post, what of it can be changed, and its figures."""

from urllib.parse import quote

import pytest

from publishers.sandbox import faults
from publishers.sandbox.models import RemotePost
from tests.sandbox.films import mp4
from tests.sandbox.linkedin import MEMBER, body, first_error, ines, organization, page, person, rest

__all__ = ["ines", "page", "rest"]

PART = 4 * 1024 * 1024
POLL = {
    "question": "When?",
    "options": [{"text": "At nine"}, {"text": "At ten"}],
    "settings": {"duration": "ONE_DAY"},
}


def begun(api, owner, size):
    wanted = {"owner": owner, "fileSizeBytes": size}
    wanted |= {"uploadCaptions": False, "uploadThumbnail": False}
    path = "rest/videos?action=initializeUpload"
    return api.post(path, json={"initializeUploadRequest": wanted}).json()["value"]


def put(api, part, content, **headers):
    data = content[part["firstByte"] : part["lastByte"] + 1]
    api.token = ""
    kind = {"Content-Type": "application/octet-stream"} | headers
    return api.put(part["uploadUrl"], data=data, headers=kind)


def ended(api, value, tags, **more):
    wanted = {"video": value["video"], "uploadToken": value["uploadToken"], "uploadedPartIds": tags}
    path = "rest/videos?action=finalizeUpload"
    return api.post(path, json={"finalizeUploadRequest": wanted | more})


def sent(rest, value, content):
    answers = [put(rest(), part, content) for part in value["uploadInstructions"]]
    assert {one.status_code for one in answers} == {200}
    return [one.headers["ETag"].strip('"') for one in answers]


def test_a_video_comes_in_parts(rest, page):
    api, content = rest(), mp4(seconds=9, padding=PART)
    value = begun(api, organization(page), len(content))
    assert [one["firstByte"] for one in value["uploadInstructions"]] == [0, PART]
    assert value["uploadInstructions"][1]["lastByte"] == len(content) - 1
    tags = sent(rest, value, content)
    state = f"rest/videos/{quote(value['video'], safe='')}"
    assert api.get(state).json()["status"] == "WAITING_UPLOAD"
    assert first_error(ended(api, value, tags[::-1])) == "INVALID_VALUE_FOR_FIELD"
    assert first_error(ended(api, value, tags, uploadToken="x")) == "INVALID_VALUE_FOR_FIELD"
    faults.arm(page, "processing_slow", parameter="90")
    assert ended(api, value, tags).status_code == 200
    assert first_error(ended(api, value, tags)) == "INVALID_VIDEO_ID", "it ends once"
    assert api.get(state).json()["status"] == "PROCESSING"
    media = {"media": {"id": value["video"]}}
    early = api.post("rest/posts", json=body(organization(page), content=media))
    assert early.json()["code"] == "MEDIA_ASSET_WAITING_UPLOAD"
    assert rest(scopes=MEMBER).get(state).status_code == 403
    late = put(rest(), value["uploadInstructions"][0], content)
    assert (late.status_code, late.json()["code"]) == (403, "EXPIRED_UPLOAD_URL")


def test_parts_that_are_not_as_they_must_be(rest, page):
    content = mp4(seconds=9, padding=90_000)
    [part] = begun(rest(), organization(page), len(content))["uploadInstructions"]
    assert put(rest(), part, content[:-1]).status_code == 400
    assert put(rest(), part, content, Authorization="Bearer x").status_code == 400
    assert put(rest(), part, content, **{"Content-Type": "video/mp4"}).status_code == 415
    elsewhere = {**part, "uploadUrl": part["uploadUrl"].replace("?t=", "?t=x")}
    assert put(rest(), elsewhere, content).status_code == 403
    assert put(rest(), part, content).status_code == 200, "and again"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"content": {"poll": POLL | {"options": POLL["options"][:1]}}}, "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"poll": POLL | {"settings": {}}}}, "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"poll": POLL | {"question": ""}}}, "MISSING_FIELD"),
        ({"content": {"poll": POLL | {"question": "q" * 141}}}, "FIELD_LENGTH_TOO_LONG"),
        ({"content": {"carousel": {}}}, "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"media": {"id": "urn:li:video:1"}}}, "INVALID_VIDEO_ID"),
        (
            {"content": {"multiImage": {"images": [{"id": "urn:li:video:1"}] * 2}}},
            "INVALID_URN_TYPE",
        ),
        (
            {"content": {"article": {"source": "u", "title": "t", "thumbnail": "urn:li:image:1"}}},
            "INVALID_IMAGE_ID",
        ),
        ({"reshareContext": {"parent": "urn:li:activity:1"}}, "INVALID_URN_TYPE"),
        ({"reshareContext": {"parent": "urn:li:share:1"}}, "INVALID_URN_ID"),
        ({"visibility": "CONNECTIONS"}, "INVALID_VALUE_FOR_FIELD"),
    ],
)
def test_refuses_what_is_not_as_it_must_be(rest, page, more, code):
    refused = rest().post("rest/posts", json=body(organization(page), **more))
    assert (refused.status_code, first_error(refused)) == (400, code)


def test_only_the_words_can_be_changed(rest, page):
    api, owner = rest(), organization(page)
    urn = api.post("rest/posts", json=body(owner)).headers["x-restli-id"]
    api.post("rest/posts", json=body(owner, "A later one"))
    path, method = f"rest/posts/{quote(urn, safe='')}", {"X-RestLi-Method": "PARTIAL_UPDATE"}
    words = {"patch": {"$set": {"commentary": r"Low \(now\)"}}}
    assert api.post(path, json=words).status_code == 400, "another method"
    assert api.post(path, json=words, headers=method).status_code == 204
    row = RemotePost.objects.get(remote_id=urn)
    assert row.text == "Low (now)"
    author = quote(owner, safe="")
    listed = api.get(f"rest/posts?q=author&author={author}&sortBy=LAST_MODIFIED").json()["elements"]
    assert listed[0]["id"] == urn
    assert listed[0]["lastModifiedAt"] > listed[0]["createdAt"]
    for wrong, code in (
        ({"visibility": "LOGGED_IN"}, "INVALID_VALUE_FOR_FIELD"),
        ({"commentary": "a" * 3001}, "FIELD_LENGTH_TOO_LONG"),
    ):
        refused = api.post(path, json={"patch": {"$set": wrong}}, headers=method)
        assert first_error(refused) == code
    gone = api.post(path.replace("share", "ugcPost"), json=words, headers=method)
    assert gone.status_code == 404


def test_figures_are_asked_for_as_the_query_language_wants(rest, page, ines):
    api, owner = rest(), quote(organization(page), safe="")
    start = "rest/organizationalEntityShareStatistics?q=organizationalEntity"
    start = f"{start}&organizationalEntity={owner}"
    urn = api.post("rest/posts", json=body(organization(page))).headers["x-restli-id"]
    assert api.get(f"{start}&shares=List({quote(urn, safe='')})").json()["elements"] == []
    assert api.get(f"{start}&shares=List({urn})").status_code == 400
    assert api.get(f"{start}&shares=List%28{quote(urn, safe='')}%29").status_code == 400
    other = api.get(f"{start}&ugcPosts=List({quote(urn, safe='')})")
    assert other.json()["code"] == "INVALID_URN_TYPE"
    assert api.get(start.replace(owner, quote(person(ines), safe=""))).status_code == 403
    assert rest(scopes=MEMBER).get(start).status_code == 403
    entity = f"rest/memberCreatorPostAnalytics?q=entity&entity=(share:{quote(urn, safe='')})"
    counted = f"{entity}&queryType=IMPRESSION&aggregation=TOTAL"
    assert rest(scopes=MEMBER).get(counted).status_code == 403
    scopes = f"{MEMBER} r_member_postAnalytics"
    assert rest(scopes=scopes).get(counted).status_code == 404, "a page's post is no member's"
