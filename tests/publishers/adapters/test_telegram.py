"""Telegram over real HTTP: what is sent to the letter, and what refusals mean."""

import json
from dataclasses import replace

import pytest

from publishers.adapters.telegram import Telegram
from publishers.contract import Published, Reconnect, Rejected, ReplyTo, TryLater, Uncertain
from tests.publishers.adapters.kit import Memory, film, picture, png, post
from tests.publishers.adapters.telegram import CHAT, ME, NUMBER, bot, message, no, path, yes

__all__ = ["bot"]
LINK = "https://web.example/tidewater/42"


def sent(server):
    return server.requests[-1].json


# -- what is sent


def test_a_text_is_sent_as_it_is_and_can_smuggle_no_markup_in(server, bot, step):
    words = "Tide <b>at</b> *nine* [here](https://tide.earth) &amp; @ana #tides \U0001f30a"
    assert bot.publish(post(words), step) == Published("42", LINK)
    assert sent(server) == {"chat_id": NUMBER, "text": words}


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({"sound": "silent"}, {"disable_notification": True}),
        ({"sharing": "protected"}, {"protect_content": True}),
        ({"link_preview": "none"}, {"link_preview_options": {"is_disabled": True}}),
        ({"link_preview": "above"}, {"link_preview_options": {"show_above_text": True}}),
        ({"caption": "above"}, {}),
    ],
)
def test_choices(server, bot, step, options, more):
    bot.publish(post(options=options), step)
    assert sent(server) == {"chat_id": NUMBER, "text": "Tide at nine", **more}


def test_a_picture_goes_along_with_its_text(server, bot, step):
    chosen = {"caption": "above", "sound": "silent"}
    assert bot.publish(post("Tide", picture(), options=chosen), step) == Published("42", LINK)
    [request] = server.seen("POST", path("sendPhoto"))
    assert request.parts == {
        "chat_id": str(NUMBER).encode(),
        "disable_notification": b"true",
        "caption": b"Tide",
        "show_caption_above_media": b"true",
        "photo": png(),
    }


def test_a_film_says_how_large_and_how_long_it_is(server, bot, step):
    bot.publish(post("", film()), step)
    [request] = server.seen("POST", path("sendVideo"))
    told = {name: request.parts[name] for name in ("width", "height", "duration")}
    assert told == {"width": b"1080", "height": b"1920", "duration": b"9"}
    assert "caption" not in request.parts


def test_an_album_is_several_messages_with_one_text(server, bot, step):
    outcome = bot.publish(post("Tide", picture(), film()), step)
    assert outcome == Published("42,43", LINK)
    [request] = server.seen("POST", path("sendMediaGroup"))
    first, second = json.loads(request.parts["media"])
    assert first == {"type": "photo", "media": "attach://file0", "caption": "Tide"}
    assert (second["type"], second["media"]) == ("video", "attach://file1")
    assert "caption" not in second
    assert request.parts["file0"] == png()


def test_a_part_answers_the_first_message_of_the_one_before(server, bot, step):
    bot.publish(post(kind="part", reply_to=ReplyTo("42,43", "42,43")), step)
    assert sent(server)["reply_parameters"] == {"message_id": 42}


@pytest.mark.parametrize(
    ("remote_id", "link"), [(str(NUMBER), "https://web.example/c/1234567890/42"), ("-77", "")]
)
def test_where_it_stands_without_a_public_name(server, bot, step, remote_id, link):
    bot.account = replace(ME, remote_id=remote_id, kind="private")
    nameless = {**CHAT, "username": None, "id": int(remote_id)}
    server.scripts[("POST", path("sendMessage"))] = [(200, yes(message(chat=nameless)), {})]
    assert bot.publish(post(), step) == Published("42", link)
    assert bot.remote_id_in(link, bot.account) == ("42" if link else "")


