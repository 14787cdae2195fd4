"""The simulated Reddit over HTTP: submissions, leases, listings, refusals in three shapes."""

from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from publishers.sandbox.models import Account, Credential, RemotePost, Upload
from publishers.sandbox.platforms.reddit import media
from tests.sandbox.conftest import picture
from tests.sandbox.films import mp4
from tests.sandbox.reddit import (
    OURS,
    api,
    asset_url,
    code_of,
    leased,
    stored,
    submitted,
    tidewater,
)

__all__ = ["api", "tidewater"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_text_and_what_is_read_back(api, tidewater):
    data = submitted(api, text="High water").json()["json"]["data"]
    assert data["name"] == f"t3_{data['id']}"
    [row] = api.get("user/tidewater/submitted").json()["data"]["children"]
    assert row["kind"] == "t3"
    assert (row["data"]["title"], row["data"]["selftext"]) == ("Tide at nine", "High water")
    assert row["data"]["is_self"] is True
    assert row["data"]["view_count"] is None
    assert api.get(data["url"]).status_code == 200
    assert api.get(f"comments/{data['id']}/").status_code == 200


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"title": ""}, "NO_TEXT"),
        ({"title": "a" * 301}, "TOO_LONG"),
        ({"text": "a" * 40_001}, "TOO_LONG"),
        ({"kind": "riddle"}, "INVALID_OPTION"),
        ({"sr": "nosuchplace"}, "SUBREDDIT_NOEXIST"),
        ({"sr": "a b"}, "SUBREDDIT_NOEXIST"),
        ({"sr": "u_harbourtrust"}, "SUBREDDIT_NOTALLOWED"),
        ({"sr": "tidelinks"}, "NO_SELFS"),
        ({"sr": "tidetexts", "kind": "link", "url": "https://tide.earth"}, "NO_LINKS"),
        ({"sr": "tideslow"}, "RATELIMIT"),
        ({"kind": "link", "url": "tide"}, "BAD_URL"),
        ({"kind": "image", "url": "https://elsewhere.example/1.png"}, "BAD_URL"),
        ({"sr": "tidetables", "flair_id": "f2"}, "BAD_FLAIR_TEMPLATE_ID"),
        (
            {"sr": "tidetables", "kind": "link", "url": "https://spam.example/1"},
            "DOMAIN_BANNED",
        ),
    ],
)
def test_what_it_does_not_take(api, tidewater, form, code):
    assert code_of(submitted(api, **form)) == code
    assert tidewater.posts.count() == 0


def test_a_link_that_was_posted_before(api):
    link = {"kind": "link", "url": "https://tide.earth/nine"}
    assert "data" in submitted(api, **link).json()["json"]
    assert code_of(submitted(api, **link, resubmit="false")) == "ALREADY_SUB"
    assert "data" in submitted(api, **link).json()["json"]


def test_what_is_validated_only_if_that_is_asked_for(api):
    form = {"sr": "tidetables", "text": "A Giveaway today", "flair_id": "f1"}
    answer = submitted(api, **form, validate_on_submit="true")
    assert answer.status_code == 400
    assert answer.json()["reason"] == "SUBMIT_VALIDATION_BODY_BLACKLISTED_STRING"
    assert answer.json()["fields"] == ["body"]
    assert "data" in submitted(api, **form).json()["json"]


def test_without_json_it_answers_for_its_own_pages(api, tidewater):
    assert "jquery" in submitted(api, api_type="").json()
    assert tidewater.posts.count() == 0


def test_a_place_that_is_closed(api):
    assert submitted(api, sr="tideclub").status_code == 403
    assert api.get("api/v1/tideclub/post_requirements").status_code == 403
    assert api.get("api/v1/nosuchplace/post_requirements").status_code == 404
    assert api.get("r/tides/api/link_flair_v2").status_code == 403
    assert len(api.get("r/tidetables/api/link_flair_v2").json()) == 2
    rules = api.get("api/v1/tidetables/post_requirements").json()
    assert rules["is_flair_required"] is True


