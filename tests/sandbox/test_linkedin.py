"""The simulated LinkedIn against its sheet (platforms/linkedin.md): no vendor describes it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from publishers.sandbox import accounts
from publishers.sandbox.models import RemotePost
from publishers.sandbox.platforms.linkedin import little_text
from tests.sandbox.conftest import Api, picture
from tests.sandbox.linkedin import (
    MEMBER,
    Rest,
    body,
    first_error,
    ines,
    organization,
    page,
    person,
    rest,
)

__all__ = ["ines", "page", "rest"]


def uploaded(api, owner, data):
    begun = api.post(
        "rest/images?action=initializeUpload", json={"initializeUploadRequest": {"owner": owner}}
    )
    assert begun.status_code == 200
    value = begun.json()["value"]
    return value["image"], api.put(value["uploadUrl"], data=data)


# -- posting


def test_posts_as_a_page_and_reads_it_back(rest, page):
    api = rest()
    made = api.post("rest/posts", json=body(organization(page)))
    assert (made.status_code, made.content) == (201, b"")
    urn = made.headers["x-restli-id"]
    assert urn.startswith("urn:li:share:")
    listed = api.get(f"rest/posts?q=author&author={quote(organization(page), safe='')}&count=10")
    [element] = listed.json()["elements"]
    assert (element["id"], element["commentary"]) == (urn, "High water at 09:30")
    assert abs(element["createdAt"] / 1000 - timezone.now().timestamp()) < 20
    assert api.get(f"rest/posts/{quote(urn, safe='')}").json()["id"] == urn
    assert api.delete(f"rest/posts/{quote(urn, safe='')}").status_code == 204
    assert api.delete(f"rest/posts/{quote(urn, safe='')}").status_code == 204
    assert api.get(f"rest/posts/{quote(urn, safe='')}").status_code == 404


def test_posts_as_a_member_but_does_not_list(rest, ines):
    api = rest(scopes=MEMBER)
    assert api.post("rest/posts", json=body(person(ines))).status_code == 201
    listed = api.get(f"rest/posts?q=author&author={quote(person(ines), safe='')}")
    assert listed.status_code == 403
    assert listed.json()["code"] == "ACCESS_DENIED"


def test_a_picture_with_its_description(rest, page):
    api = rest()
    image, put = uploaded(api, organization(page), picture("JPEG"))
    assert put.status_code == 201
    status = api.get(f"rest/images/{quote(image, safe='')}")
    assert (status.json()["status"], status.json()["owner"]) == ("AVAILABLE", organization(page))
    media = {"media": {"id": image, "altText": "A red field"}}
    assert api.post("rest/posts", json=body(organization(page), content=media)).status_code == 201
    assert RemotePost.objects.get().attachments.get().alt == "A red field"


def test_many_pictures(rest, page):
    api, owner = rest(), organization(page)
    images = [
        {"id": uploaded(api, owner, picture("PNG", colour=colour))[0], "altText": colour}
        for colour in ("red", "blue")
    ]
    one = {"multiImage": {"images": images[:1]}}
    assert (
        first_error(api.post("rest/posts", json=body(owner, content=one)))
        == "INVALID_VALUE_FOR_FIELD"
    )
    two = {"multiImage": {"images": images}}
    assert api.post("rest/posts", json=body(owner, content=two)).status_code == 201
    assert [one.alt for one in RemotePost.objects.get().attachments.all()] == ["red", "blue"]


def test_pictures_that_are_not_ready(rest, page, ines):
    api, owner = rest(), organization(page)
    begun = api.post(
        "rest/images?action=initializeUpload", json={"initializeUploadRequest": {"owner": owner}}
    ).json()["value"]
    waiting = {"media": {"id": begun["image"]}}
    answer = api.post("rest/posts", json=body(owner, content=waiting))
    assert (answer.status_code, answer.json()["code"]) == (400, "MEDIA_ASSET_WAITING_UPLOAD")
    broken, put = uploaded(api, owner, b"not a picture")
    assert put.status_code == 201
    state = api.get(f"rest/images/{quote(broken, safe='')}").json()["status"]
    assert state == "PROCESSING_FAILED"
    answer = api.post("rest/posts", json=body(owner, content={"media": {"id": broken}}))
    assert answer.json()["code"] == "MEDIA_ASSET_PROCESSING_FAILED"
    mine, _ = uploaded(api, person(ines), picture("PNG"))
    answer = api.post("rest/posts", json=body(owner, content={"media": {"id": mine}}))
    assert first_error(answer) == "INVALID_IMAGE_ID"
    assert not RemotePost.objects.exists()


def test_an_upload_address_expires_and_has_an_owner(rest, page, site):
    stranger = accounts.create("linkedin", "stranger", "Stranger")
    begun = (
        rest()
        .post(
            "rest/images?action=initializeUpload",
            json={"initializeUploadRequest": {"owner": organization(page)}},
        )
        .json()["value"]
    )
    answer = rest(stranger).put(begun["uploadUrl"], data=picture("PNG"))
    assert (answer.status_code, answer.json()["code"]) == (403, "EXPIRED_UPLOAD_URL")
    assert Api(rest().base).put(begun["uploadUrl"], data=picture("PNG")).status_code == 401


def test_reading_an_image_needs_more_than_writing(rest, ines):
    api = rest(scopes=MEMBER)
    image, _ = uploaded(api, person(ines), picture("PNG"))
    assert api.get(f"rest/images/{quote(image, safe='')}").status_code == 403
    media = {"media": {"id": image}}
    assert api.post("rest/posts", json=body(person(ines), content=media)).status_code == 201


def test_an_article(rest, ines):
    card = {"source": "https://tidewater.earth", "title": "Tides", "description": "Every hour"}
    api = rest()
    assert api.post("rest/posts", json=body(person(ines), content={"article": card})).ok
    post = RemotePost.objects.get()
    assert (post.card_url, post.card_title) == ("https://tidewater.earth", "Tides")
    bare = {"article": {"source": "https://tidewater.earth"}}
    assert (
        first_error(api.post("rest/posts", json=body(person(ines), "b", content=bare)))
        == "MISSING_FIELD"
    )


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("Plain, with: colons & more!", "Plain, with: colons & more!"),
        (r"Escaped \(all of it\) \#1 a\_b \\", r"Escaped (all of it) #1 a_b " + "\\"),
        ("Half a post (the rest is lost)", "Half a post "),
        ("under_score", "under"),
        ("A #hashtag stays", "A #hashtag stays"),
        (r"A {hashtag|\#|tide} template", "A #tide template"),
        ("Hi @[Ines Duarte](urn:li:person:abc)", "Hi Ines Duarte"),
        ("mail a@b.c", "mail a"),
    ],
)
def test_little_text(sent, seen):
    assert little_text.shown(sent) == seen


def test_an_unescaped_character_cuts_the_post_silently(rest, ines):
    answer = rest().post("rest/posts", json=body(person(ines), "Open (always"))
    assert answer.status_code == 201
    assert RemotePost.objects.get().text == "Open "


def test_refuses_the_same_content_even_after_deleting(rest, ines):
    api = rest()
    urn = api.post("rest/posts", json=body(person(ines))).headers["x-restli-id"]
    again = api.post("rest/posts", json=body(person(ines)))
    assert again.status_code == 422
    assert first_error(again) == "DUPLICATE_POST"
    assert again.json()["message"] == f"Content is a duplicate of {urn}"
    api.delete(f"rest/posts/{quote(urn, safe='')}")
    assert api.post("rest/posts", json=body(person(ines))).status_code == 422
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(minutes=11))
    assert api.post("rest/posts", json=body(person(ines))).status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"commentary": "a" * 3001}, "FIELD_LENGTH_TOO_LONG"),
        ({"commentary": "🌊" * 1501}, "FIELD_LENGTH_TOO_LONG"),
        ({"commentary": ""}, "INVALID_VALUE_BLANK_FIELD"),
        ({"commentary": 1}, "INVALID_VALUE_FOR_FIELD"),
        ({"visibility": "EVERYONE"}, "INVALID_VALUE_FOR_FIELD"),
        ({"visibility": []}, "INVALID_VALUE_FOR_FIELD"),
        ({"lifecycleState": "DRAFT"}, "INVALID_VALUE_FOR_FIELD"),
        ({"distribution": {}}, "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"media": {}}}, "MISSING_FIELD"),
        ({"content": {"media": {"id": "x"}, "article": {}}}, "INVALID_VALUE_FOR_FIELD"),
    ],
)
def test_refuses_bad_fields(rest, ines, change, code):
    answer = rest().post("rest/posts", json=body(person(ines)) | change)
    assert answer.status_code == 400
    assert first_error(answer) == code


def test_escapes_do_not_count_and_every_field_is_needed(rest, ines):
    api = rest()
    assert api.post("rest/posts", json=body(person(ines), r"\_" * 3000)).status_code == 201
    for name in body(""):
        short = body(person(ines))
        del short[name]
        answer = api.post("rest/posts", json=short)
        assert (answer.status_code, first_error(answer)) == (400, "MISSING_FIELD")


def test_nobody_else_may_be_the_author(rest, ines, page):
    maya = accounts.create("linkedin", "mayaokafor")
    trust = ines.organizations.get(handle="harbour-trust")
    api = rest(maya)
    for author in (person(ines), organization(trust), "urn:li:person:nobody", None):
        assert api.post("rest/posts", json=body(author)).status_code == 403
    member = rest(maya, MEMBER)
    assert member.post("rest/posts", json=body(organization(page))).status_code == 403
    assert not RemotePost.objects.exists()


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Linkedin-Version": None}, 400, "VERSION_MISSING"),
        ({"Linkedin-Version": "202511"}, 426, "NONEXISTENT_VERSION"),
        ({"X-Restli-Protocol-Version": None}, 400, "ILLEGAL_ARGUMENT"),
    ],
)
def test_the_version_must_be_alive(rest, ines, headers, status, code):
    answer = rest().post("rest/posts", json=body(person(ines)), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


# -- who


def test_userinfo(rest, ines):
    data = rest().get("v2/userinfo").json()
    assert (data["sub"], data["name"]) == (ines.remote_id, "Ines Duarte")
    assert data["picture"].endswith("/picture.png")
    assert set(rest(scopes="openid").get("v2/userinfo").json()) == {"sub"}


def test_pages_one_runs(rest, page):
    query = "rest/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED"
    elements = rest().get(query).json()["elements"]
    assert len(elements) == 2
    assert organization(page) in {element["organization"] for element in elements}
    assert (
        rest().get("rest/organizationAcls?q=roleAssignee&role=CONTENT_ADMIN").json()["elements"]
        == []
    )
    assert rest(scopes=MEMBER).get(query).status_code == 403
    named = rest().get(f"rest/organizations/{page.remote_id}").json()
    assert named["localizedName"] == "Tidewater"
    assert rest().get("rest/organizations/1").status_code == 404


def test_tokens_that_are_missing_or_dead(rest, ines):
    api = rest()
    dead = Rest(api.base, "dead").get("v2/userinfo")
    assert (dead.status_code, dead.json()["code"]) == (401, "INVALID_ACCESS_TOKEN")
    none = Rest(api.base).get("v2/userinfo")
    assert (none.status_code, none.json()["code"]) == (401, "EMPTY_ACCESS_TOKEN")