# -- what a refusal means


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (no(401, "Unauthorized"), Reconnect, "Connect the account again"),
        (no(404, "Not Found"), Reconnect, "does not know the bot's token"),
        (no(403, "Forbidden: bot was kicked from the channel chat"), Reconnect, "administrator"),
        (no(403, "Forbidden: bot is not a member of the channel chat"), Reconnect, "connect"),
        (no(403, "Forbidden: bot was blocked by the user"), Reconnect, "connect"),
        (no(400, "Bad Request: not enough rights to send photos"), Reconnect, "right to post"),
        (no(400, "Bad Request: need administrator rights in the channel chat"), Reconnect, "right"),
        (no(400, "Bad Request: chat not found"), Rejected, "Connect it again, or take it off"),
        (no(400, "Bad Request: message is too long"), Rejected, "Shorten"),
        (no(400, "Bad Request: message caption is too long"), Rejected, "Shorten"),
        (no(400, "Bad Request: message text is empty"), Rejected, "Write something"),
        (no(400, "Bad Request: can't parse entities"), Rejected, "“Bad Request: can't parse"),
        (no(400, "Bad Request: wrong file identifier/HTTP URL specified"), Rejected, "as JPEG"),
        (no(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"), Rejected, "as JPEG"),
        (no(400, "Bad Request: message to be replied not found"), Rejected, "no longer there"),
        (no(400, "Bad Request: file is too big"), Rejected, "smaller"),
        (no(413, "Request Entity Too Large"), Rejected, "smaller"),
        (no(409, "Conflict: terminated by other getUpdates request"), Rejected, "Conflict"),
        (no(500, "Internal Server Error"), Uncertain, "may be live"),
        ((502, b"<html>Bad Gateway</html>"), Uncertain, "may be live"),
        ((200, {"ok": False}), Uncertain, "which one"),
        ((200, yes({})), Uncertain, "which one"),
        ((200, yes([])), Uncertain, "which one"),
        ((0, None), Uncertain, "no full answer"),
    ],
)
def test_refusals(server, bot, step, answer, outcome, words):
    server.scripts[("POST", path("sendMessage"))] = [(*answer, {})]
    found = bot.publish(post(), step)
    assert isinstance(found, outcome), found
    assert words in found.reason


@pytest.mark.parametrize(
    ("parameters", "headers", "after"),
    [
        ({"retry_after": 35}, {"Retry_After": "3"}, 35),
        ({}, {"Retry_After": "7"}, 7),
        ({}, {}, None),
    ],
)
def test_how_long_to_wait_stands_in_the_answer(server, bot, step, parameters, headers, after):
    refusal = no(429, "Too Many Requests: retry after 35", **parameters)
    for method in ("sendMessage", "getChatMemberCount"):
        server.scripts[("POST", path(method))] = [(*refusal, headers)]
    for found in (bot.publish(post(), step), bot.audience()):
        assert isinstance(found, TryLater)
        assert (found.after, found.rate_limited) == (after, True)


GROWN = no(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001009)
THERE = {"id": -1001009, "type": "supergroup", "title": "Crew"}


def group(bot):
    bot.account = replace(ME, remote_id="-77", handle="Crew", kind="private")
    return bot


def test_a_group_that_grew_has_another_number(server, bot, step):
    there = (200, yes(message(chat=THERE)), {})
    server.scripts[("POST", path("sendMessage"))] = [(*GROWN, {}), there]
    moved = group(bot).publish(post(), step)
    assert isinstance(moved, TryLater)
    assert moved.rate_limited, "it uses up no try"
    live = bot.publish(post(), step)
    assert live == Published("-1001009/42", "https://web.example/c/1009/42")
    assert sent(server)["chat_id"] == -1001009
    # What follows it goes there at once, and what is done to it is done there.
    bot.publish(post(kind="part", reply_to=ReplyTo(live.remote_id, live.remote_id)), Memory())
    assert sent(server)["reply_parameters"] == {"message_id": 42}
    assert sent(server)["chat_id"] == -1001009
    assert bot.remove(live.remote_id) is None
    assert sent(server) == {"chat_id": -1001009, "message_id": 42}
    # A question about the chat is asked again.
    server.scripts[("POST", path("getChatMemberCount"))] = [(*GROWN, {}), (200, yes(7), {})]
    assert bot.audience() == {"followers": 7.0}


