"""Swipe documents on LinkedIn: the pictures of a post as one PDF, handed over before its time."""

from dataclasses import replace

import pytest

from publishers import documents
from publishers.adapters.linkedin import LinkedIn
from publishers.adapters.linkedin import documents as swipe
from publishers.contract import (
    App,
    Processing,
    Published,
    Reconnect,
    Rejected,
    TryLater,
)
from publishers.limits import check
from tests.publishers.adapters.kit import Memory, Recorder, film, picture, post, reply
from tests.publishers.adapters.linkedin import (
    DOCUMENT,
    HARBOUR,
    PAGE,
    PIER,
    SHARE,
    SWIPE,
    error,
    member,
    page,
    publish,
    sent,
    swiped,
)

__all__ = ["member", "page"]

STATE = ("GET", f"/rest/documents/{DOCUMENT}")


def takes_a_document(server, *states, put=201):
    value = {"uploadUrl": f"{server.url}/dms-uploads/7", "document": DOCUMENT}
    server.on("POST", "/rest/documents", 200, {"value": value})
    server.on("PUT", "/dms-uploads/7", put)
    for state in states or ("AVAILABLE",):
        server.on(*STATE, 200, {"id": DOCUMENT, "status": state})


def body_of(server, adapter, payload, step):
    assert adapter.prepare(payload, step) is None
    outcome = publish(server, adapter, 201, None, payload, step, x_restli_id=SHARE)
    assert isinstance(outcome, Published), outcome
    return sent(server).json


# -- what is sent


@pytest.mark.parametrize("who", ["page", "member"])
def test_pictures_become_a_document(request, server, step, who):
    adapter = request.getfixturevalue(who)
    takes_a_document(server)
    said = body_of(server, adapter, swiped(document_title="High water"), step)
    assert said["content"] == {
        "media": {"id": DOCUMENT, "title": "High water", "altText": "1. A pier\n2. A harbour"}
    }
    [asked] = server.seen("POST", "/rest/documents")
    assert asked.query == {"action": "initializeUpload"}
    assert asked.json == {"initializeUploadRequest": {"owner": adapter.account.remote_id}}
    [put] = server.seen("PUT", "/dms-uploads/7")
    assert put.headers["Content-Type"] == "application/pdf"
    assert put.headers["Authorization"] == "Bearer hush"
    assert int(put.headers["Content-Length"]) == len(put.body)
    assert put.body.startswith(b"%PDF-1.7\n")
    assert put.body.count(b"/Type /Page ") == 2
    assert server.seen("POST", "/rest/images") == []
    [state] = server.seen(*STATE)
    assert state.raw_path == "/rest/documents/urn%3Ali%3Adocument%3AD4D"


def test_pictures_are_a_grid_by_default(server, page):
    assert swipe.is_one(post("Tide", PIER)) is False
    assert swipe.is_one(post("Tide", PIER, options={"pictures": ""})) is False


def test_one_picture_is_a_document_of_one_page(server, page, step):
    takes_a_document(server)
    media = body_of(server, page, swiped("Tide", PIER), step)["content"]["media"]
    assert media == {"id": DOCUMENT, "title": "Tide", "altText": "A pier"}


@pytest.mark.parametrize(
    ("text", "typed", "title"),
    [
        ("High water", "  ", "High water"),
        ("High water", " Typed ", "Typed"),
        ("\n  High water  \n\nThe rest of it", "", "High water"),
        ("word " * 20, "", "word " * 10 + "word…"),
        ("水" * 70, "", "水" * 57 + "…"),
        ("With @[Tide](urn:li:organization:77) (all)", "", "With Tide (all)"),
    ],
)
def test_the_title_is_typed_or_how_the_text_begins(text, typed, title):
    payload = replace(swiped(text, document_title=typed), title="A working title")
    assert swipe.title(payload) == title
    assert len(title) <= 58


