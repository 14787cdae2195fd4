"""Swipe documents that are looked for or edited after they were posted."""

import pytest

from publishers.contract import (
    CannotTell,
    Found,
    NotFound,
)
from tests.publishers.adapters.kit import Memory, post
from tests.publishers.adapters.linkedin import (
    DOCUMENT,
    HARBOUR,
    PIER,
    SHARE,
    member,
    page,
    row,
    swiped,
)

__all__ = ["member", "page"]


def look(server, adapter, payload, content):
    server.on("GET", "/rest/posts", 200, {"elements": [row(payload.text, content=content)]})
    return adapter.find(payload, Memory())


AS_DOCUMENT = {"media": {"id": DOCUMENT, "title": "High water"}}
AS_PICTURE = {"media": {"id": "urn:li:image:A"}}
AS_GRID = {"multiImage": {"images": [{"id": "urn:li:image:A"}, {"id": "urn:li:image:B"}]}}


@pytest.mark.parametrize(
    ("payload", "content", "saw"),
    [
        (swiped(), AS_DOCUMENT, Found),
        (swiped("Tide", PIER), AS_DOCUMENT, Found),
        (swiped(), AS_GRID, CannotTell),
        (swiped("Tide", PIER), AS_PICTURE, CannotTell),
        (swiped(), {}, CannotTell),
        (post("Tide", PIER), AS_DOCUMENT, CannotTell),
        (post("Tide"), AS_DOCUMENT, CannotTell),
        (post("Tide", PIER, HARBOUR), AS_DOCUMENT, CannotTell),
    ],
)
def test_a_document_is_known_from_pictures(server, page, payload, content, saw):
    assert isinstance(look(server, page, payload, content), saw)


def test_a_document_that_is_not_there(server, page):
    server.on("GET", "/rest/posts", 200, {"elements": [row("Other words", content=AS_DOCUMENT)]})
    assert page.find(swiped(), Memory()) == NotFound()


def test_an_edit_leaves_the_document(server, page):
    server.on("POST", f"/rest/posts/{SHARE}", 204)
    assert page.edit(SHARE, swiped("Tide (ten)", document_title="Another")) is None
    [request] = server.requests
    assert request.json == {"patch": {"$set": {"commentary": r"Tide \(ten\)"}}}
