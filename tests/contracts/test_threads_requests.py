"""Every request that the Threads adapter sends, against the vendor's Postman collection
(threads/threads-api.postman_collection.json).
"""

import re

import pytest

from publishers.adapters.threads import Threads
from publishers.contract import Account, Published, ReplyTo, Tokens
from tests.contracts.vectors import load, needs_vectors
from tests.publishers.adapters.kit import Memory, Server, film, picture, post

pytestmark = needs_vectors

COLLECTION = load("threads/threads-api.postman_collection.json")
VARIABLES = {one["key"]: one["value"] for one in COLLECTION.get("variable", [])}
FIELDS = set(
    re.findall(
        r"\w+",
        ",".join(value for key, value in VARIABLES.items() if key.startswith("fields_")),
    )
)
METRICS = set(f"{VARIABLES.get('metrics_post')},{VARIABLES.get('metrics_account')}".split(","))
# What the vendor's pages name beside the collection.
BESIDE = {("GET", "me/threads_insights"): {"since", "until"}}
CHOICES = ("media_type", "reply_control")


def requests_in(items):
    for item in items:
        if "item" in item:
            yield from requests_in(item["item"])
        elif isinstance(item["request"]["url"], dict):
            yield item["request"]


def known():
    """By method and path, what may be sent."""
    found: dict[tuple[str, str], set[str]] = {}
    for request in requests_in(COLLECTION.get("item", [])):
        parts = [part for part in request["url"]["path"] if part]
        path = "/".join("[^/]+" if part.startswith("{{") else re.escape(part) for part in parts)
        names = {one["key"] for one in request["url"].get("query", [])}
        found.setdefault((request["method"], path), set()).update(names)
    return found


KNOWN = known()


def check(request):
    path = request.path.removeprefix("/v1.0").strip("/")
    sent = request.query | (request.form if request.body else {})
    # An exact path before one that stands for any.
    fitting = [
        names
        for (method, pattern), names in sorted(KNOWN.items(), key=lambda one: "[" in one[0][1])
        if method == request.method and re.fullmatch(pattern, path)
    ]
    assert fitting, f"{request.method} {path} is not in the collection"
    allowed = fitting[0] | BESIDE.get((request.method, path), set())
    assert set(sent) <= allowed, set(sent) - allowed
    assert set(filter(None, sent.get("fields", "").split(","))) <= FIELDS
    assert set(filter(None, sent.get("metric", "").split(","))) <= METRICS
    for name in CHOICES:
        if name in sent:
            assert sent[name] in re.split(r",\s*", VARIABLES[name])


@pytest.fixture
def server():
    with Server() as running:
        running.on("GET", "/v1.0/me", 200, {"id": "178", "username": "tide"})
        running.on("POST", "/v1.0/me/threads", 200, {"id": "501"})
        running.on("GET", "/v1.0/501", 200, {"status": "FINISHED"})
        running.on("POST", "/v1.0/me/threads_publish", 200, {"id": "901"})
        running.on("GET", "/v1.0/901", 200, {"permalink": "https://www.threads.net/@tide/post/D"})
        running.on("DELETE", "/v1.0/901", 200, {"success": True})
        rows = [{"id": str(n), "text": "Other"} for n in range(100)]
        full = {"data": rows, "paging": {"cursors": {"after": "QVFI"}}}
        for edge in ("threads", "replies"):
            running.on("GET", f"/v1.0/me/{edge}", 200, full)
            running.on("GET", f"/v1.0/me/{edge}", 200, {"data": []})
        running.on("GET", "/v1.0/901/insights", 200, {"data": []})
        running.on("GET", "/v1.0/me/threads_insights", 200, {"data": []})
        for path in ("/access_token", "/refresh_access_token"):
            running.on("GET", path, 200, {"access_token": "long", "expires_in": 5184000})
        yield running


OPTIONS = {"topic_tag": "tides", "reply_control": "followers_only", "spoiler": "yes"}


@pytest.mark.parametrize(
    "payload",
    [
        post("Tide at nine", options=OPTIONS),
        post("Tide", link="https://tide.earth"),
        post("", picture(), options=OPTIONS),
        post("Look", film()),
        post("Both", picture(), film(), options=OPTIONS),
        post("More", kind="part", reply_to=ReplyTo("900", "901")),
        post("More", picture(), kind="part", reply_to=ReplyTo("900", "901")),
    ],
    ids=["text", "link", "picture", "video", "carousel", "part", "part_with_picture"],
)
def test_a_whole_journey_fits_the_collection(server, payload):
    adapter, step = server.adapter(Threads, Account("178", "tide", token="t")), Memory()
    adapter.accounts()
    adapter.lengthen(Tokens("short"))
    adapter.refresh("long")
    assert adapter.prepare(payload, step) is None
    assert isinstance(adapter.publish(payload, step), Published)
    adapter.find(payload, step)
    adapter.measure(["901"])
    adapter.audience()
    assert adapter.remove("901") is None
    assert len(server.requests) >= 10
    for request in server.requests:
        check(request)


def test_the_check_itself_can_fail(server):
    adapter = server.adapter(Threads, Account("178", "tide", token="t"))
    adapter.prepare(post("Tide", options={"reply_control": "nobody"}), Memory())
    with pytest.raises(AssertionError):
        check(server.seen("POST", "/v1.0/me/threads")[0])


def test_every_choice_of_who_can_reply_is_known():
    [option] = [one for one in Threads.spec.options if one.name == "reply_control"]
    chosen = {value for value, _ in option.choices} - {""}
    assert chosen <= set(VARIABLES["reply_control"].split(","))


def test_every_right_that_is_asked_for_is_known():
    assert set(Threads.spec.auth.scopes) <= set(VARIABLES["scope"].split(","))
