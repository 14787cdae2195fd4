"""Threads: what is sent, what a refusal means, and how long tokens live."""

from dataclasses import replace

import pytest

from publishers.contract import (
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    Tokens,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.graph import refusal
from tests.publishers.adapters.kit import film, picture, post, prepared
from tests.publishers.adapters.threads import (
    CONTAINER,
    CREATE,
    PERMALINK,
    POST,
    PUBLISH,
    forms,
    quiet,
    threads,
)

__all__ = ["quiet", "threads"]


# -- what is sent


def test_a_text_goes_out_in_two_steps(server, threads, step):
    assert prepared(threads, post("Tide at nine"), step) == Published("901", PERMALINK)
    assert forms(server) == [{"media_type": "TEXT", "text": "Tide at nine"}]
    [request] = server.seen("POST", PUBLISH)
    assert request.form == {"creation_id": "501"}
    assert all(one.headers["Authorization"] == "Bearer hush" for one in server.requests)
    assert all("hush" not in one.raw_path for one in server.requests)


def test_a_link_has_a_card_where_there_are_no_pictures(server, threads, step):
    threads.prepare(post("Tide", link="https://tide.earth"), step)
    threads.prepare(post("Tide", picture(), link="https://tide.earth"), step)
    first, second = forms(server)
    assert first["link_attachment"] == "https://tide.earth"
    assert "link_attachment" not in second


def test_one_picture_is_the_post(server, threads, step):
    shown = picture()
    threads.prepare(post("", shown), step)
    [form] = forms(server)
    assert form == {"media_type": "IMAGE", "image_url": shown.url, "alt_text": "A pier at noon"}


def test_a_video(server, threads, step):
    server.scripts[("GET", CONTAINER)] = [
        (200, {"status": "IN_PROGRESS"}, {}),
        (200, {"status": "FINISHED"}, {}),
    ]
    payload = post("Look", film())
    assert threads.prepare(payload, step) == Processing("501", 15)
    assert threads.publish(payload, step) == TryLater(
        "The post must be prepared on Threads again.", after=1
    )
    assert threads.prepare(payload, step) is None
    [form] = forms(server)
    assert form["media_type"] == "VIDEO"
    assert form["video_url"] == film().url
    assert form["alt_text"] == "The tide comes in"


def test_several_stand_side_by_side(server, threads, step):
    for made in ("511", "512"):
        server.on("GET", f"/v1.0/{made}", 200, {"status": "FINISHED"})
    server.scripts[("POST", CREATE)] = [(200, {"id": made}, {}) for made in ("511", "512", "501")]
    payload = post("Both", picture(), replace(film(), alt=""))
    assert isinstance(prepared(threads, payload, step), Published)
    first, second, whole = forms(server)
    assert first["is_carousel_item"] == second["is_carousel_item"] == "true"
    assert (first["media_type"], second["media_type"]) == ("IMAGE", "VIDEO")
    assert "alt_text" not in second
    assert "text" not in first
    assert whole == {"media_type": "CAROUSEL", "children": "511,512", "text": "Both"}


def test_options_are_of_the_post_that_begins(server, threads, step):
    chosen = {"topic_tag": "tides", "reply_control": "followers_only", "spoiler": "yes"}
    threads.prepare(post("Tide", picture(), options=chosen), step)
    part = post("More", kind="part", reply_to=ReplyTo("900", "901"), options=chosen)
    threads.prepare(part, step)
    first, second = forms(server)
    assert first["topic_tag"] == "tides"
    assert first["reply_control"] == "followers_only"
    assert first["is_spoiler_media"] == "true"
    assert second == {"media_type": "TEXT", "text": "More", "reply_to_id": "901"}


def test_another_text_is_another_container(server, threads, step):
    threads.prepare(post("Tide at nine"), step)
    assert isinstance(threads.publish(post("Tide at ten"), step), TryLater)
    assert server.seen("POST", PUBLISH) == []
    threads.prepare(post("Tide at ten"), step)
    assert [form["text"] for form in forms(server)] == ["Tide at nine", "Tide at ten"]


@pytest.mark.parametrize("tag", ["t" * 51, "a.b", "sea & sand"])
def test_a_topic_it_does_not_take(server, threads, step, tag):
    outcome = threads.prepare(post("Tide", options={"topic_tag": tag}), step)
    assert isinstance(outcome, Rejected)
    assert server.requests == []


def test_without_an_address_for_a_picture_nothing_is_sent(server, threads, step):
    outcome = threads.prepare(post("Tide", replace(picture(), url="")), step)
    assert isinstance(outcome, Rejected)
    assert "address" in outcome.reason
    assert server.requests == []


def test_where_the_address_is_not_told_the_profile_leads_to_it(server, quiet, step):
    server.on("POST", CREATE, 200, {"id": "501"})
    server.on("GET", CONTAINER, 200, {"status": "FINISHED"})
    server.on("POST", PUBLISH, 200, {"id": "901"})
    server.on("GET", POST, 500)
    assert prepared(quiet, post(), step) == Published("901", "https://web.example/@tide")


# -- what a refusal means: the error table of the sheet, row by row

PACED = [(4, None), (17, None), (32, None), (613, None)]
RECONNECTS = [(190, None), (190, 460), (190, 463), (190, 467), (10, None), (200, None), (102, None)]
QUOTA = "The user has reached the maximum number of posts in 24 hours"
LINKS = "THREADS_API__LINK_LIMIT_EXCEEDED"
ROWS = [
    *[(refusal(*codes), TryLater, True) for codes in PACED],
    *[(refusal(*codes), Reconnect, False) for codes in RECONNECTS],
    (refusal(24, 4279009, "Media Not Found"), TryLater, False),
    (refusal(100, 4279004), TryLater, False),
    (refusal(100, None, "Param text must be at most 500 characters long."), Rejected, False),
    (refusal(100, None, LINKS), Rejected, False),
    (refusal(100, 2207051), Rejected, False),
    (refusal(368), Rejected, False),
    (refusal(100, None, QUOTA), TryLater, True),
    (refusal(1), Uncertain, False),
    (refusal(2), Uncertain, False),
    (refusal(100, None, "Try again", transient=True), Uncertain, False),
    (refusal(100, None, "Something else"), Rejected, False),
]


@pytest.mark.parametrize(("body", "kind", "paced"), ROWS)
def test_a_refusal_of_the_call_that_publishes(server, threads, step, body, kind, paced):
    server.scripts[("POST", PUBLISH)] = [(400, body, {})]
    outcome = prepared(threads, post(), step)
    assert isinstance(outcome, kind), outcome
    assert not paced or outcome.rate_limited


@pytest.mark.parametrize(("body", "kind", "paced"), ROWS)
def test_a_refusal_before_it(server, threads, step, body, kind, paced):
    """Nothing is public yet, so that no doubt is left."""
    server.scripts[("POST", CREATE)] = [(400, body, {})]
    outcome = threads.prepare(post(), step)
    assert isinstance(outcome, TryLater if kind is Uncertain else kind | Rejected), outcome
    assert not isinstance(outcome, Uncertain)


def test_a_wait_is_read_from_the_usage_of_the_app(server, threads, step):
    usage = (
        '{"178": [{"type": "threads", "call_count": 100, "estimated_time_to_regain_access": 7}]}'
    )
    server.scripts[("POST", PUBLISH)] = [(400, refusal(4), {"X-Business-Use-Case-Usage": usage})]
    assert prepared(threads, post(), step).after == 420


# -- tokens


def test_a_token_of_an_hour_is_traded_and_later_renewed(server, quiet):
    long = {"access_token": "hush-long", "token_type": "bearer", "expires_in": 5_184_000}
    server.on("GET", "/access_token", 200, long)
    server.on("GET", "/refresh_access_token", 200, {**long, "access_token": "hush-next"})
    tokens = quiet.lengthen(Tokens("hush-short", scopes=("threads_basic",)))
    assert (tokens.access, tokens.refresh) == ("hush-long", "hush-long")
    assert tokens.expires_in == 53 * 86_400, "renewed a week before it ends"
    assert tokens.scopes == ("threads_basic",)
    renewed = quiet.refresh(tokens.refresh)
    assert (renewed.access, renewed.refresh) == ("hush-next", "hush-next")
    first, second = server.requests
    assert first.query == {"grant_type": "th_exchange_token", "client_secret": "secret"}
    assert first.headers["Authorization"] == "Bearer hush-short"
    assert second.query == {"grant_type": "th_refresh_token"}
    assert second.headers["Authorization"] == "Bearer hush-long"


def test_a_token_that_ended_cannot_be_renewed(server, quiet):
    server.on("GET", "/refresh_access_token", 400, refusal(190, 463))
    assert isinstance(quiet.refresh("hush"), Reconnect)


def test_who_it_is(server, quiet):
    body = {"id": "178", "username": "tide", "threads_profile_picture_url": "https://p.example/1"}
    server.on("GET", "/v1.0/me", 200, body)
    [account] = quiet.accounts()
    assert (account.remote_id, account.handle, account.name) == ("178", "tide", "tide")
    assert account.avatar_url == "https://p.example/1"
