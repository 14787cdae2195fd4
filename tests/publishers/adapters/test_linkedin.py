"""LinkedIn over real HTTP: headers, encoding, little-text, pictures and the accounts."""

import pytest

from publishers.adapters.linkedin import LinkedIn
from publishers.adapters.linkedin.calls import VERSION, encoded
from publishers.contract import (
    App,
    Processing,
    Published,
    Reconnect,
    Rejected,
    TryLater,
)
from publishers.http import Client
from publishers.littletext import little_text, plain_text, shown
from tests.publishers.adapters.kit import Memory, picture, png, post
from tests.publishers.adapters.linkedin import (
    PAGE,
    SHARE,
    error,
    member,
    page,
    publish,
    sent,
    takes_pictures,
)

__all__ = ["member", "page"]


def accepted(server, adapter, payload=None, step=None):
    return publish(server, adapter, 201, None, payload, step, x_restli_id=SHARE)


# -- what is sent


def test_a_text(server, page):
    outcome = accepted(server, page)
    assert outcome == Published(SHARE, f"https://web.example/feed/update/{SHARE}/")
    request = sent(server)
    assert request.headers["Linkedin-Version"] == VERSION
    assert request.headers["X-Restli-Protocol-Version"] == "2.0.0"
    assert request.headers["Authorization"] == "Bearer hush"
    assert request.json == {
        "author": "urn:li:organization:77",
        "commentary": "Tide at nine",
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Tide (at nine)", r"Tide \(at nine\)"),
        ("\\|{}@[]()<>*_~", r"\\\|\{\}\@\[\]\(\)\<\>\*\_\~"),
        ("#tides are high", r"{hashtag|\#|tides} are high"),
        ("#1 and # alone", r"\#1 and \# alone"),
        ("#a_b", r"\#a\_b"),
        ("see https://a.com/x_(y)#z", r"see https://a.com/x\_\(y\)\#z"),
        ("@ana", r"\@ana"),
        ("", ""),
    ],
)
def test_little_text(text, written):
    assert little_text(text) == written
    assert plain_text(written) == text


@pytest.mark.parametrize(
    ("commentary", "shown"),
    [
        ("#tides bare", "#tides bare"),
        (r"{hashtag|#|tides}", "#tides"),
        ("@[Tide (Ltd\\)](urn:li:organization:7) says", "Tide (Ltd) says"),
        ("a \\", "a \\"),
        ("{unclosed", "{unclosed"),
    ],
)
def test_what_others_wrote_is_read_too(commentary, shown):
    assert plain_text(commentary) == shown


def test_who_is_named_stays_named():
    text = "With @[Tide (Ltd)](urn:li:organization:77) and #tides @[x](urn:li:share:7)"
    written = little_text(text)
    assert written.startswith(r"With @[Tide \(Ltd\)](urn:li:organization:77) and {hashtag")
    assert written.endswith(r"\@\[x\]\(urn:li:share:7\)"), "only persons and pages can be named"
    assert plain_text(written) == shown(text)
    assert shown(text).startswith("With Tide (Ltd) and #tides @[x]")


def test_an_installation_may_name_another_version(server):
    app = App("client", "secret", server.url, "https://web.example", version="202711")
    accepted(server, LinkedIn(Client(trusted=(server.url,)), app, PAGE))
    assert sent(server).headers["Linkedin-Version"] == "202711"


def test_one_picture(server, page, step):
    takes_pictures(server, "urn:li:image:A")
    payload = post("Tide", picture("A pier"))
    assert page.prepare(payload, step) is None
    [asked] = server.seen("POST", "/rest/images")
    assert asked.query == {"action": "initializeUpload"}
    assert asked.json == {"initializeUploadRequest": {"owner": "urn:li:organization:77"}}
    [put] = server.seen("PUT", "/dms-uploads/0")
    assert put.body == png()
    assert put.headers["Authorization"] == "Bearer hush"
    [state] = server.seen("GET", "/rest/images/urn:li:image:A")
    assert state.raw_path == "/rest/images/urn%3Ali%3Aimage%3AA"
    accepted(server, page, payload, step)
    assert sent(server).json["content"] == {"media": {"id": "urn:li:image:A", "altText": "A pier"}}


def test_two_pictures(server, page, step):
    takes_pictures(server, "urn:li:image:A", "urn:li:image:B")
    payload = post("Tide", picture("A pier"), picture("", b"2" * 20))
    assert page.prepare(payload, step) is None
    accepted(server, page, payload, step)
    images = [{"id": "urn:li:image:A", "altText": "A pier"}, {"id": "urn:li:image:B"}]
    assert sent(server).json["content"] == {"multiImage": {"images": images}}


def test_members_may_not_ask_for_the_state_of_a_picture(server, member, step):
    takes_pictures(server, "urn:li:image:A")
    server.scripts[("GET", "/rest/images/urn:li:image:A")] = [(403, error("ACCESS_DENIED"), {})]
    assert member.prepare(post("Tide", picture()), step) is None


