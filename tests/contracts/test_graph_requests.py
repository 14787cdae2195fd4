"""Every request of the Instagram and Facebook adapters, against meta/business-sdk-specs."""

import re
from dataclasses import replace

import pytest

from publishers.adapters.facebook import Facebook
from publishers.adapters.instagram import Instagram
from publishers.adapters.instagram.spec import PAGE
from publishers.contract import Account, Processing, Published, ReplyTo, Tokens
from tests.contracts.vectors import load, needs_vectors
from tests.publishers.adapters.kit import Memory, Server, film, picture, post

pytestmark = needs_vectors

# Of every list and node; the file of a form.
EVERYWHERE = {"fields", "limit", "after", "since", "until"}
FILES = {"source"}
# What a page is asked by /me/accounts is also the person's role there.
OF_ROLES = {"tasks", "picture"}


def spec(name):
    return load(f"meta/business-sdk-specs/{name}.json")


def edges(name):
    """By method and edge, "" for the node itself, what may be sent."""
    found = {}
    for api in spec(name).get("apis", []):
        edge = str(api.get("endpoint") or api.get("name") or "")
        edge = "" if edge.startswith("#") or edge == "/" else edge.strip("/")
        found[(api["method"], edge)] = {param["name"] for param in api.get("params", [])}
    return found


def names_in(name):
    fields = {field["name"] for field in spec(name).get("fields", [])}
    return fields | {edge for _, edge in edges(name)}


def top(fields):
    """The names of a `fields` parameter that are not inside braces or calls."""
    while re.search(r"\{[^{}]*\}|\.\w+\([^()]*\)", fields):
        fields = re.sub(r"\{[^{}]*\}|\.\w+\([^()]*\)", "", fields)
    return set(filter(None, fields.split(",")))


def check(request, kinds):
    """`kinds`: which specification describes each node of the journey."""
    node, _, edge = request.path.removeprefix("/v26.0/").partition("/")
    sent = set(request.query)
    if "multipart" in request.headers.get("Content-Type", ""):
        sent |= set(request.parts) - FILES
    elif request.body:
        sent |= set(request.form)
    sent = {name.partition("[")[0] for name in sent}
    known = [edges(kind) for kind in kinds[node]]
    allowed = [one[(request.method, edge)] for one in known if (request.method, edge) in one]
    assert allowed, f"{request.method} {request.path} is not in {kinds[node]}"
    assert sent - EVERYWHERE <= set().union(*allowed), sent
    if not edge:
        fields = set().union(*(names_in(kind) for kind in kinds[node]))
        assert top(request.query.get("fields", "")) <= fields


# -- one

IG = "17841"
IG_KINDS = {
    IG: ["IGUser", "IGUserForIGOnlyAPI"],
    "501": ["ShadowIGMediaBuilder"],
    "901": ["IGMedia", "IGMediaForIGOnlyAPI"],
}
# The publishing edge has another name in the specification of one door.
OPTIONS = {"collaborators": "ana", "cover_second": "2", "reel_feed": "no"}


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def gram(server):
    ready = {"status_code": "FINISHED"}
    server.on("POST", f"/v26.0/{IG}/media", 200, {"id": "501"})
    server.on("GET", "/v26.0/501", 200, ready)
    server.on("POST", f"/v26.0/{IG}/media_publish", 200, {"id": "901"})
    server.on("POST", "/v26.0/901/comments", 200, {"id": "951"})
    server.on("DELETE", "/v26.0/901", 200, {"success": True})
    server.on("GET", "/v26.0/901", 200, {"id": "901", "permalink": "https://x.example/p/D/"})
    for path in (f"{IG}/media", f"{IG}/stories", "901/comments", "901/insights", f"{IG}/insights"):
        server.on("GET", f"/v26.0/{path}", 200, {"data": []})
    server.on("GET", f"/v26.0/{IG}", 200, {"followers_count": 3})
    adapter = server.adapter(Instagram, Account(IG, "tide", token="t"))
    adapter.app = replace(adapter.app, way=PAGE)
    return adapter