# -- pictures and videos


def test_a_picture_is_taken_without_a_name_and_shows_later(api, tidewater, png):
    Account.objects.update(processing_seconds=60)
    lease = leased(api)
    answer = stored(api, lease, png)
    assert answer.status_code == 201
    assert "%2F" in answer.text
    data = submitted(api, kind="image", url=asset_url(lease)).json()["json"]["data"]
    assert set(data) == {"websocket_url", "user_submitted_page"}
    assert api.get("user/tidewater/submitted").json()["data"]["children"] == []
    RemotePost.objects.update(shows_at=timezone.now() - timedelta(seconds=1))
    [row] = api.get("user/tidewater/submitted").json()["data"]["children"]
    assert row["data"]["domain"] == "i.redd.it"


def test_a_video_needs_a_poster(api, png):
    lease = leased(api, "film.mp4", "video/mp4")
    assert stored(api, lease, mp4(), "video/mp4").status_code == 201
    assert code_of(submitted(api, kind="video", url=asset_url(lease))) == "BAD_URL"
    poster = leased(api)
    stored(api, poster, png)
    form = {"url": asset_url(lease), "video_poster_url": asset_url(poster)}
    data = submitted(api, kind="video", **form).json()["json"]["data"]
    assert set(data) == {"websocket_url"}


def test_a_lease_is_good_once_and_for_minutes(api, png):
    lease = leased(api)
    assert stored(api, lease, png).status_code == 201
    assert stored(api, lease, png).status_code == 403
    late = leased(api)
    Upload.objects.update(expires_at=timezone.now())
    answer = stored(api, late, png)
    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text


def test_the_store_takes_no_token_and_nothing_too_large(api, png, monkeypatch):
    lease = leased(api)
    fields = {one["name"]: one["value"] for one in lease["args"]["fields"]}
    signed = api.post("", data=fields, files={"file": ("1.png", png, "image/png")})
    assert signed.status_code == 400
    monkeypatch.setattr(media, "IMAGE_BYTES", 10)
    answer = stored(api, leased(api), png)
    assert answer.status_code == 400
    assert "<Code>EntityTooLarge</Code>" in answer.text
    assert "<MaxSizeAllowed>10</MaxSizeAllowed>" in answer.text


def gallery(api, *items, **body):
    common = {"api_type": "json", "sr": "tides", "title": "Both", "items": list(items)}
    return api.post("api/submit_gallery_post.json", json={**common, **body})


def test_a_gallery(api, tidewater, png):
    assets = []
    for colour in ("red", "blue"):
        lease = leased(api)
        stored(api, lease, picture("PNG", colour=colour))
        assets.append(lease["asset"]["asset_id"])
    items = [{"media_id": one, "caption": "A pier", "outbound_url": ""} for one in assets]
    data = gallery(api, *items).json()["json"]["data"]
    assert set(data) == {"url", "id"}
    assert data["id"].startswith("t3_")
    assert code_of(gallery(api, items[0])) == "BAD_GALLERY"
    assert code_of(gallery(api, items[0], {"media_id": "none"})) == "BAD_GALLERY_ITEM"
    long = {**items[1], "caption": "a" * 181}
    assert code_of(gallery(api, items[0], long)) == "TOO_LONG"
    assert code_of(gallery(api, *items, sr="tidesingles")) == "GALLERIES_DISABLED"
    assert tidewater.posts.count() == 1


# -- comments, changes, figures


def test_a_comment_and_its_address(api):
    post = submitted(api).json()["json"]["data"]["name"]
    form = {"api_type": "json", "thing_id": post, "text": "First!"}
    [thing] = api.post("api/comment", data=form).json()["json"]["data"]["things"]
    assert thing["kind"] == "t1"
    assert thing["data"]["link_id"] == thing["data"]["parent_id"] == post
    assert api.get(thing["data"]["permalink"].strip("/") + "/").status_code == 200
    [row] = api.get("user/tidewater/comments").json()["data"]["children"]
    assert row["data"]["body"] == "First!"
    assert len(api.get("user/tidewater/submitted").json()["data"]["children"]) == 1
    for wrong, code in [({"text": " "}, "NO_TEXT"), ({"thing_id": "t3_no"}, "NO_THING_ID")]:
        assert code_of(api.post("api/comment", data=form | wrong)) == code
    assert code_of(api.post("api/comment", data=form | {"text": "a" * 10_001})) == "TOO_LONG"


