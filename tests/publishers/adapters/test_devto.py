"""DEV over real HTTP: a draft, then its publication, what is sent and what refusals mean."""

from dataclasses import replace

import pytest

from publishers.contract import (
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.devto import (
    ARTICLE,
    CREATE,
    PUT,
    UNPUBLISHED,
    article,
    dev,
    row,
)
from tests.publishers.adapters.kit import Memory, picture

__all__ = ["dev"]
URL = "https://pictures.example/1.png"
DUPLICATE = "Title has already been used in the last five minutes"
TAKEN = "Canonical url has already been taken. Email us for further details."


def shown(alt="A pier at noon", url=URL, content=None):
    return replace(picture(alt, content), url=url)


def publish(server, dev, status=200, body=ARTICLE, payload=None, step=None, **headers):
    payload, step = payload or article(), step or Memory()
    server.on("POST", CREATE, 201, ARTICLE)
    assert dev.prepare(payload, step) is None
    server.on("PUT", PUT, status, body, **headers)
    return dev.publish(payload, step)


def sent(server, method="PUT", path=PUT):
    return server.seen(method, path)[-1].json["article"]


# -- what is sent


def test_a_draft_that_nobody_sees_is_published_by_its_id(server, dev):
    outcome = publish(server, dev)
    assert outcome == Published("251", "https://web.example/tide/high-water-4aca")
    assert sent(server, "POST", CREATE) == {**sent(server), "published": False}
    assert sent(server) == {
        "title": "High water",
        "body_markdown": "Tide at nine",
        "tags": [],
        "series": None,
        "canonical_url": None,
        "main_image": None,
        "description": None,
        "published": True,
    }


def test_who_asks_and_for_which_api(server, dev):
    publish(server, dev)
    for request in server.requests:
        assert request.headers["api-key"] == "hush-key"
        assert request.headers["Accept"] == "application/vnd.forem.api-v1+json"
        assert request.headers["User-Agent"] == "Drumbeat"


def test_choices(server, dev):
    chosen = {
        "tags": "#OpenData, sea level, tide",
        "canonical_url": "https://tide.earth/p",
        "series": "Buoys",
        "description": "All about it",
        "organization": "77",
        "language": "en",
    }
    publish(server, dev, payload=article(options=chosen))
    told = sent(server)
    assert told["tags"] == ["opendata", "sealevel", "tide"]
    assert told["canonical_url"] == "https://tide.earth/p"
    assert (told["series"], told["description"]) == ("Buoys", "All about it")
    assert (told["organization_id"], told["language"]) == (77, "en")


def test_a_draft_is_left_as_one(server, dev):
    outcome = publish(server, dev, payload=article(options={"state": "draft"}))
    assert isinstance(outcome, Published)
    assert sent(server)["published"] is False


def test_pictures_follow_at_the_end_with_their_words(server, dev):
    mast = shown("", "https://pictures.example/2.png", b"2")
    publish(server, dev, payload=article("Tide", shown(), mast))
    assert sent(server)["body_markdown"] == (
        f"Tide\n\n![A pier at noon]({URL})\n\n![](https://pictures.example/2.png)"
    )
    assert sent(server)["main_image"] is None


def test_a_cover_is_not_repeated_below(server, dev):
    publish(server, dev, payload=article("Tide", shown(), options={"cover": "first"}))
    assert (sent(server)["main_image"], sent(server)["body_markdown"]) == (URL, "Tide")


def test_the_title_is_said_once_and_settings_in_the_text_do_not_win(server, dev):
    text = "---\ntitle: Other\npublished: false\n---\n# High water\n\nTide"
    publish(server, dev, payload=article(text))
    assert (sent(server)["title"], sent(server)["body_markdown"]) == ("High water", "Tide")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "needs a title"),
        ({"title": "a" * 129}, "this is 1 over"),
        ({"options": {"tags": "a,b,c,d,e"}}, "takes 4 short tags"),
        ({"options": {"tags": "c++"}}, "“c++” is not"),
        ({"options": {"tags": "mar\u00e9"}}, "a to z"),
        ({"options": {"tags": ",".join(letter * 40 for letter in "abcd")}}, "4 short tags"),
        ({"options": {"canonical_url": "tide"}}, "whole address"),
        ({"options": {"organization": "tide"}}, "by its number"),
        ({"options": {"language": "English"}}, "two small letters"),
        ({"text": "a" * (800 * 1024 + 1)}, "819,200 bytes"),
    ],
)
def test_what_would_be_refused_or_changed_is_not_sent(server, dev, changes, words):
    changes = dict(changes)
    payload = article(changes.pop("text", "Tide"), **changes)
    for wrong in (dev.prepare(payload, Memory()), dev.publish(payload, Memory())):
        assert isinstance(wrong, Rejected)
        assert words in wrong.reason
    assert server.requests == []


