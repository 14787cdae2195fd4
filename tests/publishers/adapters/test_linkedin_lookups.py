"""Is it there? How a post on LinkedIn is recognised, and when a person has to decide."""

import pytest

from publishers.contract import CannotTell, Found, NotFound, Uncertain
from publishers.littletext import little_text
from tests.publishers.adapters.kit import Memory, picture, post
from tests.publishers.adapters.linkedin import MORE, SHARE, error, member, page, publish, row

__all__ = ["member", "page"]


def others(count):
    return [row("Other words entirely", urn=f"urn:li:share:{n}") for n in range(count)]


def look(server, adapter, payload, *rows, **paging):
    server.on("GET", "/rest/posts", 200, {"elements": list(rows), "paging": paging})
    return adapter.find(payload, Memory())


def test_found_on_a_page(server, page):
    payload = post("Tide (at nine) #tides https://a.com/x_y")
    found = look(server, page, payload, row(little_text(payload.text)), row("Other words entirely"))
    assert found == Found(SHARE, f"https://web.example/feed/update/{SHARE}/")
    [asked] = server.seen("GET", "/rest/posts")
    assert asked.raw_path == (
        "/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A77&count=50&sortBy=LAST_MODIFIED"
    )
    assert asked.headers["X-RestLi-Method"] == "FINDER"


@pytest.mark.parametrize(
    ("count", "content"),
    [
        (1, {"media": {"id": "urn:li:image:A"}}),
        (2, {"multiImage": {"images": [{"id": "urn:li:image:A"}, {"id": "urn:li:image:B"}]}}),
    ],
)
def test_found_with_pictures(server, page, count, content):
    media = [picture(content=bytes([n]) * 9) for n in range(count)]
    assert isinstance(look(server, page, post("Tide", *media), row("Tide", content=content)), Found)


@pytest.mark.parametrize(
    "rows", [[], [row("Other words entirely")], [row("Tide at nine", minutes=-60)]]
)
def test_not_there(server, page, rows):
    assert look(server, page, post(), *rows) == NotFound()


def test_a_full_page_that_goes_back_far_enough_has_all(server, page):
    old = row("Old words", urn="urn:li:share:99", minutes=-9000)
    assert look(server, page, post(), *others(49), old) == NotFound()


@pytest.mark.parametrize("paging", MORE)
def test_a_short_page_is_not_all(server, page, paging):
    assert isinstance(look(server, page, post(), *others(3), **paging), CannotTell)
    old = row("Old words", urn="urn:li:share:99", minutes=-9000)
    server.scripts.clear()
    assert look(server, page, post(), *others(3), old, **paging) == NotFound()


@pytest.mark.parametrize(
    "rows",
    [
        [row("Tide at nine", urn="urn:li:share:1"), row("Tide at nine", urn="urn:li:share:2")],
        [row("Tide at nine", content={"media": {"id": "urn:li:image:A"}})],
        [row("Tide at nine.")],
        others(50),
        [row("Old words, edited", urn="urn:li:share:99", minutes=-9000, edited=2), *others(49)],
    ],
    ids=["two", "with a picture", "nearly", "too many to look through", "as many, one edited"],
)
def test_between_yes_and_no_a_person_decides(server, page, rows):
    assert isinstance(look(server, page, post(), *rows), CannotTell)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {}),
        (403, {}),
        (429, {}),
        (426, {}),
        (500, None),
        (200, None),
        (200, {"elements": 7}),
        (0, None),
    ],
)
def test_a_failed_read_proves_nothing(server, page, status, body):
    server.on("GET", "/rest/posts", status, body)
    assert isinstance(page.find(post(), Memory()), CannotTell)


def test_what_members_posted_cannot_be_read(server, member):
    answer = member.find(post(), Memory())
    assert isinstance(answer, CannotTell)
    assert server.requests == []


def test_the_duplicate_that_linkedin_named_is_shown_to_the_person(server, member, step):
    body = error("X", f"Content is a duplicate of {SHARE}", "DUPLICATE_POST")
    outcome = publish(server, member, 422, body, step=step)
    assert isinstance(outcome, Uncertain)
    assert f"https://web.example/feed/update/{SHARE}/" in outcome.reason