def test_an_older_number_means_another_message_where_the_group_went(server, bot, step):
    for method in ("sendMessage", "deleteMessage", "editMessageText"):
        server.scripts[("POST", path(method))] = [(*GROWN, {}), (200, yes(message()), {})]
    part = post(kind="part", reply_to=ReplyTo("42", "42"))
    assert isinstance(group(bot).publish(part, step), TryLater)
    assert isinstance(bot.publish(part, step), Published)
    assert sent(server) == {"chat_id": -1001009, "text": "Tide at nine"}
    for found in (bot.remove("42"), bot.edit("42", post())):
        assert isinstance(found, Rejected)
        assert "by hand" in found.reason
        assert sent(server)["chat_id"] == -77, "nothing is done to what has this number there"


# -- afterwards


def test_a_text_and_a_caption_are_changed(server, bot):
    chosen = {"link_preview": "none", "caption": "above"}
    assert bot.edit("42", post("Low tide", options=chosen)) is None
    where = {"chat_id": NUMBER, "message_id": 42}
    preview = {"link_preview_options": {"is_disabled": True}}
    assert sent(server) == {**where, "text": "Low tide", **preview}
    assert bot.edit("42,43", post("Low tide", picture(), options=chosen)) is None
    assert sent(server) == {**where, "caption": "Low tide", "show_caption_above_media": True}
    assert server.requests[-1].path == path("editMessageCaption")


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        ("Bad Request: message is not modified: it is exactly the same", None),
        ("Bad Request: message to edit not found", "no longer there"),
        ("Bad Request: message can't be edited", "Send it anew"),
    ],
)
def test_a_change_refused(server, bot, words, fix):
    server.scripts[("POST", path("editMessageText"))] = [(*no(400, words), {})]
    found = bot.edit("42", post("Low tide"))
    assert (found is None) if fix is None else (fix in found.reason)


def test_all_messages_of_an_album_are_taken_back(server, bot):
    gone = no(400, "Bad Request: message to delete not found")
    server.scripts[("POST", path("deleteMessage"))] = [(200, yes(True), {}), (*gone, {})]
    assert bot.remove("42,43") is None
    assert [one.json["message_id"] for one in server.requests] == [42, 43]
    kept = no(400, "Bad Request: message can't be deleted for everyone")
    server.scripts[("POST", path("deleteMessage"))] = [(*kept, {})]
    found = bot.remove("42,43")
    assert isinstance(found, Rejected)
    assert "by hand" in found.reason


def test_followers(bot):
    assert bot.audience() == {"followers": 812.0}


@pytest.mark.parametrize(
    ("address", "remote_id"),
    [
        ("https://t.me/tidewater/42", "42"),
        ("https://t.me/tidewater/42?single", "42"),
        ("https://t.me/c/1234567890/42", "42"),
        ("https://t.me/tidewater/5/42", "42"),
        ("https://t.me/TideWater/42", "42"),
        ("https://t.me/tidewater", ""),
        ("https://t.me/c/1234567890", ""),
        ("https://t.me/elsewhere/42", ""),
        ("https://t.me/c/77/42", ""),
    ],
)
def test_the_number_in_an_address(address, remote_id):
    assert Telegram.remote_id_in(address, ME) == remote_id


# -- the token, which stands in the address


def test_the_token_shows_nowhere(server, bot, caplog):
    caplog.set_level("DEBUG")
    for status, body in ((0, None), (200, {}), (302, None), (404, {}), (500, None), (200, b"<p>")):
        for method in ("sendMessage", "getMe"):
            server.scripts[("POST", path(method))] = [(status, body, {"Location": "/elsewhere"})]
        memory = Memory()
        for found in (bot.publish(post(), memory), bot.accounts(), memory.kept, bot.account):
            assert "hush" not in repr(found)
    assert "hush" not in caplog.text
    assert "127.0.0.1" in caplog.text