@pytest.mark.parametrize(
    ("alts", "said"),
    [
        (["", ""], None),
        (["", "A harbour"], "2. A harbour"),
        (["a" * 4000, "b" * 4000], "1. " + "a" * 4000 + "\n2. " + "b" * 78 + "…"),
    ],
)
def test_what_the_pictures_show_goes_along(alts, said):
    media = swipe.content(swiped("Tide", *map(picture, alts)), DOCUMENT)["media"]
    assert media.get("altText") == said
    assert len(said or "") <= 4086


# -- what cannot be sent


@pytest.mark.parametrize(
    ("text", "media", "options", "says"),
    [
        ("Tide", [], {}, "made of pictures"),
        ("Tide", [replace(film(), size=90_000)], {}, "made of pictures"),
        ("Tide", [PIER, replace(film(), size=90_000)], {}, "made of pictures"),
        ("", [PIER], {}, "no title"),
        ("Tide", [PIER], {"link": "https://tide.earth"}, "a swipe document, a link card"),
        ("Tide", [PIER], {"poll_question": "When?", "poll_options": "A;B"}, "a poll"),
        ("Tide", [PIER], {"reshare": SHARE}, "a post to share again"),
        ("Tide", [picture("", b"no picture")], {}, "Picture 1 could not"),
    ],
)
def test_what_cannot_be_a_document(server, page, text, media, options, says):
    payload = post(text, *media, options=SWIPE | options)
    refused = page.prepare(payload, Memory())
    assert isinstance(refused, Rejected)
    assert says in refused.reason
    assert server.requests == []


def test_pictures_without_a_word_and_with_a_title(server, page, step):
    takes_a_document(server)
    payload = swiped("", PIER, document_title="High water")
    assert body_of(server, page, payload, step)["content"]["media"]["title"] == "High water"


def test_a_title_that_is_too_long_is_said_while_one_writes():
    payload = swiped("Tide", document_title="t" * 59)
    [problem] = [one for one in check(payload, LinkedIn.spec) if one.level == "error"]
    assert "“Title of the swipe document” is 1 over" in problem.message
    assert LinkedIn.mistake(payload, "person") is None


def test_a_document_that_is_too_large(server, page, monkeypatch):
    monkeypatch.setattr(swipe, "MOST_BYTES", 1000)
    refused = page.prepare(swiped(), Memory())
    assert isinstance(refused, Rejected)
    assert "Take out pictures" in refused.reason
    assert server.requests == []


def test_a_comment_below_it_has_none(server, page):
    payload = replace(swiped("First"), media=(), kind="comment")
    assert page.prepare(payload, Memory()) is None
    assert server.requests == []


# -- on the way


@pytest.mark.parametrize("state", ["PROCESSING", "WAITING_UPLOAD"])
def test_a_document_that_is_worked_on_is_waited_for(server, page, step, state):
    takes_a_document(server, state, "AVAILABLE")
    assert page.prepare(swiped(), step) == Processing(DOCUMENT, 5)
    assert page.prepare(swiped(), step) is None
    assert page.prepare(swiped(), step) is None
    assert len(server.seen("PUT", "/dms-uploads/7")) == 1
    assert len(server.seen(*STATE)) == 2, "once it is there nobody asks"


@pytest.mark.parametrize("reason", ["", "Too many fonts"])
def test_a_document_that_could_not_be_worked_on(server, page, step, reason):
    takes_a_document(server)
    failed = {"status": "PROCESSING_FAILED", "processingFailureReason": reason}
    server.scripts[STATE] = [(200, failed, {})]
    refused = page.prepare(swiped(), step)
    assert isinstance(refused, Rejected)
    assert reason in refused.reason
    assert "grid" in refused.reason
    assert isinstance(page.publish(swiped(), step), TryLater), "and it is made anew"


