"""DEV read back: is it there, its figures, changing it and taking it back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from publishers.contract import CannotTell, Found, NotFound, Reconnect, Rejected, TryLater
from tests.publishers.adapters.devto import ALL, PUBLISHED, PUT, article, dev, row
from tests.publishers.adapters.kit import NOON, Memory

__all__ = ["dev"]
HERE = Found("251", "https://web.example/tide/high-water-4aca")
FOLLOWERS, ME = "/api/followers/users", "/api/users/me"
LINKED = {"canonical_url": "https://tide.earth/p"}


def found(server, dev, *rows, payload=None, kept=""):
    server.on("GET", ALL, 200, list(rows))
    return dev.find(payload or article(), Memory({"article": kept} if kept else {}))


def test_by_the_id_of_the_draft(server, dev):
    other = row(id=7, path="/tide/other")
    changed = row(title="Renamed since", body_markdown="And rewritten")
    assert found(server, dev, other, changed, kept="251") == HERE


def test_a_draft_is_not_live(server, dev):
    assert found(server, dev, row(published=False), kept="251") == NotFound()
    assert found(server, dev, row(published=False)) == NotFound()


def test_a_draft_is_all_that_was_wanted(server, dev):
    kept_back = article(options={"state": "draft"})
    drafted = row(published=False, published_at=None)
    assert found(server, dev, drafted, payload=kept_back, kept="251") == HERE
    assert found(server, dev, drafted, payload=kept_back) == HERE


@pytest.mark.parametrize(
    ("changes", "saw"),
    [
        ({}, Found),
        ({"title": "High water!"}, Found),
        ({"title": "Low water"}, NotFound),
        ({"body_markdown": "Low tide at three"}, CannotTell),
        ({"published_at": "2026-11-20T11:40:00Z"}, NotFound),
        ({"published_at": None}, Found),
        ({"published_at": "soon", "published_timestamp": "2026-11-20T12:00:09Z"}, Found),
        ({"path": "", "url": "https://web.example/tide/high-water-4aca"}, Found),
        ({"id": "251"}, Found),
        ({"id": True}, NotFound),
        ({"id": "x"}, NotFound),
    ],
)
def test_by_what_it_says(server, dev, changes, saw):
    assert isinstance(found(server, dev, row(**changes)), saw)


def test_by_where_it_first_stood(server, dev):
    payload = article(options=LINKED)
    changed = row(title="Other", body_markdown="Other", canonical_url=LINKED["canonical_url"])
    assert found(server, dev, changed, payload=payload) == HERE


def test_two_that_say_the_same_are_for_a_person(server, dev):
    saw = found(server, dev, row(), row(id=252, path="/tide/high-water-9b2"))
    assert isinstance(saw, CannotTell)
    assert "2 articles" in saw.reason
    assert "https://web.example/tide/high-water-9b2" in saw.reason


def test_what_was_there_before_the_call_is_something_else(server, dev):
    payload = replace(article(), called_at=NOON + timedelta(seconds=30))
    assert found(server, dev, row(), payload=payload) == NotFound()
    assert found(server, dev, row(published_at=None), payload=payload) == NotFound()


def test_drafts_come_first_so_that_later_pages_are_read(server, dev):
    drafts = [row(id=n, published=False, published_at=None, title=f"{n}") for n in range(100)]
    server.on("GET", ALL, 200, drafts)
    server.on("GET", ALL, 200, [row()])
    assert dev.find(article(), Memory()) == HERE
    assert [asked.query["page"] for asked in server.seen("GET", ALL)] == ["1", "2"]


def test_too_many_to_look_through(server, dev):
    server.on("GET", ALL, 200, [row(id=n, title=f"{n}") for n in range(100)])
    assert isinstance(dev.find(article(), Memory()), CannotTell)
    assert len(server.seen("GET", ALL)) == 10


def test_older_ones_end_the_looking(server, dev):
    many = [row(id=n, title=f"{n}") for n in range(99)]
    server.on("GET", ALL, 200, [*many, row(id=99, published_at="2026-11-19T12:00:00Z")])
    assert dev.find(article(), Memory()) == NotFound()
    assert len(server.seen("GET", ALL)) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [(401, {}), (403, b"Forbidden Bots"), (404, {}), (429, {}), (500, None), (200, {})],
)
def test_a_failed_read_proves_nothing(server, dev, status, body):
    server.on("GET", ALL, status, body)
    assert isinstance(dev.find(article(), Memory()), CannotTell)


# -- changing and taking back


def test_edit_leaves_it_as_public_as_it_was(server, dev):
    server.on("PUT", PUT, 200, row())
    assert dev.edit("251", article("Corrected", options={"tags": "tide"})) is None
    [sent] = server.requests
    assert sent.json["article"]["body_markdown"] == "Corrected"
    assert "published" not in sent.json["article"]


@pytest.mark.parametrize(
    ("status", "outcome"), [(404, Rejected), (401, Reconnect), (422, Rejected), (500, TryLater)]
)
def test_edit_refused(server, dev, status, outcome):
    server.on("PUT", PUT, status, {"error": "not found", "status": status})
    assert isinstance(dev.edit("251", article()), outcome)
    assert isinstance(dev.edit("251", article(title="")), Rejected)


def test_taken_back_it_is_a_draft_again(server, dev):
    server.on("PUT", PUT, 200, row(published=False))
    assert dev.remove("251") is None
    [sent] = server.requests
    assert sent.json == {"article": {"published": False}}


def test_gone_is_gone(server, dev):
    server.on("PUT", PUT, 404, {"error": "not found", "status": 404})
    assert dev.remove("251") is None


def test_taking_back_can_fail(server, dev):
    server.on("PUT", PUT, 500, None)
    assert isinstance(dev.remove("251"), TryLater)


# -- figures


def test_figures_of_those_that_are_asked_for(server, dev):
    counted = row(page_views_count=410, public_reactions_count=12, comments_count=3)
    server.on("GET", PUBLISHED, 200, [row(id=7), counted])
    figures = {"views": 410.0, "likes": 12.0, "comments": 3.0}
    assert dev.measure(["251", "404"]) == {"251": figures}


def test_what_is_not_told_is_left_out(server, dev):
    server.on("GET", PUBLISHED, 200, [row(page_views_count=None, comments_count=3)])
    assert dev.measure(["251"]) == {"251": {"comments": 3.0}}


def test_figures_are_read_from_every_page_until_all_are_there(server, dev):
    server.on("GET", PUBLISHED, 200, [row(id=n) for n in range(100)])
    server.on("GET", PUBLISHED, 200, [row(id=n) for n in range(200, 300)])
    assert set(dev.measure(["7", "251"])) == {"7", "251"}
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "outcome"), [(401, Reconnect), (429, TryLater), (500, TryLater), (200, TryLater)]
)
def test_figures_refused(server, dev, status, outcome):
    server.on("GET", PUBLISHED, status, {})
    server.on("GET", FOLLOWERS, status, {})
    assert isinstance(dev.measure(["251"]), outcome)
    assert isinstance(dev.audience(), outcome)


def test_followers_are_counted(server, dev):
    server.on("GET", FOLLOWERS, 200, [{"id": n} for n in range(1000)])
    server.on("GET", FOLLOWERS, 200, [{"id": n} for n in range(37)])
    assert dev.audience() == {"followers": 1037.0}


# -- whose key it is


def test_the_account_of_a_key(server, dev):
    picture = "https://media.example/9.png"
    who = {"id": 9, "username": "tide", "name": "Tide", "profile_image": picture}
    server.on("GET", ME, 200, who)
    [account] = dev.accounts()
    assert (account.remote_id, account.handle, account.name) == ("9", "tide", "Tide")
    assert (account.avatar_url, account.token) == (picture, "hush-key")


@pytest.mark.parametrize(
    ("status", "body", "outcome", "words"),
    [
        (401, {"error": "unauthorized"}, Reconnect, "restricted"),
        (403, b"Forbidden Bots", TryLater, "robot"),
        (500, None, TryLater, "trouble"),
        (200, {}, TryLater, "whose key"),
    ],
)
def test_a_key_that_opens_nothing(server, dev, status, body, outcome, words):
    server.on("GET", ME, status, body)
    answer = dev.accounts()
    assert isinstance(answer, outcome)
    assert words in answer.reason
    assert "hush" not in answer.reason
