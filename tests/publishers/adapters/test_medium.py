"""Medium over real HTTP: who one may post as, pictures, the story, and what refusals mean."""

from dataclasses import replace

import pytest

from publishers.adapters.medium import Medium
from publishers.contract import Account, Published, Reconnect, Rejected, TryLater, Uncertain
from tests.publishers.adapters.kit import Memory, picture, png, post

ME = Account("5303d74c64f66366", "tide", "Tide", token="hush-token")
JOURNAL = Account("b45573563f5a", "journal", "Journal", kind="organization", token="hush-token")
POSTS, IMAGES = f"/v1/users/{ME.remote_id}/posts", "/v1/images"
IN_JOURNAL = f"/v1/publications/{JOURNAL.remote_id}/posts"
URL = "https://web.example/@tide/high-water-e6f36ab1c2d3"
ANSWER = {"data": {"id": "e6f36ab1c2d3", "title": "High water", "url": URL}}
PICTURE = "https://images.example/0*fkfQiTzT7TlUGGyI.png"


@pytest.fixture
def medium(server):
    server.on("POST", IMAGES, 201, {"data": {"url": PICTURE, "md5": "fkfQiTzT7TlUGGyI"}})
    return server.adapter(Medium, ME)


def story(text="Tide at nine", *media, **more):
    return post(text, *media, **{"title": "High water", **more})


def publish(server, medium, status=201, body=ANSWER, payload=None, step=None, **headers):
    payload, step = payload or story(), step or Memory()
    assert medium.prepare(payload, step) is None
    server.on("POST", POSTS, status, body, **headers)
    return medium.publish(payload, step)


def refused(status, words, code=6000):
    return status, {"errors": [{"message": words, "code": code}]}


# -- what is sent


def test_a_story_with_its_title_on_top(server, medium):
    assert publish(server, medium) == Published("e6f36ab1c2d3", URL)
    [sent] = server.requests
    assert sent.headers["Authorization"] == "Bearer hush-token"
    assert sent.headers["Accept-Charset"] == "utf-8"
    assert sent.headers["User-Agent"] == "Drumbeat"
    assert sent.json == {
        "title": "High water",
        "contentFormat": "markdown",
        "content": "# High water\n\nTide at nine",
        "publishStatus": "public",
    }


def test_choices(server, medium):
    chosen = {
        "state": "unlisted",
        "tags": "tides, open data",
        "canonical_url": "https://tide.earth/p",
        "license": "cc-40-by",
        "notify": "no",
    }
    publish(server, medium, payload=story(options=chosen))
    sent = server.requests[-1].json
    assert sent["publishStatus"] == "unlisted"
    assert sent["tags"] == ["tides", "open data"]
    assert sent["canonicalUrl"] == "https://tide.earth/p"
    assert (sent["license"], sent["notifyFollowers"]) == ("cc-40-by", False)


def test_the_title_is_said_once(server, medium):
    publish(server, medium, payload=story("# High water\n\nTide"))
    assert server.requests[-1].json["content"] == "# High water\n\nTide"


def test_in_a_publication(server):
    server.on("POST", IN_JOURNAL, 201, ANSWER)
    journal = server.adapter(Medium, JOURNAL)
    assert isinstance(journal.publish(story(), Memory()), Published)


def test_pictures_are_uploaded_and_shown_with_their_words(server, medium):
    publish(server, medium, payload=story("![](2)\n\nTide", picture(), picture("A mast", b"2")))
    first = server.seen("POST", IMAGES)[0]
    assert first.parts == {"image": png()}
    assert "image/png" in first.body.decode("latin1")
    assert server.requests[-1].json["content"] == (
        f"# High water\n\n![A mast]({PICTURE})\n\nTide\n\n![A pier at noon]({PICTURE})"
    )


def test_a_token_that_may_not_upload_leaves_pictures_to_be_copied(server, medium, step):
    server.scripts[("POST", IMAGES)] = [(403, {"errors": [{"message": "no", "code": 6026}]}, {})]
    ours = replace(picture(), url="https://pictures.example/1.png")
    publish(server, medium, payload=story("Tide", ours), step=step)
    assert "(https://pictures.example/1.png)" in server.requests[-1].json["content"]
    nowhere = replace(picture(), url="")
    assert isinstance(medium.prepare(story("Tide", nowhere), Memory()), Rejected)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "needs a title"),
        ({"title": "a" * 101}, "this is 1 over"),
        ({"options": {"tags": "a,b,c,d"}}, "takes 3 tags; these are 4"),
        ({"options": {"tags": "a" * 26}}, "up to 25 characters"),
        ({"options": {"canonical_url": "tide"}}, "whole address"),
        ({"text": "![](1)"}, "names picture 1"),
    ],
)
def test_what_would_be_dropped_without_a_word_is_not_sent(server, medium, changes, words):
    changes = dict(changes)
    payload = story(changes.pop("text", "Tide"), **changes)
    for wrong in (medium.prepare(payload, Memory()), medium.publish(payload, Memory())):
        assert isinstance(wrong, Rejected)
        assert words in wrong.reason
    assert server.requests == []


