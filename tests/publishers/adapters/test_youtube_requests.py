"""Every request of the YouTube adapter, against google/youtube.v3.json and, for its reports,
google/youtubeAnalytics.v2.json.
"""

import pytest

from publishers.adapters.youtube.spec import SPEC
from publishers.contract import ReplyTo
from tests.contracts.discovery import Document
from tests.contracts.vectors import load, needs_vectors
from tests.publishers.adapters.kit import Memory, picture, post
from tests.publishers.adapters.youtube import (
    CHANNELS,
    COMMENTS,
    COVER,
    ITEMS,
    REPORTS,
    THREADS,
    VIDEO,
    VIDEOS,
    clip,
    listed,
    moving,
    youtube,
)

__all__ = ["youtube"]
pytestmark = needs_vectors

DOCUMENT = Document(load("google/youtube.v3.json"))
ANALYTICS = Document(load("google/youtubeAnalytics.v2.json"))
COMMENT = post("At nine", kind="comment", reply_to=ReplyTo(VIDEO, VIDEO))


@pytest.mark.parametrize(
    "payload",
    [
        clip(),
        clip(moving(), picture(), tags="tide, high water", privacy="unlisted", synthetic="yes"),
        clip(license="creativeCommon", made_for_kids="yes", category="28"),
        COMMENT,
    ],
    ids=["video", "cover", "licence", "comment"],
)
def test_a_whole_journey_fits_the_document(server, youtube, step, payload):
    details = {"relatedPlaylists": {"uploads": "UU7"}}
    server.on("GET", CHANNELS, 200, listed({"id": "UC7", "contentDetails": details}))
    for path in (ITEMS, THREADS):
        server.on("GET", path, 200, listed())
    server.on("POST", COVER, 200, {})
    server.on("POST", THREADS, 200, {"id": "UgzLonger0123456789"})
    server.on("PUT", COMMENTS, 200, {})
    server.on("DELETE", VIDEOS, 204)
    server.on("DELETE", COMMENTS, 204)
    youtube.accounts()
    youtube.prepare(payload, step)
    youtube.publish(payload, step)
    youtube.find(payload, step)
    youtube.find(payload, Memory())
    youtube.confirm(VIDEO, payload)
    youtube.edit(VIDEO, payload)
    youtube.measure([VIDEO])
    youtube.audience()
    youtube.remove(VIDEO)
    youtube.remove("UgzLonger0123456789")
    assert len(server.requests) >= 10
    for request in server.requests:
        (ANALYTICS if request.path == REPORTS else DOCUMENT).check_request(request)
    assert server.seen("GET", REPORTS)


def test_the_check_itself_can_fail(server, youtube, step):
    youtube.prepare(clip(), step)
    server.requests.clear()
    youtube.publish(clip(privacy="nobody"), step)
    with pytest.raises(AssertionError, match="nobody"):
        DOCUMENT.check_request(server.requests[-1])


def test_every_right_and_choice_is_known():
    method = ANALYTICS.method("GET", REPORTS)
    assert set(SPEC.auth.scopes) & set(method["scopes"]), "figures need no right of their own"
    assert set(SPEC.auth.scopes) <= set(DOCUMENT.found["auth"]["oauth2"]["scopes"])
    known = DOCUMENT.schemas["VideoStatus"]["properties"]
    options = {one.name: {value for value, _ in one.choices} for one in SPEC.options}
    assert options["privacy"] == set(known["privacyStatus"]["enum"])
    assert options["license"] - {""} <= set(known["license"]["enum"])