@pytest.mark.parametrize("state", ["PROCESSING", "WAITING_UPLOAD"])
def test_pictures_that_are_still_taken_in(server, page, step, state):
    takes_pictures(server, "urn:li:image:A", state=state)
    payload = post("Tide", picture())
    assert page.prepare(payload, step) == Processing("urn:li:image:A", 5)
    server.scripts[("GET", "/rest/images/urn:li:image:A")] = [(200, {"status": "AVAILABLE"}, {})]
    assert page.prepare(payload, step) is None
    assert len(server.seen("PUT", "/dms-uploads/0")) == 1


def test_a_picture_that_could_not_be_read(server, page, step):
    takes_pictures(server, "urn:li:image:A", state="PROCESSING_FAILED")
    assert isinstance(page.prepare(post("Tide", picture()), step), Rejected)


def test_an_expired_place_is_asked_for_again(server, page, step):
    takes_pictures(server, "urn:li:image:A")
    server.scripts[("PUT", "/dms-uploads/0")] = [
        (403, error("EXPIRED_UPLOAD_URL"), {}),
        (201, None, {}),
    ]
    payload = post("Tide", picture())
    assert isinstance(page.prepare(payload, step), TryLater)
    assert page.prepare(payload, step) is None
    assert len(server.seen("POST", "/rest/images")) == 2


def test_a_link_card(server, page):
    accepted(server, page, post("Read", link="https://tide.earth/api", title="The API"))
    card = {"source": "https://tide.earth/api", "title": "The API"}
    assert sent(server).json["content"] == {"article": card}


def test_connections_only(server, member, page):
    payload = post(options={"visibility": "CONNECTIONS"})
    refused = page.publish(payload, Memory())
    assert isinstance(refused, Rejected)
    assert isinstance(page.prepare(payload, Memory()), Rejected)
    assert server.requests == []
    accepted(server, member, payload)
    assert sent(server).json["visibility"] == "CONNECTIONS"


# -- the accounts


def test_member_and_pages(server, member):
    who = {"sub": "abc", "name": "Ana Tide", "picture": "https://media.example/a.jpg"}
    server.on("GET", "/v2/userinfo", 200, who)
    server.on(
        "GET",
        "/rest/organizationAcls",
        200,
        {"elements": [{"organization": "urn:li:organization:77"}, {"organization": 7}, None]},
    )
    server.on("GET", "/rest/organizations/77", 200, {"localizedName": "Tide", "vanityName": "tide"})
    ana, tide = member.accounts()
    assert (ana.remote_id, ana.name, ana.kind) == ("urn:li:person:abc", "Ana Tide", "person")
    assert ana.avatar_url == "https://media.example/a.jpg"
    assert (tide.remote_id, tide.handle, tide.kind) == (PAGE.remote_id, "tide", "organization")
    assert tide.token == "hush"
    asked = server.seen("GET", "/rest/organizationAcls")
    assert [one.query["role"] for one in asked] == ["ADMINISTRATOR", "CONTENT_ADMIN"]
    assert {one.headers["X-RestLi-Method"] for one in asked} == {"FINDER"}


def test_without_the_right_to_see_pages_the_member_remains(server, member):
    server.on("GET", "/v2/userinfo", 200, {"sub": "abc", "name": "Ana"})
    server.on("GET", "/rest/organizationAcls", 403, error("ACCESS_DENIED"))
    assert [account.kind for account in member.accounts()] == ["person"]


# -- afterwards


@pytest.mark.parametrize(
    ("urn", "path", "patch"),
    [
        (SHARE, f"/rest/posts/{SHARE}", {"$set": {"commentary": r"Tide \(ten\)"}}),
        (
            f"urn:li:comment:({SHARE},42)",
            f"/rest/socialActions/{SHARE}/comments/42",
            {"message": {"$set": {"text": "Tide (ten)"}}},
        ),
    ],
)
def test_edit(server, page, urn, path, patch):
    server.on("POST", path, 204)
    assert page.edit(urn, post("Tide (ten)")) is None
    [request] = server.requests
    assert request.json == {"patch": patch}
    assert request.headers["X-RestLi-Method"] == "PARTIAL_UPDATE"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "FIELD_LENGTH_TOO_LONG", Rejected),
        (403, "ACCESS_DENIED", Reconnect),
        (404, "NOT_FOUND", Rejected),
        (409, "CONFLICT", TryLater),
    ],
)
def test_an_edit_that_is_refused(server, page, status, code, kind):
    server.on("POST", f"/rest/posts/{SHARE}", status, error(code))
    assert isinstance(page.edit(SHARE, post()), kind)


@pytest.mark.parametrize("status", [204, 404])
def test_remove(server, page, status):
    server.on("DELETE", f"/rest/posts/{SHARE}", status)
    assert page.remove(SHARE) is None
    [request] = server.requests
    assert request.raw_path == "/rest/posts/urn%3Ali%3Ashare%3A7000000000000000001"
    assert request.headers["X-RestLi-Method"] == "DELETE"


def test_everything_but_unreserved_characters_is_encoded():
    assert encoded("urn:li:x:(a,b)'*! é~-._") == "urn%3Ali%3Ax%3A%28a%2Cb%29%27%2A%21%20%C3%A9~-._"