def test_members_may_not_ask_for_its_state(server, member, step):
    takes_a_document(server)
    server.scripts[STATE] = [(403, error("ACCESS_DENIED"), {})]
    assert member.prepare(swiped(), step) is None
    assert member.prepare(swiped(), step) is None
    assert len(server.seen(*STATE)) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (0, None, TryLater),
        (403, error("EXPIRED_UPLOAD_URL"), TryLater),
        (413, None, Rejected),
        (429, error("TOO_MANY_REQUESTS"), TryLater),
        (401, None, Reconnect),
        (500, None, TryLater),
    ],
)
def test_an_upload_that_broke_begins_anew(server, page, step, status, body, kind):
    takes_a_document(server)
    server.scripts[("PUT", "/dms-uploads/7")] = [(status, body, {}), (201, None, {})]
    assert isinstance(page.prepare(swiped(), step), kind)
    assert page.prepare(swiped(), step) is None
    first, second = (one.body for one in server.seen("PUT", "/dms-uploads/7"))
    assert first == second
    assert len(server.seen("POST", "/rest/documents")) == 2


@pytest.mark.parametrize(
    "other",
    [
        swiped("Tide", HARBOUR, PIER),
        swiped("Tide", PIER),
        swiped("Tide", replace(PIER, alt="Another word"), HARBOUR),
    ],
    ids=["order", "fewer", "words"],
)
def test_other_pictures_are_another_document(server, page, step, other):
    takes_a_document(server)
    assert page.prepare(swiped("Tide"), step) is None
    assert page.prepare(swiped("Tide", document_title="Another title"), step) is None
    assert len(server.seen("POST", "/rest/documents")) == 1
    assert isinstance(page.publish(other, step), TryLater)
    assert page.prepare(other, step) is None
    assert len(server.seen("POST", "/rest/documents")) == 2


def test_pictures_that_were_handed_over_for_a_grid_are_no_document(server, page, step):
    server.on("POST", "/rest/images", 500)
    takes_a_document(server)
    assert isinstance(page.prepare(post("Tide", PIER, HARBOUR), step), TryLater)
    assert isinstance(page.publish(swiped("Tide"), step), TryLater)
    assert page.prepare(swiped("Tide"), step) is None
    assert isinstance(page.publish(post("Tide", PIER, HARBOUR), step), TryLater)


@pytest.mark.parametrize("code", ["INVALID_DOCUMENT_ID", "MEDIA_ASSET_PROCESSING_FAILED"])
def test_a_document_that_was_spoilt_is_made_anew(server, page, step, code):
    takes_a_document(server)
    assert page.prepare(swiped(), step) is None
    refused = publish(server, page, 400, error(code), swiped(), step)
    assert isinstance(refused, Rejected)
    assert isinstance(page.publish(swiped(), step), TryLater)


@pytest.mark.parametrize(
    "url",
    ["http://www.linkedin.com/dms-uploads/1", "https://linkedin.com.example/dms-uploads/1", ""],
)
def test_our_access_is_sent_to_no_other_host(url):
    value = {"document": DOCUMENT, "uploadUrl": url}
    http = Recorder(lambda *_: reply(200, {"value": value, "status": "AVAILABLE"}))
    app = App("client", "secret", "https://api.linkedin.com", "https://www.linkedin.com")
    assert isinstance(LinkedIn(http, app, PAGE).prepare(swiped(), Memory()), TryLater)
    assert [method for method, *_ in http.calls] == ["POST"]


def test_a_large_document_has_the_time_that_it_needs(monkeypatch):
    monkeypatch.setattr(documents, "write", lambda file, media: file.write(bytes(20_000_000)))
    value = {"document": DOCUMENT, "uploadUrl": "https://www.linkedin.com/dms-uploads/1"}
    http = Recorder(lambda *_: reply(200, {"value": value, "status": "AVAILABLE"}))
    app = App("client", "secret", "https://api.linkedin.com", "https://www.linkedin.com")
    assert LinkedIn(http, app, PAGE).prepare(swiped(), Memory()) is None
    [request] = [request for method, _, _, request in http.calls if method == "PUT"]
    assert (request["length"], request["seconds"]) == (20_000_000, 60.0)
    assert http.commits == []
