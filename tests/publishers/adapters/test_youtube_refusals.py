"""YouTube: what a refusal means, by the table of errors; and whether a post is there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from publishers.contract import (
    CannotTell,
    Found,
    NotFound,
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.kit import NOON, Memory, post
from tests.publishers.adapters.youtube import (
    ADDRESS,
    CHANNELS,
    ITEMS,
    REPORTS,
    THREADS,
    UPLOAD,
    VIDEO,
    VIDEOS,
    clip,
    listed,
    refusal,
    resource,
    youtube,
)

__all__ = ["youtube"]

TABLE = [
    (401, "authError", Reconnect),
    (401, "youtubeSignupRequired", Reconnect),
    (403, "quotaExceeded", TryLater),
    (403, "dailyLimitExceeded", TryLater),
    (429, "quotaExceeded", TryLater),
    (403, "rateLimitExceeded", TryLater),
    (403, "userRateLimitExceeded", TryLater),
    (429, "RESOURCE_EXHAUSTED", TryLater),
    (400, "uploadLimitExceeded", TryLater),
    (403, "authenticatedUserNotChannel", Rejected),
    (403, "channelClosed", Rejected),
    (403, "channelSuspended", Rejected),
    (403, "insufficientPermissions", Reconnect),
    (403, "forbidden", Reconnect),
    (400, "invalidTitle", Rejected),
    (400, "invalidDescription", Rejected),
    (400, "invalidTags", Rejected),
    (400, "invalidCategoryId", Rejected),
    (400, "invalidPublishAt", Rejected),
    (400, "invalidVideoMetadata", Rejected),
    (400, "mediaBodyRequired", Rejected),
    (403, "forbiddenPrivacySetting", Rejected),
    (403, "forbiddenLicenseSetting", Rejected),
    (404, "playlistNotFound", Rejected),
    (403, "commentsDisabled", Rejected),
    (500, "backendError", Uncertain),
    (503, "backendError", Uncertain),
    (503, "rateLimitExceeded", Uncertain),
    (408, "quotaExceeded", Uncertain),
]
LIMITS = [row for row in TABLE if row[2] is TryLater]


@pytest.mark.parametrize(("status", "reason", "kind"), TABLE)
def test_the_table_of_errors(server, youtube, step, status, reason, kind):
    assert youtube.prepare(clip(), step) is None
    server.scripts[("PUT", VIDEOS)] = [(status, refusal(status, reason), {})]
    outcome = youtube.publish(clip(), step)
    assert isinstance(outcome, kind), outcome
    assert kind is not Rejected or outcome.code == reason
    # Before the post the same is no reason to doubt.
    server.scripts[("POST", UPLOAD)] = [(status, refusal(status, reason), {})]
    early = youtube.prepare(clip(), Memory())
    assert isinstance(early, TryLater if kind is Uncertain else kind)


@pytest.mark.parametrize(("status", "reason", "kind"), LIMITS)
def test_limits_cost_no_attempt(server, youtube, step, status, reason, kind):
    server.scripts[("POST", UPLOAD)] = [(status, refusal(status, reason), {})]
    assert youtube.prepare(clip(), step).rate_limited


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Fri, 20 Nov 2026 12:00:00 GMT", 20 * 3600),
        ("Fri, 20 Nov 2026 07:59:00 GMT", 60),
        # In summer its midnight is an hour earlier.
        ("Wed, 01 Jul 2026 06:00:00 GMT", 3600),
    ],
)
def test_a_quota_begins_anew_at_midnight_in_california(server, youtube, step, date, seconds):
    told = (403, refusal(403, "quotaExceeded"), {"X-Other": "1"})
    server.scripts[("POST", UPLOAD)] = [told]
    answer = youtube.http.send

    def dated(*asked, **more):
        reply = answer(*asked, **more)
        return replace(reply, headers={**reply.headers, "Date": date})

    youtube.http.send = dated
    assert youtube.prepare(clip(), step).after == seconds


def test_a_scope_that_is_missing_is_told_in_details(server, youtube, step):
    details = [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "domain": "googleapis.com"}]
    body = {"error": {"code": 403, "message": "Insufficient", "details": details}}
    server.scripts[("POST", UPLOAD)] = [(403, body, {})]
    assert isinstance(youtube.prepare(clip(), step), Reconnect)


def test_an_account_without_a_channel(server, youtube):
    server.on("GET", CHANNELS, 200, {"kind": "youtube#channelListResponse"})
    assert isinstance(youtube.accounts(), Rejected)


# -- is it there?


@pytest.mark.parametrize(
    ("rows", "saw"),
    [
        ([resource("public")], Found(VIDEO, ADDRESS)),
        ([resource("private", "processed")], NotFound()),
        ([resource("private", "failed")], NotFound()),
        ([], NotFound()),
    ],
)
def test_the_id_of_the_upload_decides(server, youtube, step, rows, saw):
    assert youtube.prepare(clip(), step) is None
    server.scripts[("GET", VIDEOS)] = [(200, listed(*rows), {})]
    assert youtube.find(clip(), step) == saw
    server.scripts[("GET", VIDEOS)] = [(500, {}, {})]
    again = youtube.prepare(clip(), step)
    assert again is None or isinstance(again, TryLater)


def test_a_private_one_is_there_with_its_last_words(server, youtube, step):
    payload = clip(privacy="private")
    assert youtube.prepare(payload, step) is None
    for title, text, kind in (
        ("High water", "Tide at nine", Found),
        ("An earlier title", "Tide at nine", NotFound),
        ("High water", payload.client_token, NotFound),
    ):
        row = resource() | {"snippet": {"title": title, "description": text}}
        server.scripts[("GET", VIDEOS)] = [(200, listed(row), {})]
        assert isinstance(youtube.find(payload, step), kind)


def item(minutes=0, privacy="public", video=VIDEO, text="Tide at nine", ahead=30):
    shown = (NOON + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
    made = (NOON - timedelta(minutes=ahead)).isoformat().replace("+00:00", "Z")
    return {
        "snippet": {"title": "High water", "description": text, "publishedAt": made},
        "contentDetails": {"videoId": video, "videoPublishedAt": shown},
        "status": {"privacyStatus": privacy},
    }


@pytest.mark.parametrize(
    ("rows", "privacy", "kind"),
    [
        ([item()], "public", Found),
        ([item(privacy="private")], "public", NotFound),
        ([item(minutes=-30)], "public", NotFound),
        ([item(text="Quite another text about something else")], "public", NotFound),
        ([item(), item(video="another")], "public", CannotTell),
        ([item(minutes=-30, privacy="unlisted")], "unlisted", Found),
        ([item(privacy="unlisted", ahead=3000)], "unlisted", NotFound),
    ],
)
def test_who_forgot_the_id_looks_through_the_uploads(server, youtube, rows, privacy, kind):
    details = {"relatedPlaylists": {"uploads": "UU7"}}
    server.on("GET", CHANNELS, 200, listed({"contentDetails": details}))
    server.on("GET", ITEMS, 200, listed(*rows))
    payload = replace(clip(privacy=privacy), called_at=NOON)
    assert isinstance(youtube.find(payload, Memory()), kind)
    assert server.seen("GET", ITEMS)[0].query["playlistId"] == "UU7"


def test_a_list_that_does_not_end_or_cannot_be_read_proves_nothing(server, youtube):
    details = {"relatedPlaylists": {"uploads": "UU7"}}
    server.on("GET", CHANNELS, 200, listed({"contentDetails": details}))
    server.on("GET", ITEMS, 200, listed(item(privacy="private")) | {"nextPageToken": "more"})
    assert isinstance(youtube.find(clip(), Memory()), CannotTell)
    server.scripts[("GET", ITEMS)] = [(500, {}, {})]
    assert isinstance(youtube.find(clip(), Memory()), CannotTell)


def test_a_comment_is_looked_for_among_the_channels_own(server, youtube):
    payload = post("At nine", kind="comment", reply_to=ReplyTo(VIDEO, VIDEO))

    def thread(author, number):
        said = {
            "authorChannelId": {"value": author},
            "textOriginal": "At nine",
            "publishedAt": NOON.isoformat(),
        }
        return {"id": number, "snippet": {"topLevelComment": {"id": number, "snippet": said}}}

    server.on("GET", THREADS, 200, listed(thread("UC7", "Ugz1"), thread("UC8", "Ugz2")))
    server.on("GET", THREADS, 200, listed(thread("UC8", "Ugz2")))
    assert youtube.find(payload, Memory()) == Found("Ugz1", f"{ADDRESS}&lc=Ugz1")
    assert isinstance(youtube.find(payload, Memory()), CannotTell), "it may be held back"


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([resource("public", "processed")], Published),
        ([resource("public")], Processing),
        ([], Uncertain),
    ],
)
def test_what_became_of_it(server, youtube, rows, kind):
    server.scripts[("GET", VIDEOS)] = [(200, listed(*rows), {})]
    assert isinstance(youtube.confirm(VIDEO, clip()), kind)


# -- what is counted


def test_figures_are_texts_and_may_be_hidden(server, youtube):
    row = {"id": VIDEO, "statistics": {"viewCount": "1204", "commentCount": "3"}}
    server.scripts[("GET", VIDEOS)] = [(200, listed(row), {})]
    report = {
        "columnHeaders": [
            {"name": "video"},
            {"name": "estimatedMinutesWatched"},
            {"name": "shares"},
        ],
        "rows": [[VIDEO, 31, 4], ["another", 2, 1]],
    }
    server.scripts[("GET", REPORTS)] = [(200, report, {}), (403, {}, {})]
    ids = [VIDEO, "UgzLonger0123456789", *(f"v{n}" for n in range(50))]
    told = {"views": 1204, "comments": 3, "watch_seconds": 31 * 60, "shares": 4}
    assert youtube.measure([VIDEO]) == {VIDEO: told}
    # Where there is no report, nothing of it is told.
    assert youtube.measure(ids) == {VIDEO: {"views": 1204, "comments": 3}}
    sizes = [len(one.query["id"].split(",")) for one in server.seen("GET", VIDEOS)]
    assert sizes == [1, 50, 1]


@pytest.mark.parametrize(("hidden", "told"), [(False, {"followers": 12}), (True, {})])
def test_the_audience(server, youtube, hidden, told):
    counted = {
        "subscriberCount": "12",
        "hiddenSubscriberCount": hidden,
        "viewCount": "900",
        "videoCount": "4",
    }
    server.on("GET", CHANNELS, 200, listed({"id": "UC7", "statistics": counted}))
    assert youtube.audience() == {"views": 900, "posts": 4, **told}
