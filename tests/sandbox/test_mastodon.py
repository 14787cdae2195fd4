"""The simulated Mastodon: posts, keys, files that are worked on, and reading back."""

from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from publishers.sandbox import accounts, faults
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.platforms.mastodon import counting
from tests.sandbox.films import mp4
from tests.sandbox.mastodon import POSTS, api, posted, tidewater, uploaded

__all__ = ["api", "tidewater"]


# -- what the server says of itself


def test_limits(anonymous):
    found = anonymous("mastodon").get("api/v2/instance").json()
    assert found["api_versions"]["mastodon"] >= 7
    assert found["configuration"]["statuses"]["max_characters"] == 500
    assert anonymous("mastodon").get("api/v1/instance").json()["configuration"]
    listed = anonymous("mastodon").get(".well-known/oauth-authorization-server").json()
    assert listed["app_registration_endpoint"].endswith("/sandbox/mastodon/api/v1/apps")


def test_headers_name_a_moment(api):
    headers = posted(api).headers
    assert headers["X-RateLimit-Limit"] == "300"
    assert headers["X-RateLimit-Reset"].endswith("Z")
    assert "T" in headers["X-RateLimit-Reset"]


# -- posts


def test_a_post_in_json_and_as_a_form(api, tidewater):
    made = posted(api, "Tide & time", visibility="unlisted", language="pt", spoiler_text="Water")
    found = made.json()
    assert made.status_code == 200
    assert found["content"] == "<p>Tide &amp; time</p>"
    assert (found["visibility"], found["language"]) == ("unlisted", "pt")
    assert found["sensitive"] is True
    page = requests.get(found["url"], timeout=20).text
    assert "Warning: Water" in page
    assert "Quiet public" in page
    form = api.post(POSTS, data={"status": "As a form", "sensitive": "true"}).json()
    assert form["sensitive"] is True
    assert tidewater.posts.count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"status": ""}, "can't be blank"),
        ({"status": "a" * 501}, "limit of 500"),
        ({"status": "a" * 490, "spoiler_text": "b" * 11}, "limit of 500"),
        ({"visibility": "everybody"}, "Visibility"),
        ({"quote_approval_policy": "some"}, "Quote approval"),
        ({"media_ids": ["1"]}, "not found or already attached"),
    ],
)
def test_what_is_refused(api, tidewater, wrong, words):
    refused = api.post(POSTS, json={"status": "Tide", **wrong})
    assert refused.status_code == 422
    assert words in refused.json()["error"]
    assert not tidewater.posts.exists()


def test_the_same_key_is_the_same_post_for_an_hour(api, tidewater):
    key = {"Idempotency-Key": "one"}
    first = posted(api, headers=key).json()
    again = posted(api, "Other words", headers=key)
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert again.json()["content"] == "<p>Tide at nine</p>"
    assert tidewater.posts.count() == 1
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(minutes=61))
    assert posted(api, headers=key).json()["id"] != first["id"]


def test_the_same_words_twice_are_two_posts(api, tidewater):
    assert posted(api).json()["id"] != posted(api).json()["id"]


def test_a_thread(api):
    first = posted(api).json()
    second = posted(api, "And at ten", in_reply_to_id=first["id"]).json()
    assert second["in_reply_to_id"] == first["id"]
    assert api.get(f"{POSTS}/{first['id']}").json()["replies_count"] == 1
    assert posted(api, "x", in_reply_to_id="404").status_code == 404


def test_reading_back(api, anonymous, connect, tidewater):
    numbers = [posted(api, f"Post {n}").json()["id"] for n in range(5)]
    hidden = posted(api, "For followers", visibility="private").json()["id"]
    address = f"api/v1/accounts/{tidewater.remote_id}/statuses"
    listed = [one["id"] for one in api.get(address, params={"limit": "3"}).json()]
    assert listed == [hidden, numbers[4], numbers[3]]
    rest = api.get(address, params={"max_id": numbers[3]}).json()
    assert [one["id"] for one in rest] == [numbers[2], numbers[1], numbers[0]]
    other = connect(accounts.create("mastodon", "harbourtrust"))
    assert hidden not in [one["id"] for one in other.get(address).json()]
    some = api.get(POSTS, params={"id[]": [numbers[1], "404", numbers[0]]}).json()
    assert [one["id"] for one in some] == [numbers[1], numbers[0]]
    assert api.get(POSTS, params={"id[]": [str(n) for n in range(21)]}).status_code == 422
    assert anonymous("mastodon").get(address).status_code == 401


