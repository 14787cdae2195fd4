"""Discord over real HTTP: what is sent to the letter, and what refusals mean."""

import json
from dataclasses import replace

import pytest

from publishers.adapters.discord import Discord
from publishers.contract import Account, Published, Reconnect, Rejected, TryLater, Uncertain
from publishers.rates import Meter
from tests.publishers.adapters.discord import (
    ABOUT,
    CHANNEL,
    HOOK,
    KEY,
    LINK,
    ME,
    MESSAGE,
    NUMBER,
    SENT,
    SERVER,
    hook,
    no,
)
from tests.publishers.adapters.kit import Memory, film, picture, png, post, reply

__all__ = ["hook"]
INERT = {"allowed_mentions": {"parse": []}}


def sent(server):
    return server.requests[-1].json


# -- what is sent


def test_a_text_calls_nobody_and_waits_for_its_number(server, hook, step):
    words = "Tide at *nine*, @everyone and <@17> \U0001f30a"
    assert hook.publish(post(words), step) == Published(NUMBER, LINK)
    assert sent(server) == {"content": words, **INERT}
    assert server.requests[-1].query == {"wait": "true"}


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({"links": "plain"}, {"flags": 4}),
        ({"sound": "silent"}, {"flags": 4096}),
        ({"links": "plain", "sound": "silent"}, {"flags": 4100}),
        ({"thread_name": " High water "}, {"thread_name": "High water"}),
    ],
)
def test_choices(server, hook, step, options, more):
    hook.publish(post(options=options), step)
    assert sent(server) == {"content": "Tide at nine", **INERT, **more}


def test_pictures_and_films_go_along_with_their_words(server, hook, step):
    hook.publish(post("", picture("A pier"), film("")), step)
    parts = server.requests[-1].parts
    assert parts["files[0]"] == png()
    names = [one["filename"] for one in json.loads(parts["payload_json"])["attachments"]]
    assert [name.rpartition(".")[2] for name in names] == ["png", "mp4"]
    assert json.loads(parts["payload_json"]) == {
        **INERT,
        "attachments": [
            {"id": "0", "filename": names[0], "description": "A pier"},
            {"id": "1", "filename": names[1]},
        ],
    }


def test_in_a_thread_it_is_found_by_both_numbers(server, hook, step):
    server.scripts[("POST", HOOK)] = [(200, {**SENT, "channel_id": "77"}, {})]
    outcome = hook.publish(post(options={"thread": "77"}), step)
    assert server.requests[-1].query == {"wait": "true", "thread_id": "77"}
    number = "@110201543/77/42"
    assert outcome == Published(number, f"https://web.example/channels/{SERVER}/77/42")
    assert hook.edit(number, post()) is None
    assert hook.remove(number) is None
    assert [one.query for one in server.requests[-2:]] == [{"thread_id": "77"}] * 2


def test_a_thread_that_is_gone_is_not_the_channel(server, hook, step):
    for method, path in (("POST", HOOK), ("PATCH", MESSAGE), ("DELETE", MESSAGE)):
        server.scripts[(method, path)] = [(*no(404, 10003, "Unknown Channel"), {})]
    assert isinstance(hook.publish(post(options={"thread": "77"}), step), Rejected)
    assert isinstance(hook.edit("77/42", post()), Rejected)
    assert hook.remove("77/42") is None


def test_a_thread_that_is_no_number_is_not_sent(server, hook, step):
    assert isinstance(hook.publish(post(options={"thread": "tides"}), step), Rejected)
    assert server.requests == []


# -- what a refusal means

NESTED = {
    "embeds": {"0": {"title": {"_errors": [{"code": "X", "message": "Too long."}]}}},
    "content": {"_errors": [{"code": "Y", "message": "Must be 2000 or fewer in length."}]},
}


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (no(404, 10015, "Unknown Webhook"), Reconnect, "was deleted"),
        (no(404, 10003, "Unknown Channel"), Reconnect, "was deleted"),
        (no(401, 50027, "Invalid Webhook Token"), Reconnect, "Connect the account again"),
        (no(403, 50013, "Missing Permissions"), Reconnect, "does not let this webhook post"),
        (no(404, 0, "404: Not Found"), Reconnect, "does not know this webhook"),
        (no(400, 50035, "Invalid Form Body", errors=NESTED), Rejected, "Too long. Must be 2000"),
        (no(400, 50035, "Invalid Form Body", errors={"a": 7}), Rejected, "“Invalid Form Body”"),
        (no(400, 50006, "Cannot send an empty message"), Rejected, "Write something"),
        (no(413, 40005, "Request entity too large"), Rejected, "smaller"),
        ((413, None), Rejected, "smaller"),
        (no(400, 220001, "Webhooks posted to forum channels…"), Rejected, "is a forum"),
        (no(400, 220002, "Not both"), Rejected, "not both"),
        (no(400, 220003, "Only in forum channels"), Rejected, "Only a forum"),
        (no(400, 50083, "Thread is archived"), Rejected, "closed"),
        (no(400, 240000, "Message blocked by harmful links filter"), Rejected, "filter"),
        (no(500, 0, "500: Internal Server Error"), Uncertain, "may be live"),
        (no(503, 130000, "API resource is currently overloaded"), Uncertain, "may be live"),
        ((204, None), Uncertain, "which one"),
        ((200, {"id": 42}), Uncertain, "which one"),
        ((200, b"<html>"), Uncertain, "which one"),
        ((0, None), Uncertain, "no full answer"),
    ],
)
def test_refusals(server, hook, step, answer, outcome, words):
    server.scripts[("POST", HOOK)] = [(*answer, {})]
    found = hook.publish(post(), step)
    assert isinstance(found, outcome), found
    assert words in found.reason
    assert len(server.requests) == 1, "many refusals in a row shut out the whole address"


