"""Long posts on X: who may write them, what is said to who may not, and how they are read back."""

from datetime import timedelta

import pytest

from publishers.contract import CannotTell, Found, NotFound, Rejected
from publishers.limits import check
from tests.publishers.adapters.kit import NOON, Memory, picture, post
from tests.publishers.adapters.x import problem, x

__all__ = ["x"]

TIMELINE = "/2/users/1700000001/tweets"
WORDS = "High water at nine & low water at three, as <told> on tide.earth/tables by the harbour. "
LONG = (WORDS * 30).strip()
PLAIN = "You are not permitted to perform this action."


# -- who may


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"subscription_type": "Premium"}, "premium"),
        ({"subscription_type": "PremiumPlus"}, "premium"),
        ({"subscription_type": "Basic"}, "person"),
        ({"subscription_type": "None"}, "person"),
        ({"subscription_type": None}, "person"),
        ({"subscription_type": ["Premium"]}, "person"),
        ({}, "person"),
    ],
)
def test_a_subscription_makes_the_kind_of_account(server, x, told, kind):
    server.on("GET", "/2/users/me", 200, {"data": {"id": "5", "username": "harbour", **told}})
    [account] = x.accounts()
    assert account.kind == kind
    [asked] = server.seen("GET", "/2/users/me")
    assert "subscription_type" in asked.query["user.fields"].split(",")


@pytest.mark.parametrize(
    ("account", "text", "over"),
    [
        ("premium", "a" * 25_000, 0),
        ("premium", "a" * 25_001, 1),
        ("premium", "潮" * 12_501, 2),
        ("premium", "https://tide.earth/" + "a" * 300 + " " + "b" * 24_976, 0),
        ("person", "a" * 280, 0),
        ("person", "a" * 281, 1),
        ("", "a" * 281, 1),
    ],
)
def test_how_much_it_takes(x, account, text, over):
    said = [str(one) for one in check(post(text), x.spec, account=account)]
    assert [f"this is {over} over" in one for one in said] == ([True] if over else [])


# -- who may not


@pytest.mark.parametrize(
    "body",
    [
        problem(403, PLAIN),
        {"errors": [{"code": 186, "message": "Tweet needs to be a bit shorter."}]},
        problem(403, "The text of this post is too long."),
    ],
)
def test_a_long_text_that_is_refused(server, x, body):
    server.on("POST", "/2/tweets", 403, body)
    refused = x.publish(post(LONG), Memory())
    assert isinstance(refused, Rejected)
    assert "Only accounts with Premium write more than 280 characters" in refused.reason
    assert "Shorten the text" in refused.reason
    assert len(server.seen("POST", "/2/tweets")) == 1


def test_of_a_short_text_it_is_not_said(server, x):
    server.on("POST", "/2/tweets", 403, problem(403, PLAIN))
    assert "Premium" not in x.publish(post("Tide"), Memory()).reason


# -- read back


def row(text, **more):
    moment = f"{NOON + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}.000Z"
    return {"id": "77", "text": text, "created_at": moment, **more}


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def note(text, short="https://t.co/abc1"):
    urls = [{"url": short, "expanded_url": "http://tide.earth/tables"}]
    shown = escaped(text).replace("tide.earth/tables", short)
    return {"text": shown, "entities": {"urls": urls}}


BEGINNING = note(LONG)["text"][:240] + "…"
ITSELF = {"url": "https://t.co/me1", "expanded_url": "https://x.com/i/web/status/77"}


def look(server, x, payload, *rows):
    found = {"data": list(rows), "meta": {"result_count": len(rows)}}
    server.on("GET", TIMELINE, 200, found)
    return x.find(payload, Memory())


@pytest.mark.parametrize("name", ["note_post", "note_tweet"])
def test_the_whole_text_is_compared(server, x, name):
    shown = row(f"{BEGINNING} {ITSELF['url']}", entities={"urls": [ITSELF]}, **{name: note(LONG)})
    assert isinstance(look(server, x, post(LONG), shown), Found)


def test_another_end_is_for_a_person(server, x):
    shown = row(BEGINNING, note_post=note(f"{LONG} Or at ten."))
    assert isinstance(look(server, x, post(LONG), shown), CannotTell)


def test_another_long_post_is_not_in_the_way(server, x):
    other = "Buoys replaced in the east channel; the storm warning was lifted. " * 40
    assert look(server, x, post(LONG), row(other[:240] + "…", note_post=note(other))) == NotFound()


def test_a_long_post_with_a_picture(server, x):
    photo = {"url": "https://t.co/p1", "expanded_url": "https://x.com/tide/status/77/photo/1"}
    shown = row(
        f"{BEGINNING} https://t.co/p1",
        entities={"urls": [photo]},
        attachments={"media_keys": ["3_1"]},
        note_post=note(LONG),
    )
    assert isinstance(look(server, x, post(LONG, picture()), shown), Found)


@pytest.mark.parametrize("end", ["", " https://t.co/me1", " https://t.co/unknown"])
@pytest.mark.parametrize("told", [None, {}, {"text": ""}, {"text": 7}])
def test_where_only_the_beginning_is_shown_nobody_can_tell(server, x, end, told):
    urls = [ITSELF, *note(LONG)["entities"]["urls"]]
    shown = row(BEGINNING + end, entities={"urls": urls}, note_post=told)
    saw = look(server, x, post(LONG), shown)
    assert isinstance(saw, CannotTell)
    assert "only how a post begins" in saw.reason


@pytest.mark.parametrize("text", ["High water at nine…", "High water at nine & low water at three"])
def test_a_short_post_that_begins_alike_is_another_one(server, x, text):
    assert look(server, x, post(LONG), row(escaped(text))) == NotFound()


def test_a_short_text_is_not_taken_for_the_beginning_of_a_long_one(server, x):
    assert look(server, x, post(WORDS), row(BEGINNING)) == NotFound()


# -- changing


def test_a_long_post_that_says_so_already_is_not_changed(server, x):
    found = {"id": "7", "text": BEGINNING, "note_post": note(LONG), "edit_history_post_ids": ["7"]}
    server.on("GET", "/2/tweets/7", 200, {"data": found})
    assert x.edit("7", post(LONG)) is None
    assert server.seen("POST", "/2/tweets") == []