def test_changing_and_deleting(api, png):
    media = uploaded(api, png).json()["id"]
    made = posted(api, media_ids=[media], visibility="private").json()
    address = f"{POSTS}/{made['id']}"
    said = {
        "status": "Tide at ten",
        "media_ids": [media],
        "media_attributes": [{"id": media, "description": "A mast"}],
    }
    changed = api.put(address, json=said).json()
    assert changed["edited_at"]
    assert changed["visibility"] == "private"
    assert changed["media_attachments"][0]["description"] == "A mast"
    assert api.get(f"{address}/source").json()["text"] == "Tide at ten"
    assert api.put(address, json={"status": "No picture"}).json()["media_attachments"] == []
    assert api.delete(address).json()["text"] == "No picture"
    assert api.delete(address).status_code == 404
    assert api.get(address).status_code == 404


# -- files


def test_a_picture_is_ready_at_once_and_in_one_post_only(api, png):
    made = uploaded(api, png)
    assert made.status_code == 200
    assert made.json()["description"] == "A pier"
    number = made.json()["id"]
    assert requests.get(made.json()["url"], timeout=20).content == png
    assert api.put(f"api/v1/media/{number}", json={"description": "Two"}).json()["description"]
    assert posted(api, media_ids=[number]).status_code == 200
    again = posted(api, media_ids=[number])
    assert "already attached" in again.json()["error"]


def test_a_video_takes_its_time(api, tidewater):
    made = uploaded(api, mp4(), mime="video/mp4")
    number = made.json()["id"]
    assert (made.status_code, made.json()["url"]) == (202, None)
    assert api.get(f"api/v1/media/{number}").status_code == 206
    assert "not finished processing" in posted(api, media_ids=[number]).json()["error"]
    Picture.objects.update(ready_at=timezone.now())
    ready = api.get(f"api/v1/media/{number}")
    assert ready.status_code == 200
    assert ready.json()["meta"]["original"] == {"width": 1280, "height": 720, "duration": 12.5}
    found = posted(api, media_ids=[number]).json()
    assert found["media_attachments"][0]["type"] == "video"
    assert "0:12" in requests.get(found["url"], timeout=20).text


def test_a_video_may_fail(api, tidewater):
    faults.arm(tidewater, "processing_failed")
    Account.objects.update(processing_seconds=0)
    number = uploaded(api, mp4(), mime="video/mp4").json()["id"]
    assert api.get(f"api/v1/media/{number}").status_code == 422
    assert posted(api, media_ids=[number]).status_code == 422


def test_no_mixing_and_no_strange_files(api, png):
    Account.objects.update(processing_seconds=0)
    numbers = [uploaded(api, png).json()["id"] for _ in range(5)]
    film = uploaded(api, mp4(), mime="video/mp4").json()["id"]
    assert "more than 4" in posted(api, media_ids=numbers).json()["error"]
    mixed = posted(api, media_ids=[numbers[0], film]).json()["error"]
    assert "already contains images" in mixed
    assert uploaded(api, b"words", mime="text/plain").status_code == 422
    assert uploaded(api, png, alt="a" * 1501).status_code == 422
    assert api.post("api/v2/media", data={"description": "x"}).status_code == 422


# -- counting and showing


@pytest.mark.parametrize(
    ("words", "warning", "length"),
    [
        ("Tide", "", 4),
        ("\U0001f468‍\U0001f469‍\U0001f467", "ab", 3),
        ("https://tide.earth", "", 23),
        ("See https://tide.earth/" + "a" * 90 + " now", "", 31),
        ("tide.earth", "", 10),
        ("@ana@a-long-server.example hi", "", 7),
        ("@ana hi", "", 7),
    ],
)
def test_counting(words, warning, length):
    assert counting.length(words, warning) == length


def test_how_it_is_shown(tidewater):
    found = counting.shown("@tidewater@here.example\nhttps://a.example/" + "b" * 40, "https://s")
    assert 'class="u-url mention">@<span>tidewater</span></a>' in found
    assert "<br />" in found
    assert '<span class="invisible">https://</span>' in found
    assert counting.shown("<b>@stranger</b>", "") == "<p>&lt;b&gt;@stranger&lt;/b&gt;</p>"


# -- the web


def test_profiles_by_short_and_full_name(site, tidewater):
    site_url = f"{site.url}/sandbox/mastodon"
    assert requests.get(f"{site_url}/@tidewater", timeout=20).ok
    full = requests.get(f"{site_url}/@tidewater@127.0.0.1:80", allow_redirects=False, timeout=20)
    assert full.headers["Location"] == "/sandbox/mastodon/@tidewater"