def test_a_text_is_changed_and_a_link_is_not(api, tidewater):
    post = submitted(api, text="Nine").json()["json"]["data"]["name"]
    form = {"api_type": "json", "thing_id": post, "text": "Ten"}
    [thing] = api.post("api/editusertext", data=form).json()["json"]["data"]["things"]
    assert thing["data"]["selftext"] == "Ten"
    assert thing["data"]["edited"]
    link = submitted(api, kind="link", url="https://tide.earth").json()["json"]["data"]["name"]
    answer = api.post("api/editusertext", data=form | {"thing_id": link})
    assert code_of(answer) == "NOT_EDITABLE"
    assert api.post("api/editusertext", data=form | {"thing_id": "t3_no"}).status_code == 403


def test_deleting_says_nothing(api):
    post = submitted(api).json()["json"]["data"]["name"]
    for _ in range(2):
        assert api.post("api/del", data={"api_type": "json", "id": post}).json() == {}
    [row] = api.get("api/info", params={"id": post}).json()["data"]["children"]
    assert row["data"]["author"] == "[deleted]"
    assert api.get("user/tidewater/submitted").json()["data"]["children"] == []


def test_pages_of_a_listing(api):
    for number in range(3):
        submitted(api, title=f"Tide {number}")
    first = api.get("user/tidewater/submitted", params={"limit": 2}).json()["data"]
    assert [row["data"]["title"] for row in first["children"]] == ["Tide 2", "Tide 1"]
    query = {"limit": 2, "after": first["after"]}
    second = api.get("user/tidewater/submitted", params=query).json()["data"]
    assert [row["data"]["title"] for row in second["children"]] == ["Tide 0"]
    assert second["after"] is None


def test_figures_grow(api, tidewater):
    post = submitted(api).json()["json"]["data"]["name"]
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(days=3))
    [row] = api.get("api/info", params={"id": post}).json()["data"]["children"]
    assert row["data"]["score"] >= 1
    assert 0 < row["data"]["upvote_ratio"] <= 1
    me = api.get("api/v1/me").json()
    assert me["total_karma"] == me["link_karma"] + me["comment_karma"]


# -- who asks


def test_names_of_libraries_are_refused(api):
    headers = {"Authorization": f"Bearer {api.token}"}
    assert requests.get(f"{api.base}/api/v1/me", headers=headers, timeout=9).status_code == 429
    assert requests.get(f"{api.base}/api/v1/me", headers=headers | OURS, timeout=9).ok


def test_without_a_right_and_without_a_token(api):
    Credential.objects.update(scopes="identity")
    assert submitted(api).status_code == 403
    assert api.get("user/tidewater/submitted").status_code == 403
    api.token = "nonsense"
    answer = api.get("api/v1/me")
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["www-authenticate"]


def test_its_headers_say_seconds_and_parts(api):
    answer = api.get("api/v1/me")
    assert answer.headers["x-ratelimit-remaining"] == "999.0"
    assert 590 < int(answer.headers["x-ratelimit-reset"]) <= 600
    assert answer.headers["x-ratelimit-used"] == "1"


def test_a_client_that_does_not_prove_itself(api):
    form = {"grant_type": "authorization_code", "code": "none"}
    api.token = ""
    assert api.post("api/v1/access_token", data=form).status_code == 401
    proved = api.post("api/v1/access_token", data=form, auth=("drumbeat", "sandbox"))
    assert (proved.status_code, proved.json()) == (200, {"error": "invalid_grant"})
