"""What a refusal of LinkedIn means: for the post, for the account, or for now."""

from datetime import UTC, datetime, timedelta

import pytest

from publishers.adapters.linkedin import LinkedIn
from publishers.contract import (
    App,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.kit import Memory, Recorder, picture, post, reply
from tests.publishers.adapters.linkedin import (
    PAGE,
    SHARE,
    error,
    member,
    page,
    publish,
    takes_pictures,
)

__all__ = ["member", "page"]


@pytest.mark.parametrize(
    ("status", "body", "outcome", "words"),
    [
        (400, error("MISSING_FIELD", "author is required"), Rejected, "author is required"),
        (400, error("X", "x", "INVALID_VALUE_FOR_FIELD"), Rejected, "invalid_value_for_field"),
        (400, error("X", "x", "INVALID_VALUE_BLANK_FIELD"), Rejected, "blank"),
        (400, error("X", "x", "INVALID_URN_TYPE"), Rejected, "urn_type"),
        (400, error("X", "x", "INVALID_URN_ID"), Rejected, "urn_id"),
        (400, error("X", "x", "INVALID_VIDEO_ID"), Rejected, "a video as MP4"),
        (400, error("EXPIRED_UPLOAD_URL"), TryLater, "a new one is asked for"),
        (403, error("EXPIRED_UPLOAD_URL"), TryLater, "a new one is asked for"),
        (400, error("X", "x", "FIELD_LENGTH_TOO_LONG"), Rejected, "Shorten the text"),
        (400, error("INVALID_IMAGE_ID", "no such image"), Rejected, "Save the picture again"),
        (400, error("MEDIA_ASSET_WAITING_UPLOAD"), TryLater, "pictures"),
        (400, error("MEDIA_ASSET_PROCESSING_FAILED"), Rejected, "Save the picture again"),
        (400, error("VERSION_MISSING", "A version must be present"), Rejected, "version"),
        (401, error("EMPTY_ACCESS_TOKEN"), Reconnect, "Connect the account again"),
        (401, {"message": "The token has been revoked"}, Reconnect, "Connect the account again"),
        (403, error("ACCESS_DENIED", "Not enough permissions"), Reconnect, "for a page"),
        (404, error("NOT_FOUND", "gone"), Rejected, "gone"),
        (409, error("CONFLICT"), Uncertain, "may be live"),
        (411, None, Rejected, "without a reason"),
        (413, None, Rejected, "Save the picture again"),
        (415, None, Rejected, "Save the picture again"),
        (422, error("X", f"Content is a duplicate of {SHARE}", "DUPLICATE_POST"), Uncertain, SHARE),
        (422, {"message": f"Content is a duplicate of {SHARE}"}, Uncertain, SHARE),
        (422, error("UNPROCESSABLE", "nope"), Rejected, "nope"),
        (426, error("NONEXISTENT_VERSION"), TryLater, "administrator"),
        (429, error("TOO_MANY_REQUESTS"), TryLater, "slow down"),
        (500, None, Uncertain, "may be live"),
        (503, None, Uncertain, "may be live"),
        (504, error("GATEWAY_TIMEOUT"), Uncertain, "may be live"),
        (201, None, Uncertain, "which one"),
    ],
)
def test_refusals(server, page, status, body, outcome, words):
    answer = publish(server, page, status, body)
    assert isinstance(answer, outcome), answer
    assert words in answer.reason
    assert len(server.seen("POST", "/rest/posts")) == 1


def test_a_broken_connection_is_uncertain(server, page):
    assert isinstance(publish(server, page, 0), Uncertain)


def test_a_limit_per_day_lasts_until_midnight(server, page):
    body = error("TOO_MANY_REQUESTS", "Resource level throttle DAY limit for calls is reached.")
    answer = publish(server, page, 429, body)
    ends = datetime.now(UTC) + timedelta(seconds=answer.after)
    assert (ends.hour, ends.minute) == (0, 0)


def test_so_it_does_before_a_post(server, page, step):
    body = error("TOO_MANY_REQUESTS", "Resource level throttle DAY limit for calls is reached.")
    server.on("POST", "/rest/images", 429, body)
    answer = page.prepare(post("Tide", picture()), step)
    assert answer.rate_limited
    ends = datetime.now(UTC) + timedelta(seconds=answer.after)
    assert (ends.hour, ends.minute) == (0, 0)


def test_another_limit_is_waited_for_as_usual(server, page):
    answer = publish(server, page, 429, error("TOO_MANY_REQUESTS", "Resource level throttle"))
    assert answer.after is None


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://www.linkedin.com/dms-uploads/1", True),
        ("http://www.linkedin.com/dms-uploads/1", False),
        ("https://linkedin.com.example/dms-uploads/1", False),
        ("https://notlinkedin.com/dms-uploads/1", False),
        ("https://www.linkedin.com@up.example/1", False),
        ("", False),
    ],
)
def test_our_access_is_sent_to_no_other_host(url, sent):
    value = {"image": "urn:li:image:A", "uploadUrl": url}
    http = Recorder(lambda method, *_: reply(200, {"value": value, "status": "AVAILABLE"}))
    app = App("client", "secret", "https://api.linkedin.com", "https://www.linkedin.com")
    outcome = LinkedIn(http, app, PAGE).prepare(post("Tide", picture()), Memory())
    assert [url for method, url, *_ in http.calls if method == "PUT"] == ([url] if sent else [])
    assert outcome is None if sent else isinstance(outcome, TryLater)


@pytest.mark.parametrize("code", ["INVALID_VIDEO_ID", "MEDIA_ASSET_PROCESSING_FAILED"])
def test_what_was_spoilt_is_uploaded_again(server, page, step, code):
    takes_pictures(server, "urn:li:image:A", "urn:li:image:B")
    payload = post("Tide", picture())
    assert page.prepare(payload, step) is None
    publish(server, page, 400, error(code), payload, step)
    assert isinstance(page.publish(payload, step), TryLater)
    assert page.prepare(payload, step) is None
    assert len(server.seen("POST", "/rest/images")) == 2
