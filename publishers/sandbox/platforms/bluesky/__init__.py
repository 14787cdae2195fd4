"""The other end of Bluesky: a personal data server with app passwords, blobs and records.

What has hosts of its own there is in one place here: the video service, and who shows posts.
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone

from publishers.sandbox import ids
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.bluesky import (
    actors,
    batches,
    blobs,
    feed,
    gates,
    parts,
    passes,
    records,
    sessions,
    videos,
)
from publishers.sandbox.platforms.bluesky.errors import xrpc_error
from publishers.sandbox.twin import Endpoint, Piece, Seed, Tokens, Twin

# (calls, seconds) as the server announces them
POLICIES = {Does.TOKEN: (30, 300), Does.UPLOAD: (1000, 86_400)}
USUAL = (3000, 300)
REFUSALS = {
    401: (400, "ExpiredToken", "Token has expired"),
    415: (400, "InvalidRequest", "The blob could not be processed"),
    422: (400, "InvalidRequest", "The record was refused"),
    429: (429, "RateLimitExceeded", "Rate Limit Exceeded"),
    504: (504, "UpstreamTimeout", "Upstream timed out"),
}


class Bluesky(Twin):
    slug, name = "bluesky", "Bluesky"
    seeds = (Seed("tidewater.test", "Tidewater"), Seed("harbourtrust.test", "Harbour Trust"))
    sample_password = "demo-demo-demo-demo"
    profile_routes = ("profile/<str:actor>/", "profile/<str:actor>")
    post_routes = ("profile/<str:actor>/post/<str:remote_id>",)

    def routes(self) -> list[URLPattern]:
        def query(name: str, endpoint: Endpoint) -> URLPattern:
            return api(self, f"xrpc/{name}", GET=endpoint)

        def procedure(name: str, endpoint: Endpoint) -> URLPattern:
            return api(self, f"xrpc/{name}", POST=endpoint)

        def public(does: Does, answer: object) -> Endpoint:
            return Endpoint(does, answer, auth=False, whose=actors.mentioned)  # type: ignore[arg-type]  # an answer like all others

        token = Does.TOKEN
        return [
            procedure(
                "com.atproto.server.createSession",
                Endpoint(token, sessions.create, auth=False, whose=sessions.whose),
            ),
            procedure(
                "com.atproto.server.refreshSession",
                Endpoint(token, sessions.refresh, auth=False, whose=sessions.bearer_of),
            ),
            query("com.atproto.server.getSession", Endpoint(Does.OTHER, sessions.current)),
            query("com.atproto.server.describeServer", public(Does.OTHER, actors.server)),
            query("com.atproto.identity.resolveHandle", public(Does.OTHER, actors.resolve)),
            query("app.bsky.actor.getProfile", public(Does.OTHER, actors.profile)),
            procedure("com.atproto.repo.uploadBlob", Endpoint(Does.UPLOAD, blobs.upload)),
            query("com.atproto.sync.getBlob", public(Does.READ, blobs.get)),
            procedure("com.atproto.repo.createRecord", Endpoint(Does.PUBLISH, records.create)),
            procedure("com.atproto.repo.putRecord", Endpoint(Does.PUBLISH, records.put)),
            procedure("com.atproto.repo.deleteRecord", Endpoint(Does.REMOVE, records.delete)),
            query("com.atproto.repo.getRecord", public(Does.READ, records.get)),
            query("com.atproto.repo.listRecords", public(Does.READ, records.listed)),
            procedure("com.atproto.repo.applyWrites", Endpoint(Does.PUBLISH, batches.apply)),
            query("app.bsky.feed.getPosts", Endpoint(Does.READ, feed.posts)),
            query("com.atproto.server.getServiceAuth", Endpoint(Does.OTHER, passes.give)),
            query("app.bsky.video.getUploadLimits", Endpoint(Does.OTHER, videos.limits)),
            procedure("app.bsky.video.uploadVideo", Endpoint(Does.UPLOAD, videos.upload)),
            procedure("app.bsky.video.startUpload", Endpoint(Does.UPLOAD, parts.start)),
            procedure("app.bsky.video.uploadPart", Endpoint(Does.UPLOAD, parts.part)),
            procedure("app.bsky.video.finishUpload", Endpoint(Does.UPLOAD, parts.finish)),
            query(
                "app.bsky.video.getJobStatus",
                Endpoint(Does.OTHER, videos.status, auth=False, whose=videos.whose),
            ),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return f"did:plc:{ids.plc()}"

    def permalink(self, post: RemotePost) -> str:
        return f"profile/{post.account.handle}/post/{post.remote_id}"

    def pieces(self, post: RemotePost) -> list[Piece]:
        return records.pieces(post)

    def notes(self, post: RemotePost) -> list[str]:
        labels = (post.body.get("labels") or {}).get("values", [])
        return [*gates.notes(post), *(f"Labelled {one['val']}" for one in labels)]

    def identify(self, request: HttpRequest) -> Credential:
        if "/app.bsky.video." in request.path:
            return videos.identify(request)
        return sessions.identify(request)

    def open_session(self, account: Account) -> Tokens:
        return sessions.opened(account)

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        response = xrpc_error(
            *REFUSALS.get(status, (500, "InternalServerError", "Internal Server Error"))
        )
        if status == 429:
            response["Retry-After"] = str(USUAL[1])
        return response

    def stamp(self, response: HttpResponse, account: Account | None, does: Does) -> None:
        if "RateLimit-Limit" in response:
            return
        limit, seconds = POLICIES.get(does, USUAL)
        left, reset = limit - 1, timezone.now() + timedelta(seconds=seconds)
        if does == Does.PUBLISH and account and account.budget_limit is not None:
            limit, left = account.budget_limit, account.budget_left
            reset = account.budget_resets_at or reset
        if response.status_code == 429:
            left = 0
            wait = max(1, round((reset - timezone.now()).total_seconds()))
            response["Retry-After"] = str(wait)
        response["RateLimit-Limit"] = str(limit)
        response["RateLimit-Remaining"] = str(left)
        response["RateLimit-Reset"] = str(int(reset.timestamp()))
        response["RateLimit-Policy"] = f"{limit};w={seconds}"