# -- what a refusal means


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (refused(400, "Title is missing"), Rejected, "“Title is missing” Check the title"),
        (refused(401, "Token was invalid.", 6003), Reconnect, "gives out no new ones"),
        (refused(403, "Not a contributor"), Rejected, "Leave it as a draft"),
        (refused(403, "User 5303 has reached the rate limit"), TryLater, "ten stories"),
        (refused(429, "User 5303 has reached the rate limit"), TryLater, "ten stories"),
        ((400, {}), Rejected, "without a reason"),
        ((500, None), Uncertain, "may be live"),
        ((504, None), Uncertain, "may be live"),
        ((200, b"<!doctype html><title>Medium</title>"), Uncertain, "did not say which"),
        ((201, {"data": {"id": "e6f36ab1c2d3"}}), Uncertain, "did not say which"),
        ((201, {"data": {"url": URL}}), Uncertain, "did not say which"),
        ((204, None), Uncertain, "did not say which"),
        ((302, None), Uncertain, "may be live"),
        ((403, b"<html>Attention required</html>"), TryLater, "robot"),
        ((0, None), Uncertain, "no full answer"),
    ],
)
def test_refusals(server, medium, answer, outcome, words):
    found = publish(server, medium, *answer)
    assert isinstance(found, outcome), found
    assert words in found.reason


@pytest.mark.parametrize(("headers", "after"), [({}, 3600), ({"Retry_After": "77"}, 77)])
def test_a_spent_day_is_asked_about_every_hour(server, medium, headers, after):
    found = publish(server, medium, *refused(429, "rate limit"), **headers)
    assert (found.after, found.rate_limited) == (after, True)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, {"errors": [{"message": "Unsupported", "code": 2002}]}, Rejected),
        (401, {}, Reconnect),
        (413, None, Rejected),
        (429, {}, TryLater),
        (500, None, TryLater),
        (201, {}, TryLater),
        (403, b"<html>", TryLater),
    ],
)
def test_an_upload_refused(server, medium, step, status, body, outcome):
    server.scripts[("POST", IMAGES)] = [(status, body, {})]
    assert isinstance(medium.prepare(story("Tide", picture()), step), outcome)
    assert isinstance(medium.publish(story("Tide", picture()), step), TryLater)


# -- who one may post as


def test_the_person_and_the_publications_to_post_in(server, medium):
    who = {"id": ME.remote_id, "username": "tide", "name": "Tide", "imageUrl": "https://i.example"}
    server.on("GET", "/v1/me", 200, {"data": who})
    listed = [
        {"id": "p1", "name": "Journal", "url": "https://medium.com/journal"},
        {"id": "p2", "name": "Only read", "url": "https://medium.com/other"},
        {"id": "p3", "name": "Gazette", "url": "https://gazette.example"},
        {"name": "Nameless"},
    ]
    server.on("GET", f"/v1/users/{ME.remote_id}/publications", 200, {"data": listed})
    for publication, role in (("p1", "editor"), ("p3", "writer")):
        rows = [{"userId": "other", "role": "editor"}, {"userId": ME.remote_id, "role": role}]
        server.on("GET", f"/v1/publications/{publication}/contributors", 200, {"data": rows})
    rows = {"data": [{"userId": "other", "role": "editor"}]}
    server.on("GET", "/v1/publications/p2/contributors", 200, rows)
    person, *publications = medium.accounts()
    assert (person.remote_id, person.handle, person.kind) == (ME.remote_id, "tide", "person")
    assert person.avatar_url == "https://i.example"
    assert [(one.remote_id, one.handle, one.kind) for one in publications] == [
        ("p1", "journal", "organization"),
        ("p3", "gazette.example", "organization"),
    ]
    assert all(one.token == "hush-token" for one in publications)


def test_without_a_list_of_publications_there_is_the_person(server, medium):
    server.on("GET", "/v1/me", 200, {"data": {"id": ME.remote_id, "username": "tide"}})
    server.on("GET", f"/v1/users/{ME.remote_id}/publications", 403, {})
    assert [one.remote_id for one in medium.accounts()] == [ME.remote_id]


@pytest.mark.parametrize(
    ("status", "body", "outcome", "words"),
    [
        (401, {"errors": [{"message": "Token was invalid.", "code": 6003}]}, Reconnect, "no new"),
        (403, b"<html>", TryLater, "robot"),
        (500, None, TryLater, "trouble"),
        (200, {"data": {}}, TryLater, "whose token"),
    ],
)
def test_a_token_that_opens_nothing(server, medium, status, body, outcome, words):
    server.on("GET", "/v1/me", status, body)
    answer = medium.accounts()
    assert isinstance(answer, outcome)
    assert words in answer.reason
    assert "hush" not in answer.reason


@pytest.mark.parametrize(
    ("address", "remote_id"),
    [
        ("https://medium.com/@tide/high-water-e6f36ab1c2d3", "e6f36ab1c2d3"),
        ("https://medium.com/journal/high-water-e6f36ab1c2d3?source=friends_link", "e6f36ab1c2d3"),
        ("https://medium.com/p/e6f36ab1c2d3", "e6f36ab1c2d3"),
        ("https://medium.com/@tide", ""),
    ],
)
def test_the_id_in_an_address(address, remote_id):
    assert Medium.remote_id_in(address, ME) == remote_id


def test_it_says_that_the_door_is_closed():
    assert "no new" in Medium.spec.setup
    assert "no new" in Medium.spec.auth.help
    assert Medium.spec.reconcile == "ask"
    assert not {"find", "measure", "edit", "remove"} & Medium.spec.features
