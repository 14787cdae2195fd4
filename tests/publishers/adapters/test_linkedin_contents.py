"""What stands below a post on LinkedIn: link cards, polls, posts that are shared again."""

from dataclasses import replace

import pytest

from publishers.contract import CannotTell, Found, NotFound, Published, Rejected
from tests.publishers.adapters.kit import Memory, film, picture, post
from tests.publishers.adapters.linkedin import SHARE, page, publish, row, sent, takes_pictures

__all__ = ["page"]

LINK = {"link": "https://tide.earth/api"}
POLL = {"poll_question": "When?", "poll_options": "At nine; At ten ;; Never"}


def body_of(server, adapter, payload, step=None):
    outcome = publish(server, adapter, 201, None, payload, step, x_restli_id=SHARE)
    assert isinstance(outcome, Published), outcome
    return sent(server).json


def test_a_link_card_of_choices(server, page):
    payload = post("Read", options=LINK, title="A working title")
    card = {"source": "https://tide.earth/api", "title": "tide.earth"}
    assert body_of(server, page, payload)["content"] == {"article": card}


def test_a_link_card_with_a_picture_and_words(server, page, step):
    takes_pictures(server, "urn:li:image:A")
    words = {"link_title": "The API", "link_description": "All of it"}
    payload = post("Read", picture(), options=LINK | words)
    assert page.prepare(payload, step) is None
    assert body_of(server, page, payload, step)["content"]["article"] == {
        "source": "https://tide.earth/api",
        "title": "The API",
        "description": "All of it",
        "thumbnail": "urn:li:image:A",
    }


@pytest.mark.parametrize(
    ("more", "duration"), [({}, "THREE_DAYS"), ({"poll_duration": "ONE_DAY"}, "ONE_DAY")]
)
def test_a_poll(server, page, more, duration):
    said = body_of(server, page, post("Tell us", options=POLL | more))
    assert said["content"]["poll"] == {
        "question": "When?",
        "options": [{"text": "At nine"}, {"text": "At ten"}, {"text": "Never"}],
        "settings": {"duration": duration},
    }


@pytest.mark.parametrize("urn", [SHARE, "urn:li:ugcPost:7000000000000000002"])
def test_a_post_is_shared_again(server, page, urn):
    address = f"https://www.linkedin.com/feed/update/{urn}/?utm=7"
    said = body_of(server, page, post("Look", options={"reshare": address, "reshares": "no"}))
    assert said["reshareContext"] == {"parent": urn}
    assert said["isReshareDisabledByAuthor"] is True
    assert "content" not in said


@pytest.mark.parametrize(
    ("options", "media", "says"),
    [
        (LINK | POLL, [], "a link card, a poll"),
        (POLL, [picture()], "pictures or a video, a poll"),
        (LINK, [picture(), picture("b", b"2")], "one picture"),
        (LINK, [replace(film(), size=90_000)], "no video"),
        ({"link": "tide.earth"}, [], "whole address"),
        ({"link_title": "The API"}, [], "no address"),
        ({"poll_options": "Yes; No"}, [], "no question"),
        ({"poll_question": "When?", "poll_options": "Yes"}, [], "this one has 1"),
        ({"poll_question": "When?", "poll_options": "a;b;c;d;e"}, [], "this one has 5"),
        ({"poll_question": "When?", "poll_options": "Yes; yes"}, [], "say the same"),
        ({"poll_question": "When?", "poll_options": f"Yes; {'n' * 31}"}, [], "30 characters"),
        ({"reshare": "https://www.linkedin.com/posts/tide-activity-7"}, [], "urn:li:share:"),
        ({"reshare": SHARE} | POLL, [], "a poll, a post to share again"),
    ],
)
def test_what_cannot_be_sent(server, page, options, media, says):
    payload = post("Tide", *media, options=options)
    for refused in (page.prepare(payload, Memory()), page.publish(payload, Memory())):
        assert isinstance(refused, Rejected)
        assert says in refused.reason
    assert server.requests == []


def test_a_comment_has_nothing_of_it(page):
    payload = post("First", options={"poll_options": "Yes"}, kind="comment")
    assert page.prepare(payload, Memory()) is None


def test_only_at_its_address_it_may_not_be_listed(server, page):
    payload = post(options={"feed": "NONE"})
    assert body_of(server, page, payload)["distribution"]["feedDistribution"] == "NONE"
    server.on("GET", "/rest/posts", 200, {"elements": [row("Tide at nine")]})
    server.on("GET", "/rest/posts", 200, {"elements": []})
    assert isinstance(page.find(payload, Memory()), Found)
    assert isinstance(page.find(payload, Memory()), CannotTell)
    assert page.find(post(), Memory()) == NotFound()


@pytest.mark.parametrize(
    ("text", "content", "media"),
    [
        ("With @[Tide](urn:li:organization:77)", {}, []),
        ("Tide", {"media": {"id": "urn:li:video:A"}}, [replace(film(), size=90_000)]),
        ("Tide", {"article": {"source": "u", "thumbnail": "urn:li:image:A"}}, [picture()]),
    ],
    ids=["mention", "video", "thumbnail"],
)
def test_found_by_what_readers_see(server, page, text, content, media):
    server.on("GET", "/rest/posts", 200, {"elements": [row(text, content=content)]})
    assert isinstance(page.find(post(text, *media), Memory()), Found)
