"""Comments on the simulated LinkedIn: who may, what is refused, and how they are read."""

from urllib.parse import quote

import pytest

from publishers.sandbox import accounts
from publishers.sandbox.models import RemotePost
from tests.sandbox.linkedin import (
    FEED,
    MEMBER,
    body,
    first_error,
    ines,
    organization,
    page,
    person,
    rest,
)

__all__ = ["ines", "page", "rest"]


def commented(api, actor, urn, text="Read (more)", **more):
    said = {"actor": actor, "object": urn, "message": {"text": text}, **more}
    return api.post(f"rest/socialActions/{quote(urn, safe='')}/comments", json=said)


@pytest.fixture
def posted(rest, page):
    made = rest().post("rest/posts", json=body(organization(page)))
    return made.headers["x-restli-id"]


def test_a_page_comments_reads_and_deletes(rest, page, posted):
    api, owner = rest(), organization(page)
    made = commented(api, owner, posted)
    assert made.status_code == 201
    number = made.headers["x-restli-id"]
    assert made.json()["commentUrn"] == f"urn:li:comment:({posted},{number})"
    path = f"rest/socialActions/{quote(posted, safe='')}/comments"
    [element] = api.get(path).json()["elements"]
    assert (element["message"]["text"], element["actor"]) == ("Read (more)", owner)
    row = RemotePost.objects.get(remote_id=element["commentUrn"])
    assert row.parent.remote_id == posted
    assert row.text == "Read (more)", "no little-text here: nothing is escaped"
    at = f"{path}/{number}?actor={quote(owner, safe='')}"
    patch, method = {"patch": {"message": {"$set": {"text": "Less"}}}}, "PARTIAL_UPDATE"
    assert api.post(at, json=patch).status_code == 400, "another method"
    assert api.post(at, json=patch, headers={"X-RestLi-Method": method}).status_code == 204
    assert api.get(path).json()["elements"][0]["message"]["text"] == "Less"
    assert api.delete(f"{path}/{number}?actor={quote(owner, safe='')}").status_code == 204
    assert api.delete(f"{path}/{number}?actor={quote(owner, safe='')}").status_code == 404
    assert api.get(path).json()["elements"] == []


def test_comments_are_not_posts(rest, page, posted):
    api = rest()
    urn = commented(api, organization(page), posted).json()["commentUrn"]
    author = quote(organization(page), safe="")
    assert len(api.get(f"rest/posts?q=author&author={author}").json()["elements"]) == 1
    assert api.get(f"rest/posts/{quote(urn, safe='')}").status_code == 404


def test_members_comment_but_do_not_list(rest, ines, posted):
    assert commented(rest(scopes=MEMBER), person(ines), posted).status_code == 403
    api = rest(scopes=f"{MEMBER} w_member_social_feed")
    assert commented(api, person(ines), posted).status_code == 201
    assert api.get(f"rest/socialActions/{quote(posted, safe='')}/comments").status_code == 403


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"message": {"text": " "}}, "INVALID_VALUE_BLANK_FIELD"),
        ({"message": "Hi"}, "INVALID_VALUE_BLANK_FIELD"),
        ({"message": {"text": "t" * 1251}}, "FIELD_LENGTH_TOO_LONG"),
        ({"object": "urn:li:share:1"}, "INVALID_VALUE_FOR_FIELD"),
    ],
)
def test_refuses_bad_comments(rest, page, posted, change, code):
    refused = commented(rest(), organization(page), posted, **change)
    assert (refused.status_code, first_error(refused)) == (400, code)


def test_nothing_is_commented_that_is_not_there(rest, page, posted):
    api = rest()
    assert commented(api, organization(page), "urn:li:share:41").status_code == 404
    api.delete(f"rest/posts/{quote(posted, safe='')}")
    assert commented(api, organization(page), posted).status_code == 404


def test_nobody_else_may_comment_for_a_page(rest, page, posted):
    stranger = accounts.create("linkedin", "mayaokafor")
    api = rest(stranger, f"openid w_member_social {FEED}")
    assert commented(api, "urn:li:organization:1", posted).status_code == 403
