"""Mastodon over real HTTP: the server, the account, and what is sent, changed and removed."""

from dataclasses import replace

import pytest

from publishers.adapters.mastodon import Mastodon
from publishers.contract import (
    Account,
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    TryLater,
)
from tests.publishers.adapters.kit import picture, png, post
from tests.publishers.adapters.mastodon import (
    INSTANCE,
    ME,
    MEDIA,
    SCOPES,
    STATUSES,
    film,
    mastodon,
    publish,
    status,
)

__all__ = ["mastodon"]
WORKED_ON = "/api/v1/media/11"


# -- the server and the account


def test_we_register_ourselves(server, mastodon):
    server.on("POST", "/api/v1/apps", 200, {"client_id": "me", "client_secret": "s"})
    mastodon.account = Account("", "")
    assert mastodon.register("Drumbeat", "https://drum.example/callback/") == ("me", "s")
    [sent] = server.seen("POST", "/api/v1/apps")
    assert b"redirect_uris=https%3A%2F%2Fdrum.example%2Fcallback%2F" in sent.body
    assert b"scopes=read%3Aaccounts+read%3Astatuses+write%3Astatuses+write%3Amedia" in sent.body
    assert "Authorization" not in sent.headers


@pytest.mark.parametrize(
    ("code", "body", "outcome"),
    [
        (200, {"id": "1"}, Rejected),
        (404, {"error": "Not found"}, Rejected),
        (422, {"error": "Validation failed: Redirect URI"}, Rejected),
        (503, None, TryLater),
    ],
)
def test_a_server_that_does_not_register_us(server, mastodon, code, body, outcome):
    server.on("POST", "/api/v1/apps", code, body)
    assert isinstance(mastodon.register("Drumbeat", "https://drum.example/callback/"), outcome)


def test_never_in_the_clear(server, mastodon):
    mastodon.app = replace(mastodon.app, api_url="http://tide.example")
    refused = mastodon.register("Drumbeat", "https://drum.example/callback/")
    assert isinstance(refused, Rejected)
    assert "https" in refused.reason
    assert server.requests == []


def test_the_account(server, mastodon):
    who = {
        "id": "5",
        "username": "harbour",
        "display_name": "Harbour",
        "avatar_static": "https://a",
    }
    server.on("GET", "/api/v1/accounts/verify_credentials", 200, who)
    name = server.url.removeprefix("http://")
    assert mastodon.accounts() == [
        Account(f"5@{name}", f"harbour@{name}", "Harbour", avatar_url="https://a", token="hush")
    ]


def test_the_audience(server, mastodon):
    who = {"id": "5", "followers_count": 120, "following_count": 0, "statuses_count": None}
    server.on("GET", "/api/v1/accounts/verify_credentials", 200, who)
    assert mastodon.audience() == {"followers": 120, "following": 0}


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("https://tide.example/@tide/115", "115"),
        ("https://tide.example/@tide@else.example/115?x=1", "115"),
        ("https://tide.example/@tide/statuses/01HZX", "01HZX"),
        ("https://tide.example/@tide", ""),
        ("https://tide.example/about", ""),
    ],
)
def test_the_id_in_an_address(address, number):
    assert Mastodon.remote_id_in(address, ME) == number


# -- what is sent


def test_a_text(server, mastodon):
    outcome = publish(server, mastodon)
    assert outcome == Published("1", "https://tide.example/@tide/1")
    [sent] = server.seen("POST", STATUSES)
    assert sent.json == {"status": "Tide at nine"}
    assert sent.headers["Authorization"] == "Bearer hush"
    assert sent.headers["Idempotency-Key"] == post().client_token


def test_a_server_that_does_not_say_where_it_is(server, mastodon):
    outcome = publish(server, mastodon, body=status(url=None))
    assert outcome == Published("1", "https://web.example/@tide/1")


def test_what_was_chosen_for_it(server, mastodon):
    options = {
        "visibility": "unlisted",
        "spoiler_text": "Water",
        "sensitive": "yes",
        "language": "pt",
        "quote_approval_policy": "nobody",
        "numbering": "yes",
    }
    publish(server, mastodon, payload=post(options=options))
    [sent] = server.seen("POST", STATUSES)
    del options["numbering"]
    assert sent.json == {"status": "Tide at nine", **options, "sensitive": True}


@pytest.mark.parametrize("language", ["", "english", "PT"])
def test_a_language_that_is_none_is_not_sent(server, mastodon, language):
    publish(server, mastodon, payload=post(options={"language": language}))
    assert "language" not in server.seen("POST", STATUSES)[0].json


@pytest.mark.parametrize("kind", ["part", "comment"])
def test_an_answer(server, mastodon, kind):
    publish(server, mastodon, payload=post(kind=kind, reply_to=ReplyTo("1", "2")))
    assert server.seen("POST", STATUSES)[0].json["in_reply_to_id"] == "2"