@pytest.mark.parametrize(
    ("answer", "headers", "after", "whom"),
    [
        (no(429, 0, retry_after=1.337, **{"global": False}), {"Retry_After": "2"}, 2, "us"),
        (no(429, 0, retry_after=64.2, **{"global": True}), {}, 65, "this whole installation"),
        (no(429, 0, retry_after="soon"), {"X_RateLimit_Reset_After": "1"}, None, "us"),
        ((429, b"<html>rate limited</html>"), {"Retry_After": "600"}, 600, "this whole"),
    ],
)
def test_how_long_to_wait(server, hook, step, answer, headers, after, whom):
    for method, path in (("POST", HOOK), ("DELETE", MESSAGE)):
        server.scripts[(method, path)] = [(*answer, headers)]
    for found in (hook.publish(post(), step), hook.remove("42")):
        assert isinstance(found, TryLater)
        assert (found.after, found.rate_limited) == (after, True)
        assert f"asks {whom}" in found.reason


def test_its_headers_say_what_is_left():
    meter = Meter(Discord.spec.rates)
    said = {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "1.5"}
    meter.note(reply(200, SENT, **said), commits=True)
    moment, minute = meter.take()
    assert (moment.limit, moment.remaining, moment.resets_in) == (5, 1, 2)
    assert (minute.remaining, minute.spent) == (None, 1), "of which nothing is said"


# -- afterwards


def test_a_text_is_changed_and_its_files_stay(server, hook):
    assert hook.edit("42", post("Low tide", options={"links": "plain", "sound": "silent"})) is None
    assert sent(server) == {"content": "Low tide", "flags": 4, **INERT}
    assert hook.edit("42", post("", picture())) is None
    assert sent(server) == {"content": "", "flags": 0, **INERT}


@pytest.mark.parametrize(
    ("answer", "edited", "removed"),
    [
        (no(404, 10008, "Unknown Message"), Rejected, type(None)),
        (no(404, 10015, "Unknown Webhook"), Reconnect, Reconnect),
        (no(401, 50027, "Invalid Webhook Token"), Reconnect, Reconnect),
        (no(500, 0, "500"), TryLater, TryLater),
    ],
)
def test_what_is_gone(server, hook, answer, edited, removed):
    for method in ("PATCH", "DELETE"):
        server.scripts[(method, MESSAGE)] = [(*answer, {})]
    assert isinstance(hook.edit("42", post()), edited)
    assert isinstance(hook.remove("42"), removed)


def test_what_another_webhook_wrote_is_not_looked_for(server, hook):
    for method in ("PATCH", "DELETE"):
        server.scripts[(method, MESSAGE)] = [(*no(404, 10008, "Unknown Message"), {})]
    assert hook.remove(NUMBER) is None
    hook.account = replace(ME, token="7/hush-and-another-secret")
    before = len(server.requests)
    for found in (hook.remove(NUMBER), hook.edit(NUMBER, post())):
        assert isinstance(found, Rejected), "it is live"
        assert "Another webhook" in found.reason
    assert len(server.requests) == before


# -- the webhook


@pytest.mark.parametrize(
    "typed",
    [
        f"https://discord.com/api/webhooks/{KEY}",
        f"https://canary.discord.com/api/v10/webhooks/{KEY}?thread_id=77",
        f" https://discordapp.com/api/webhooks/{KEY}/ ",
        KEY,
    ],
)
def test_an_address_as_people_copy_it(server, hook, typed):
    hook.account = Account("", "", token=typed)
    picture_of = "https://cdn.discordapp.com/avatars/110201543/a1b2.png"
    assert hook.accounts() == [replace(ME, avatar_url=picture_of)]
    assert server.requests[-1].path == HOOK


def test_another_webhook_of_the_channel_is_the_same_account(server, hook):
    server.scripts[("GET", HOOK)] = [(200, {**ABOUT, "id": "7", "name": "Crew"}, {})]
    [found] = hook.accounts()
    assert (found.remote_id, found.name) == (ME.remote_id, "Crew")


@pytest.mark.parametrize(
    "typed", ["", "hush", "https://discord.com/channels/1/2", "https://tide.earth/webhooks/a/hush"]
)
def test_what_is_no_webhook_is_not_sent(server, hook, typed):
    hook.account = Account("", "", token=typed)
    found = hook.accounts()
    assert isinstance(found, Rejected)
    assert "hush" not in found.reason
    assert server.requests == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (no(404, 10015, "Unknown Webhook"), Reconnect),
        (no(401, 50027, "Invalid Webhook Token"), Reconnect),
        ((200, {**ABOUT, "type": 2}), Rejected),
        ((200, {**ABOUT, "guild_id": None}), Rejected),
        ((200, b"<html>"), Rejected),
        ((500, None), TryLater),
    ],
)
def test_a_webhook_that_opens_nothing(server, hook, answer, outcome):
    server.scripts[("GET", HOOK)] = [(*answer, {})]
    assert isinstance(hook.accounts(), outcome)


def test_the_secret_shows_nowhere(server, hook, caplog):
    caplog.set_level("DEBUG")
    for status, body in ((0, None), (200, {}), (302, None), (404, {}), (500, None), (200, b"<p>")):
        for method in ("POST", "GET"):
            server.scripts[(method, HOOK)] = [(status, body, {"Location": "/elsewhere"})]
        memory = Memory()
        for found in (hook.publish(post(), memory), hook.accounts(), memory.kept, hook.account):
            assert "hush" not in repr(found)
    assert "hush" not in caplog.text
    assert CHANNEL not in caplog.text
    assert "127.0.0.1" in caplog.text
