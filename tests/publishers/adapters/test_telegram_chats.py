"""Telegram: which channels and groups a bot's token opens, as it is typed when connecting."""

from dataclasses import replace

import pytest

from publishers.contract import Account, Reconnect, Rejected, TryLater
from tests.publishers.adapters.telegram import CHAT, ME, NUMBER, RIGHTS, TOKEN, bot, no, path, yes

__all__ = ["bot"]
GROUP = {"id": -77, "type": "group", "title": "Crew"}


@pytest.fixture
def typed(bot):
    """`typed("@tidewater")`: what comes of the token with this after it."""

    def connect(more="", **known):
        bot.account = Account("", "", token=f"{TOKEN} {more}".strip(), **known)
        return bot.accounts()

    return connect


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("@tidewater", "@tidewater"),
        ("tidewater", "@tidewater"),
        ("https://t.me/tidewater/", "@tidewater"),
        ("t.me/tidewater", "@tidewater"),
        (str(NUMBER), NUMBER),
    ],
)
def test_a_channel_as_people_write_it(server, typed, written, asked):
    found = typed(written)
    assert found == [Account(str(NUMBER), "tidewater", "Tidewater", token=TOKEN)]
    assert found[0].token == TOKEN, "of which the rest is kept nowhere"
    assert server.seen("POST", path("getChat"))[0].json == {"chat_id": asked}
    member = server.seen("POST", path("getChatMember"))[0].json
    assert member == {"chat_id": NUMBER, "user_id": 110201543}


def test_several_and_the_same_one_twice(server, typed):
    server.scripts[("POST", path("getChat"))] = [
        (200, yes(CHAT), {}),
        (200, yes(GROUP), {}),
        (200, yes(CHAT), {}),
    ]
    found = typed("@tidewater -77 tidewater")
    assert [(one.handle, one.kind) for one in found] == [
        ("tidewater", "person"),
        ("Crew", "private"),
    ]


def test_with_the_token_alone_what_the_bot_was_told_says_where_it_is(server, typed):
    rows = [
        {"update_id": 1, "my_chat_member": {"chat": CHAT}},
        {"update_id": 2, "channel_post": {"chat": CHAT}},
        {"update_id": 3, "message": {"chat": {"id": 17, "type": "private"}}},
    ]
    server.on("POST", path("getUpdates"), 200, yes(rows))
    server.scripts[("POST", path("getChat"))] = [
        (200, yes(CHAT), {}),
        (200, yes({"id": 17, "type": "private", "first_name": "Ana"}), {}),
    ]
    assert [one.handle for one in typed()] == ["tidewater"]
    assert "offset" not in server.seen("POST", path("getUpdates"))[0].json, "nothing is used up"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, yes([])), Rejected),
        (no(409, "Conflict: can't use getUpdates method while webhook is active"), Rejected),
        (no(429, "Too Many Requests", retry_after=3), TryLater),
        ((500, None), TryLater),
    ],
)
def test_with_the_token_alone_it_may_not_be_known(server, typed, answer, outcome):
    server.on("POST", path("getUpdates"), *answer)
    found = typed()
    assert isinstance(found, outcome)
    assert outcome is TryLater or "Write the channel after the token" in found.reason


@pytest.mark.parametrize(
    ("chat", "rights", "may"),
    [
        (CHAT, {"status": "creator"}, True),
        (CHAT, {**RIGHTS, "can_post_messages": False}, False),
        (CHAT, {"status": "member"}, False),
        (CHAT, {"status": "left"}, False),
        (GROUP, {"status": "member"}, True),
        (GROUP, {"status": "restricted", "can_send_messages": True}, True),
        (GROUP, {"status": "restricted"}, False),
        (GROUP, {"status": "kicked"}, False),
    ],
)
def test_whether_it_may_post_there(server, typed, chat, rights, may):
    server.scripts[("POST", path("getChat"))] = [(200, yes(chat), {})]
    server.scripts[("POST", path("getChatMember"))] = [(200, yes(rights), {})]
    found = typed("@tidewater")
    assert isinstance(found, list) if may else "Make it an administrator" in found.reason


@pytest.mark.parametrize("typed_in", ["", "@tidewater", "hush", "110201543", "110201543:short"])
def test_what_is_no_token_is_not_sent(server, bot, typed_in):
    bot.account = Account("", "", token=typed_in)
    found = bot.accounts()
    assert isinstance(found, Rejected)
    assert "hush" not in found.reason
    assert server.requests == []


@pytest.mark.parametrize(
    ("method", "answer", "outcome", "words"),
    [
        ("getMe", no(401, "Unauthorized"), Reconnect, "no longer accepts"),
        ("getMe", no(404, "Not Found"), Reconnect, "token"),
        ("getMe", (200, yes({})), TryLater, "whose token"),
        ("getMe", (200, {}), TryLater, "not answer as expected"),
        ("getChat", no(400, "Bad Request: chat not found"), Rejected, "another name"),
        ("getChat", (200, yes({"id": 17, "type": "private"})), Rejected, "is not a channel"),
        ("getChatMember", no(403, "Forbidden: bot was kicked"), Reconnect, "administrator"),
    ],
)
def test_what_it_does_not_open(server, typed, method, answer, outcome, words):
    server.scripts[("POST", path(method))] = [(*answer, {})]
    found = typed("@tidewater")
    assert isinstance(found, outcome), found
    assert words in found.reason


def test_a_connected_channel_is_asked_for_by_its_number(server, bot):
    """The token is all that is kept."""
    bot.account = replace(ME, handle="an older name")
    [found] = bot.accounts()
    assert (found.remote_id, found.handle) == (ME.remote_id, "tidewater")
    assert server.seen("POST", path("getChat"))[0].json == {"chat_id": NUMBER}
    assert server.seen("POST", path("getUpdates")) == []