@pytest.mark.parametrize(
    "payload",
    [
        post("Tide", picture(), options=OPTIONS),
        post("Look", film(), options=OPTIONS),
        post("Both", picture(), film(), options=OPTIONS),
        post("", picture(), options={"placement": "story"}),
        post("", film(), options={"placement": "story"}),
        post("More", kind="comment", reply_to=ReplyTo("901", "901")),
    ],
    ids=["picture", "reel", "carousel", "story", "video_story", "comment"],
)
def test_a_whole_journey_of_instagram_fits(server, gram, payload):
    step = Memory()
    assert gram.prepare(payload, step) is None
    assert isinstance(gram.publish(payload, step), Published)
    gram.find(payload, step)
    gram.measure(["901"])
    gram.audience()
    assert gram.remove("901") is None
    for request in server.requests:
        check(request, IG_KINDS)


def test_the_tokens_of_instagram_fit(server):
    adapter = server.adapter(Instagram, Account(IG, "tide", token="t"))
    for path in ("access_token", "refresh_access_token"):
        server.on("GET", f"/{path}", 200, {"access_token": "a", "expires_in": 5})
    adapter.lengthen(Tokens("short"))
    adapter.refresh("long")
    names = ("IGAccessTokenForIGOnlyAPI", "IGRefreshAccessTokenForIGOnlyAPI")
    for request, name in zip(server.requests, names, strict=True):
        assert set(request.query) <= edges(name)[("GET", "")]


def test_what_instagram_says_of_an_account_is_known():
    asked = {"user_id", "username", "name", "profile_picture_url"}
    assert asked <= names_in("IGUserForIGOnlyAPI")
    assert asked - {"user_id"} <= names_in("IGUser")


# -- the other

PAGE_KINDS = {
    "777": ["Page"],
    "777_901": ["PagePost"],
    "801": ["AdVideo"],
    "901_951": ["Comment"],
    "me": ["User"],
}


@pytest.fixture
def page(server):
    server.on("POST", "/v26.0/777/photos", 200, {"id": "601"})
    server.on("POST", "/v26.0/777/feed", 200, {"id": "777_901"})
    for kind in ("reels", "stories"):
        start = {"video_id": "801", "upload_url": f"{server.url}/rupload/801"}
        server.on("POST", f"/v26.0/777/video_{kind}", 200, start)
        server.on("POST", f"/v26.0/777/video_{kind}", 200, {"success": True})
    server.on("POST", "/rupload/801", 200, {"success": True})
    server.on("GET", "/v26.0/801", 200, {"status": {"video_status": "ready"}})
    server.on("POST", "/v26.0/777/photo_stories", 200, {"success": True, "post_id": "777_901"})
    server.on("POST", "/v26.0/777_901/comments", 200, {"id": "901_951"})
    server.on("POST", "/v26.0/777_901", 200, {"success": True})
    server.on("DELETE", "/v26.0/777_901", 200, {"success": True})
    server.on("GET", "/v26.0/777_901", 200, {"id": "777_901"})
    lists = ("777/published_posts", "777/stories", "777/insights", "777_901/insights")
    for path in (*lists, "777_901/comments", "me/accounts"):
        server.on("GET", f"/v26.0/{path}", 200, {"data": []})
    server.on("GET", "/v26.0/777", 200, {"followers_count": 3})
    return server.adapter(Facebook, Account("777", "tide", kind="organization", token="t"))


@pytest.mark.parametrize(
    "payload",
    [
        post("Tide", link="https://tide.earth"),
        post("Both", picture(), picture("", b"2")),
        post("Look", film(), title="Tide"),
        post("", picture(), options={"placement": "story"}),
        post("", film(), options={"placement": "story"}),
        post("More", kind="comment", reply_to=ReplyTo("777_901", "777_901")),
    ],
    ids=["link", "pictures", "reel", "story", "video_story", "comment"],
)
def test_a_whole_journey_of_facebook_fits(server, page, payload):
    step = Memory()
    assert page.prepare(payload, step) is None
    assert isinstance(page.publish(payload, step), Published | Processing)
    page.find(payload, step)
    page.measure(["777_901"])
    page.audience()
    assert page.edit("777_901", payload) is None
    assert page.remove("777_901") is None
    for request in server.requests:
        if not request.path.startswith("/rupload"):
            check(request, PAGE_KINDS)


def test_what_facebook_says_of_pages_is_known(server, page):
    assert page.accounts() == []
    asked = top(server.requests[0].query["fields"])
    assert asked - OF_ROLES <= names_in("Page")


def test_the_check_itself_can_fail(server, gram):
    gram.prepare(post("Tide", picture()), Memory())
    request = server.seen("POST", f"/v26.0/{IG}/media")[0]
    request.query["colour"] = "blue"
    with pytest.raises(AssertionError):
        check(request, IG_KINDS)