def test_without_an_address_a_picture_cannot_be_shown(server, dev):
    payload = article("Tide", shown(url=""))
    assert "pictures from an address" in dev.prepare(payload, Memory()).reason


# -- the draft


def test_a_draft_whose_answer_was_lost_is_found_again(server, dev, step):
    server.on("POST", CREATE, 422, {"error": DUPLICATE, "status": 422})
    server.on("GET", UNPUBLISHED, 200, [row(id=7, title="Other"), row(published=False)])
    assert dev.prepare(article(), step) is None
    assert step.get("article") == "251"


@pytest.mark.parametrize("rows", [[], [row()], [row(published=False, body_markdown="Else")], {}])
def test_the_same_title_of_another_article_waits(server, dev, step, rows):
    server.on("POST", CREATE, 422, {"error": DUPLICATE, "status": 422})
    server.on("GET", UNPUBLISHED, 200, rows)
    assert isinstance(dev.prepare(article(), step), TryLater)


@pytest.mark.parametrize(
    ("status", "body", "outcome", "words"),
    [
        (401, {"error": "unauthorized", "status": 401}, Reconnect, "or has restricted the account"),
        (403, b"Forbidden Bots", TryLater, "robot"),
        (422, {"error": "param is missing or the value is empty: article"}, Rejected, "article"),
        (422, {"error": "Tag list exceed the maximum of 4 tags"}, Rejected, "at most four"),
        (429, {"error": "Rate limit reached, try again in 30 seconds"}, TryLater, "slow down"),
        (500, None, TryLater, "trouble"),
        (201, {}, TryLater, "did not name it"),
    ],
)
def test_a_draft_refused(server, dev, step, status, body, outcome, words):
    server.on("POST", CREATE, status, body)
    answer = dev.prepare(article(), step)
    assert isinstance(answer, outcome), answer
    assert words in answer.reason
    assert step.get("article") is None


# -- what a refusal of publishing means


@pytest.mark.parametrize(
    ("status", "error", "outcome", "words"),
    [
        (401, "unauthorized", Reconnect, "or has restricted the account"),
        (403, None, Rejected, "without a reason"),
        (404, "not found", TryLater, "another one is made"),
        (422, "param is missing or the value is empty: article", Rejected, "article"),
        (422, DUPLICATE, Uncertain, "may be there"),
        (422, TAKEN, Rejected, "Another article on DEV"),
        (422, "Title is too long (maximum is 128 characters)", Rejected, "Shorten the title"),
        (422, "Liquid error: Invalid embed", Rejected, "{% … %}"),
        (422, "You cannot mention more than 7 users", Rejected, "fewer people"),
        (422, 'Tag "c++" contains non-alphanumeric characters', Rejected, "letters and digits"),
        (429, "Rate limit reached, try again in 30 seconds", TryLater, "slow down"),
        (500, None, Uncertain, "may be live"),
        (503, None, Uncertain, "may be live"),
        (0, None, Uncertain, "no full answer"),
    ],
)
def test_refusals(server, dev, status, error, outcome, words):
    body = {"error": error, "status": status} if error else None
    answer = publish(server, dev, status, body)
    assert isinstance(answer, outcome), answer
    assert words in answer.reason


def test_a_page_in_front_of_the_servers_is_not_a_refusal(server, dev):
    answer = publish(server, dev, 403, b"Forbidden Bots")
    assert isinstance(answer, TryLater)
    assert answer.after == 900


def test_a_pause_is_as_long_as_it_says(server, dev):
    answer = publish(server, dev, 429, {}, Retry_After="30")
    assert (answer.after, answer.rate_limited) == (30, True)


@pytest.mark.parametrize("body", [{}, {**ARTICLE, "id": 7}, {"id": 251}, None])
def test_an_answer_about_another_article_proves_nothing(server, dev, body):
    assert isinstance(publish(server, dev, 200, body), Uncertain)


def test_a_draft_that_is_gone_is_made_again(server, dev, step):
    assert isinstance(publish(server, dev, 404, {"error": "not found"}, step=step), TryLater)
    assert dev.prepare(article(), step) is None
    assert len(server.seen("POST", CREATE)) == 2
