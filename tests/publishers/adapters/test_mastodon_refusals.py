"""Mastodon over real HTTP: what each refusal of a post or of a file means."""

from datetime import UTC, datetime, timedelta

import pytest

from publishers.contract import Reconnect, Rejected, TryLater, Uncertain
from tests.publishers.adapters.kit import Memory, picture, post
from tests.publishers.adapters.mastodon import MEDIA, SCOPES, STATUSES, mastodon, publish

__all__ = ["mastodon"]


DISABLED = {"error": "Your login is currently disabled"}
UNCONFIRMED = {"error": "Your login is missing a confirmed e-mail address"}
TOO_LONG = {"error": "Validation failed: Text character limit of 500 exceeded"}
NOT_READY = {"error": "Cannot attach files that have not finished processing. Try again!"}
ATTACHED = {"error": "Media 11 not found or already attached to another post"}


@pytest.mark.parametrize(
    ("code", "body", "outcome", "words"),
    [
        (401, {"error": "The access token is invalid"}, Reconnect, "Connect the account again"),
        (401, {"error": "The access token was revoked"}, Reconnect, "Connect the account again"),
        (400, "Invalid Bearer token", Reconnect, "Connect the account again"),
        (400, {"error": "Malformed"}, Rejected, "Malformed"),
        (403, SCOPES, Reconnect, "does not cover"),
        (403, DISABLED, Reconnect, "disabled"),
        (403, UNCONFIRMED, Reconnect, "confirmed"),
        (403, {"error": "This action is not allowed"}, Rejected, "not allowed"),
        (404, {"error": "Record not found"}, Rejected, "no longer on the server"),
        (422, TOO_LONG, Rejected, "limit of 500"),
        (422, {"error": "Validation failed: Text can't be blank"}, Rejected, "blank"),
        (422, {"error": "Quoting this post is denied"}, Rejected, "denied"),
        (422, NOT_READY, TryLater, "still working"),
        (422, ATTACHED, Uncertain, "in a post already"),
        (429, {"error": "Too many requests"}, TryLater, "slow down"),
        (500, {"error": "Oops"}, Uncertain, "may be live"),
        (503, None, Uncertain, "may be live"),
        (200, {}, Uncertain, "which one"),
        (200, None, Uncertain, "which one"),
        (302, None, Uncertain, "may be live"),
    ],
)
def test_refusals(server, mastodon, code, body, outcome, words):
    server.on("POST", STATUSES, code, body)
    answer = mastodon.publish(post(), Memory())
    assert isinstance(answer, outcome), answer
    assert words in answer.reason


def test_the_wait_is_a_moment_not_a_number(server, mastodon):
    reset = datetime.now(UTC) + timedelta(seconds=90)
    headers = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": f"{reset:%Y-%m-%dT%H:%M:%S.%fZ}"}
    outcome = publish(server, mastodon, 429, {"error": "Too many requests"}, **headers)
    assert outcome.rate_limited
    assert 80 <= outcome.after <= 92


@pytest.mark.parametrize(
    ("code", "body", "outcome"),
    [(422, ATTACHED, Uncertain), (404, {"error": "Record not found"}, TryLater)],
)
def test_files_that_the_server_no_longer_has_are_uploaded_again(
    server, mastodon, step, code, body, outcome
):
    payload = post("", picture())
    assert mastodon.prepare(payload, step) is None
    assert isinstance(publish(server, mastodon, code, body, payload, step), outcome)
    assert mastodon.prepare(payload, step) is None
    assert len(server.seen("POST", MEDIA)) == 2


@pytest.mark.parametrize(
    ("code", "body", "outcome"),
    [
        (422, {"error": "Validation failed: File content type is invalid"}, Rejected),
        (413, None, Rejected),
        (403, SCOPES, Reconnect),
        (429, None, TryLater),
        (500, None, TryLater),
        (200, {}, TryLater),
    ],
)
def test_uploads_that_fail(server, mastodon, step, code, body, outcome):
    server.scripts[("POST", MEDIA)] = []
    server.on("POST", MEDIA, code, body)
    assert isinstance(mastodon.prepare(post("", picture()), step), outcome)
