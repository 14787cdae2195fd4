"""Reddit: what the rules of a subreddit do not allow, and what a refusal means."""

import pytest

from publishers.contract import Reconnect, Rejected, TryLater, Uncertain
from tests.publishers.adapters.kit import picture, prepared
from tests.publishers.adapters.reddit import (
    FLAIRS,
    LEASE,
    RULES,
    SUBMIT,
    quiet,
    reddit,
    refused,
    titled,
)

__all__ = ["quiet", "reddit"]


# -- what the subreddit asks for


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"title_text_max_length": 5}, "7 over"),
        ({"title_text_min_length": 50}, "at least 50"),
        ({"body_text_max_length": 5}, "text of 5"),
        ({"title_blacklisted_strings": ["tide"]}, "“tide” in the title"),
        ({"body_blacklisted_strings": ["dry"]}, "“dry” in the text"),
        ({"title_required_strings": ["[OC]", "Q:"]}, "[OC], Q:"),
        ({"body_restriction_policy": "notAllowed"}, "no text"),
        ({"is_flair_required": True}, "flair"),
        ({"link_restriction_policy": "blacklist", "domain_blacklist": ["tide.earth"]}, "links"),
        ({"link_restriction_policy": "whitelist", "domain_whitelist": ["a.example"]}, "links"),
    ],
)
def test_what_its_rules_do_not_allow(server, quiet, step, rules, words):
    server.on("GET", RULES, 200, rules)
    outcome = quiet.prepare(titled(options={"link": "https://www.tide.earth/9"}), step)
    assert isinstance(outcome, Rejected)
    assert words in outcome.reason


@pytest.mark.parametrize(
    "rules",
    [
        {"title_blacklisted_strings": ["ide"], "body_blacklisted_strings": [None, ""]},
        {"title_regexes": ["(a+)+$"]},
        {"body_restriction_policy": "required", "title_required_strings": []},
        {"link_restriction_policy": "none", "domain_blacklist": ["tide.earth"]},
    ],
)
def test_what_its_rules_allow(server, quiet, step, rules):
    server.on("GET", RULES, 200, rules)
    assert quiet.prepare(titled(options={"link": "https://tide.earth"}), step) is None


def test_rules_that_it_keeps_to_itself_are_left_to_posting(server, quiet, step):
    server.on("GET", RULES, 403, {"message": "Forbidden", "error": 403})
    assert quiet.prepare(titled(), step) is None
    assert quiet.prepare(titled(), step) is None
    assert len(server.requests) == 1


def test_a_subreddit_that_is_led_away_from_is_not_there(server, quiet, step):
    server.on("GET", RULES, 302, Location="/subreddits/search")
    assert isinstance(quiet.prepare(titled(), step), Rejected)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, {"message": "Forbidden"}, "no flairs"),
        (200, [], "offers none"),
        (200, [{"id": "1", "text": "News"}], "It offers: News."),
        (200, [{"id": "1", "text": "Tides", "mod_only": True}], "offers none"),
    ],
)
def test_a_flair_that_is_not_offered(server, reddit, step, status, body, words):
    server.on("GET", FLAIRS, status, body)
    outcome = reddit.prepare(titled(options={"flair": "Tides"}), step)
    assert isinstance(outcome, Rejected)
    assert words in outcome.reason


# -- what a refusal means: the error table of the sheet, row by row

RATES = [
    ("Try again in 900 milliseconds.", 1),
    ("Take a break for 5 seconds before trying again.", 6),
    ("Looks like you've been doing that a lot. Take a break for 4 minutes", 241),
    ("try again in 1 hour", 3601),
    ("slow down", 600),
]
FOR_GOOD = """
ALREADY_SUB SUBREDDIT_NOEXIST SUBREDDIT_NOTALLOWED NO_SELFS NO_LINKS GALLERIES_DISABLED
DOMAIN_BANNED BAD_URL TOO_LONG NO_TEXT BAD_FLAIR_TEMPLATE_ID VERIFIED_USER_REQUIRED BAD_CAPTCHA
SOMETHING_NEW
"""
INVALID = {
    "fields": ["title"],
    "explanation": "You may not have that in your title.",
    "message": "Bad Request",
    "reason": "SUBMIT_VALIDATION_TITLE_BLACKLISTED_STRING",
}
ROWS = [
    *[(200, refused("RATELIMIT", words), TryLater, after) for words, after in RATES],
    (200, refused("QUOTA_FILLED"), TryLater, 3600),
    (200, refused("SUBREDDIT_RATELIMIT"), TryLater, 77),
    (429, {"message": "Too Many Requests", "error": 429}, TryLater, 77),
    *[(200, refused(code), Rejected, None) for code in FOR_GOOD.split()],
    (400, INVALID, Rejected, None),
    (200, refused("USER_REQUIRED"), Reconnect, None),
    (401, {"message": "Unauthorized", "error": 401}, Reconnect, None),
    (403, {"message": "Forbidden", "error": 403}, Rejected, None),
    (404, {"message": "Not Found", "error": 404}, Rejected, None),
    *[(status, None, Uncertain, None) for status in (302, 408, 500, 502, 503, 504)],
    (200, {"json": {"errors": []}}, Uncertain, None),
    (200, {"jquery": []}, Uncertain, None),
]


@pytest.mark.parametrize(("status", "body", "kind", "after"), ROWS)
def test_a_refusal_of_the_call_that_publishes(server, reddit, step, status, body, kind, after):
    spent = status == 429 or body == refused("SUBREDDIT_RATELIMIT")
    headers = {"x_ratelimit_remaining": "0.0", "x_ratelimit_reset": "77"} if spent else {}
    server.scripts[("POST", SUBMIT)] = [(status, body, headers)]
    outcome = prepared(reddit, titled(), step)
    assert isinstance(outcome, kind), outcome
    if kind is TryLater:
        assert (outcome.rate_limited, outcome.after) == (True, after)


@pytest.mark.parametrize(("status", "body", "kind", "after"), ROWS)
def test_a_refusal_before_it(server, reddit, step, status, body, kind, after):
    """Nothing is public yet, so that no doubt is left."""
    server.scripts[("POST", LEASE)] = [(status, body, {})]
    outcome = reddit.prepare(titled("", picture()), step)
    assert isinstance(outcome, TryLater if kind is Uncertain else kind), outcome


def test_a_refusal_quotes_its_words(server, reddit, step):
    server.scripts[("POST", SUBMIT)] = [(400, INVALID, {})]
    outcome = prepared(reddit, titled(), step)
    assert "You may not have that in your title." in outcome.reason
    assert outcome.code == INVALID["reason"]


TOO_LARGE = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>EntityTooLarge</Code><ProposedSize>20971528</ProposedSize>
<MaxSizeAllowed>20971520</MaxSizeAllowed></Error>"""


def test_a_picture_that_is_too_large_for_the_store(server, reddit, step):
    server.scripts[("POST", "/")] = [(400, TOO_LARGE, {})]
    outcome = reddit.prepare(titled("", picture()), step)
    assert isinstance(outcome, Rejected)
    assert "21.0 MB" in outcome.reason


def test_a_lease_that_ended_is_asked_for_again(server, reddit, step):
    server.scripts[("POST", "/")] = [(403, b"<Error><Code>AccessDenied</Code></Error>", {})]
    server.on("POST", "/", 201)
    payload = titled("", picture())
    assert isinstance(reddit.prepare(payload, step), TryLater)
    assert reddit.prepare(payload, step) is None
    assert len(server.seen("POST", LEASE)) == 2
