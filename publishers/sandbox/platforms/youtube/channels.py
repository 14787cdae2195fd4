"""The account's channel, and the list of all that was uploaded to it."""

import re
from typing import Any

from django.http import HttpResponse

from publishers.sandbox import figures
from publishers.sandbox.models import Account
from publishers.sandbox.platforms.youtube import videos
from publishers.sandbox.platforms.youtube.errors import needs, no, parts_of
from publishers.sandbox.twin import Asked, answer

DAY = re.compile(r"\d{4}-\d\d-\d\d")
REPORTED = ("estimatedMinutesWatched", "shares")


def uploads_of(who: Account) -> str:
    return f"UU{who.remote_id[2:]}"


def listed(asked: Asked) -> HttpResponse:
    needs(asked, *videos.READ)
    parts, query, who = parts_of(asked), asked.request.GET, asked.who
    if query.get("mine") != "true" and query.get("id") != who.remote_id:
        raise no(400, "missingRequiredParameter", "No filter selected. Expected one of: mine, id")
    posts = who.posts.public().filter(parent=None).count()
    known: dict[str, dict[str, Any]] = {
        "snippet": {
            "title": who.name,
            "description": "",
            "customUrl": f"@{who.handle}",
            "publishedAt": who.created_at.isoformat(),
            "thumbnails": {"default": {"url": asked.picture_url(), "width": 88, "height": 88}},
        },
        "contentDetails": {"relatedPlaylists": {"likes": "LL", "uploads": uploads_of(who)}},
        "statistics": {
            "viewCount": str(figures.of_account(who, "views")["views"]),
            "subscriberCount": str(figures.followers(who)),
            "hiddenSubscriberCount": False,
            "videoCount": str(posts),
        },
    }
    chosen = {name: known[name] for name in parts if name in known}
    item = {"kind": "youtube#channel", "etag": "e", "id": who.remote_id, **chosen}
    return answer({"kind": "youtube#channelListResponse", "etag": "e", "items": [item]})


def playlist(asked: Asked) -> HttpResponse:
    """The newest upload first; the owner sees the private ones too."""
    needs(asked, *videos.READ)
    parts, query = parts_of(asked), asked.request.GET
    if query.get("playlistId") != uploads_of(asked.who):
        raise no(404, "playlistNotFound", "The playlist cannot be found.")
    most, first = _number(query.get("maxResults", ""), 5), _number(query.get("pageToken", ""), 0)
    rows = sorted(videos.all_of(asked), key=lambda row: str(row.body["uploaded"]), reverse=True)
    items = [_item(asked, row, parts) for row in rows[first : first + most]]
    told: dict[str, Any] = {
        "kind": "youtube#playlistItemListResponse",
        "etag": "e",
        "items": items,
        "pageInfo": {"totalResults": len(rows), "resultsPerPage": most},
    }
    return answer(told | ({"nextPageToken": str(first + most)} if len(rows) > first + most else {}))


def report(asked: Asked) -> HttpResponse:
    """Of Analytics: only the report that tells videos of the channel apart."""
    needs(asked, *videos.READ, "yt-analytics.readonly")
    query = asked.request.GET
    names, wanted = query.get("metrics", "").split(","), query.get("filters", "")
    days = [query.get(name, "") for name in ("startDate", "endDate")]
    if query.get("ids") != "channel==MINE" or not all(DAY.fullmatch(day) for day in days):
        raise no(400, "badRequest", "The query is not supported.")
    if query.get("dimensions") != "video" or not wanted.startswith("video=="):
        raise no(400, "badRequest", "The query is not supported.")
    if not set(names) <= set(REPORTED) or query.get("sort", "").lstrip("-") not in names:
        raise no(400, "badRequest", "Unknown identifier given in field parameters.metrics.")
    posts = asked.who.posts.public().filter(remote_id__in=wanted[len("video==") :].split(","))
    rows = []
    for post in posts.select_related("account"):
        counted = figures.of_post(post, "watch_seconds", "shares")
        cells = {"shares": counted["shares"]}
        cells["estimatedMinutesWatched"] = counted["watch_seconds"] // 60
        rows.append([post.remote_id, *(cells[name] for name in names)])
    headers = [{"name": "video", "columnType": "DIMENSION", "dataType": "STRING"}]
    headers += [{"name": name, "columnType": "METRIC", "dataType": "INTEGER"} for name in names]
    told = {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers}
    return answer(told | ({"rows": rows} if rows else {}))


def _item(asked: Asked, row: Any, parts: list[str]) -> dict[str, Any]:
    known: dict[str, dict[str, Any]] = {
        "snippet": {
            "title": row.title,
            "description": row.text,
            "publishedAt": row.body["uploaded"],
            "channelId": asked.who.remote_id,
            "playlistId": uploads_of(asked.who),
            "resourceId": {"kind": "youtube#video", "videoId": row.remote_id},
        },
        "contentDetails": {"videoId": row.remote_id, "videoPublishedAt": videos.stamp(row)},
        "status": {"privacyStatus": row.body["status"]["privacyStatus"]},
    }
    chosen = {name: known[name] for name in parts if name in known}
    return {"kind": "youtube#playlistItem", "etag": "e", "id": f"UE{row.pk}", **chosen}


def _number(said: str, usual: int) -> int:
    return min(50, int(said)) if said.isdecimal() and len(said) < 6 else usual
