"""First comments on LinkedIn: what is sent, what a refusal means, and how one is recognised."""

from urllib.parse import quote

import pytest

from publishers.contract import (
    CannotTell,
    NotFound,
    Published,
    Rejected,
    ReplyTo,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.kit import NOON, Memory, post
from tests.publishers.adapters.linkedin import MORE, PAGE, SHARE, page

__all__ = ["page"]

COMMENTS = f"/rest/socialActions/{SHARE}/comments"


def comment(text="Read (more) #here"):
    return post(text, kind="comment", reply_to=ReplyTo(SHARE, SHARE))


def test_a_comment_is_plain_text_under_the_post(server, page):
    server.on("POST", COMMENTS, 201, {"id": "42"}, x_restli_id="42")
    outcome = page.publish(comment(), Memory())
    urn = f"urn:li:comment:({SHARE},42)"
    assert outcome == Published(
        urn, f"https://web.example/feed/update/{SHARE}/?commentUrn={quote(urn, safe='')}"
    )
    [sent] = server.seen("POST", COMMENTS)
    assert sent.json == {
        "actor": PAGE.remote_id,
        "object": SHARE,
        "message": {"text": "Read (more) #here"},
    }
    assert quote(SHARE, safe="") in sent.raw_path


@pytest.mark.parametrize(
    ("status", "code", "means", "says"),
    [
        (403, "ACCESS_DENIED", Rejected, "Add the comment by hand"),
        (404, "NOT_FOUND", Rejected, "no longer on LinkedIn"),
        (409, "CONFLICT", Uncertain, "conflict"),
        (500, "INTERNAL_SERVER_ERROR", Uncertain, "500"),
        (429, "TOO_MANY_REQUESTS", TryLater, "slow down"),
    ],
)
def test_why_a_comment_is_refused(server, page, status, code, means, says):
    """The post is out: no refusal of a comment signs the account out."""
    server.on("POST", COMMENTS, status, {"code": code, "message": "No", "status": status})
    outcome = page.publish(comment(), Memory())
    assert isinstance(outcome, means)
    assert says in outcome.reason


def test_a_comment_without_its_author_is_recognised(server, page):
    """Some answers leave the actor out."""
    moment = int(NOON.timestamp() * 1000)
    row = {"id": "42", "message": {"text": "Read (more) #here"}, "created": {"time": moment}}
    other = {**row, "id": "43", "actor": "urn:li:person:somebody"}
    server.on("GET", COMMENTS, 200, {"elements": [other, row]})
    assert page.find(comment(), Memory()).remote_id == f"urn:li:comment:({SHARE},42)"


@pytest.mark.parametrize("paging", [*MORE, {"total": 0, "links": [None]}])
def test_what_is_not_among_some_of_the_comments_may_be_there(server, page, paging):
    rows = [{"id": str(n), "message": {"text": "No"}, "created": {"time": 1}} for n in range(3)]
    server.on("GET", COMMENTS, 200, {"elements": rows, "paging": paging})
    assert isinstance(page.find(comment(), Memory()), CannotTell if paging in MORE else NotFound)