def test_pictures_with_their_descriptions(server, mastodon, step):
    server.scripts[("POST", MEDIA)] = []
    server.on("POST", MEDIA, 200, {"id": "11"})
    server.on("POST", MEDIA, 200, {"id": "12"})
    payload = post("", picture("A pier"), picture("", png((9, 9, 9))))
    assert mastodon.prepare(payload, step) is None
    first, second = server.seen("POST", MEDIA)
    assert first.parts == {"description": b"A pier", "file": png()}
    assert second.parts == {"file": png((9, 9, 9))}
    publish(server, mastodon, payload=payload, step=step)
    assert server.seen("POST", STATUSES)[0].json == {"status": "", "media_ids": ["11", "12"]}


def test_a_server_of_the_older_kind(server, mastodon, step):
    server.scripts[("POST", MEDIA)] = []
    server.on("POST", MEDIA, 404, {"error": "Not found"})
    server.on("POST", "/api/v1/media", 200, {"id": "11"})
    assert mastodon.prepare(post("", picture()), step) is None
    assert len(server.seen("POST", "/api/v1/media")) == 1


def test_a_video_is_worked_on_first(server, mastodon, step):
    server.scripts[("POST", MEDIA)] = []
    server.on("GET", "/api/v2/instance", 200, INSTANCE)
    server.on("POST", MEDIA, 202, {"id": "11", "url": None})
    server.on("GET", WORKED_ON, 206, {"id": "11", "url": None})
    server.on("GET", WORKED_ON, 200, {"id": "11", "url": "https://files.example/11"})
    payload = post("", film())
    assert mastodon.prepare(payload, step) == Processing("11", 5)
    assert isinstance(mastodon.publish(payload, step), TryLater)
    assert server.seen("POST", STATUSES) == []
    assert mastodon.prepare(payload, step) is None
    assert len(server.seen("POST", MEDIA)) == len(server.seen("GET", "/api/v2/instance")) == 1
    assert isinstance(publish(server, mastodon, payload=payload, step=step), Published)


@pytest.mark.parametrize(
    ("code", "outcome", "again"),
    [(422, Rejected, True), (404, TryLater, True), (503, TryLater, False)],
)
def test_a_video_that_does_not_become_ready(server, mastodon, step, code, outcome, again):
    server.scripts[("POST", MEDIA)] = []
    server.on("GET", "/api/v2/instance", 404)
    server.on("POST", MEDIA, 202, {"id": "11"})
    server.on("GET", WORKED_ON, code, {"error": "Error processing thumbnail"})
    payload = post("", film())
    assert isinstance(mastodon.prepare(payload, step), outcome)
    mastodon.prepare(payload, step)
    assert len(server.seen("POST", MEDIA)) == (2 if again else 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"size": 100_000}, "at most 0 MB"), ({"mime": "video/webm"}, "not take videos of this kind")],
)
def test_a_video_that_this_server_does_not_take(server, mastodon, step, wrong, words):
    server.on("GET", "/api/v2/instance", 200, INSTANCE)
    refused = mastodon.prepare(post("", replace(film(), **wrong)), step)
    assert isinstance(refused, Rejected)
    assert words in refused.reason
    assert server.seen("POST", MEDIA) == []


# -- afterwards


@pytest.mark.parametrize(("code", "body"), [(200, status()), (404, {"error": "Record not found"})])
def test_remove(server, mastodon, code, body):
    server.on("DELETE", f"{STATUSES}/7", code, body)
    assert mastodon.remove("7") is None


def test_remove_refused(server, mastodon):
    server.on("DELETE", f"{STATUSES}/7", 403, SCOPES)
    assert isinstance(mastodon.remove("7"), Reconnect)


def test_an_edit_repeats_what_is_there(server, mastodon):
    before = status("7", spoiler_text="Water", sensitive=True, media_attachments=[{"id": "11"}])
    server.on("GET", f"{STATUSES}/7", 200, before)
    server.on("PUT", f"{STATUSES}/7", 200, status("7"))
    payload = post("Tide at ten", picture("A pier"), options={"visibility": "private"})
    assert mastodon.edit("7", payload) is None
    assert server.seen("PUT", f"{STATUSES}/7")[0].json == {
        "status": "Tide at ten",
        "spoiler_text": "Water",
        "sensitive": True,
        "media_ids": ["11"],
        "media_attributes": [{"id": "11", "description": "A pier"}],
    }


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_edit_of_what_is_gone(server, mastodon, method):
    server.on("GET", f"{STATUSES}/7", 404 if method == "GET" else 200, status("7"))
    server.on("PUT", f"{STATUSES}/7", 404, {"error": "Record not found"})
    assert isinstance(mastodon.edit("7", post()), Rejected)
