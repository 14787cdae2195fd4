"""The other end of X: API v2, OAuth 2 with PKCE, uploads, posts, figures, signed events."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone

from publishers.sandbox import consent, ids, oauth, quotas
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.x import media, people, posts, reading, wire
from publishers.sandbox.platforms.x.errors import FORBIDDEN, invalid, problem
from publishers.sandbox.twin import (
    Asked,
    Endpoint,
    Happening,
    HookRequest,
    OAuth,
    Refused,
    Seed,
    Twin,
    answer,
)

LIMITS = {Does.PUBLISH: 100, Does.UPLOAD: 500, Does.REMOVE: 50, Does.READ: 900}
WINDOW = timedelta(minutes=15)
DAY = timedelta(hours=24)
EVENTS = {"comment": "post.reply.create", "published": "post.create"}
TOLD = {
    "author_id",
    "conversation_id",
    "created_at",
    "edit_controls",
    "lang",
    "possibly_sensitive",
    "public_metrics",
    "referenced_tweets",
    "reply_settings",
}
TITLES = {401: "Unauthorized", 429: "Too Many Requests", 504: "Gateway Timeout"}


class X(Twin):
    slug, name = "x", "X"
    oauth = OAuth(
        scopes={
            "tweet.read": "Read your posts",
            "tweet.write": "Post and delete posts for you",
            "users.read": "See your name, handle and picture",
            "media.write": "Upload pictures and videos for you",
            "offline.access": "Stay connected until you take it back",
        },
        pkce=True,
        code_seconds=30,
        access_seconds=7200,
        refresh_seconds=180 * 86_400,
    )
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourtrust", "Harbour Trust"))
    tells = ("comment", "published", "revoked")
    post_routes = ("<str:actor>/status/<str:remote_id>", "i/web/status/<str:remote_id>")

    def routes(self) -> list[URLPattern]:
        token = Endpoint(Does.TOKEN, self.exchange_token, auth=False, whose=oauth.whose)
        read, upload, place = Does.READ, Does.UPLOAD, "2/media/upload/<str:media_id>"
        return [
            consent.page(self, "i/oauth2/authorize"),
            api(self, "2/oauth2/token", POST=token),
            api(self, "2/oauth2/revoke", POST=Endpoint(Does.OTHER, self.revoke, auth=False)),
            api(self, "2/users/me", GET=Endpoint(Does.OTHER, people.me)),
            api(self, "2/users/<str:user_id>/tweets", GET=Endpoint(read, reading.timeline)),
            api(
                self,
                "2/tweets",
                POST=Endpoint(Does.PUBLISH, posts.create),
                GET=Endpoint(read, reading.by_ids),
            ),
            api(
                self,
                "2/tweets/<str:post_id>",
                GET=Endpoint(read, reading.by_id),
                DELETE=Endpoint(Does.REMOVE, posts.delete),
            ),
            api(
                self,
                "2/media/upload",
                POST=Endpoint(upload, media.upload),
                GET=Endpoint(Does.OTHER, media.status),
            ),
            api(self, "2/media/upload/initialize", POST=Endpoint(upload, media.initialize)),
            api(self, f"{place}/append", POST=Endpoint(upload, media.append)),
            api(self, f"{place}/finalize", POST=Endpoint(upload, media.finalize)),
            api(self, "2/media/metadata", POST=Endpoint(upload, media.describe)),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return ids.snowflake()

    def permalink(self, post: RemotePost) -> str:
        return f"{post.account.handle}/status/{post.remote_id}"

    def notes(self, post: RemotePost) -> list[str]:
        poll, quoted = post.body.get("poll"), post.body.get("quote_tweet_id")
        notes = [f"Poll: {' / '.join(poll['options'])}" if poll else ""]
        notes += [f"Quotes {quoted}" if quoted else "", "Edited" if post.edited_at else ""]
        notes += ["Subscribers only"] if post.body.get("for_super_followers_only") else []
        return [note for note in notes if note]

    def identify(self, request: HttpRequest) -> Credential:
        found = oauth.known(self, Credential.Kind.ACCESS, oauth.bearer(request))
        if found is None:
            raise Refused(self.refusal(401))
        return found

    def exchange_token(self, asked: Asked) -> HttpResponse:
        form = self.client_form(asked.request)
        try:
            if form.get("grant_type") == "refresh_token":
                old = oauth.rotate(self, form.get("refresh_token", ""))
            else:
                old = oauth.redeem(self, form)
        except oauth.BadGrant as bad:
            return answer({"error": bad.code, "error_description": bad.description}, 400)
        tokens = oauth.issue(
            self, old.account, old.scopes, refresh=old.allows("offline.access"), family=old.family
        )
        data: dict[str, object] = {
            "token_type": "bearer",
            "expires_in": tokens.expires_in,
            "access_token": tokens.access,
            "scope": old.scopes,
        }
        return answer(data | ({"refresh_token": tokens.refresh} if tokens.refresh else {}))

    def revoke(self, asked: Asked) -> HttpResponse:
        oauth.revoke(self, self.client_form(asked.request).get("token", ""))
        return answer({"revoked": True})

    def client_form(self, request: HttpRequest) -> dict[str, str]:
        """The form of a client that proved itself: by Basic, or, without secret, by its id."""
        form, expected = request.POST.dict(), oauth.registered(self.slug)
        client = oauth.basic(request)
        public = client is None and form.get("client_id") == expected.client_id
        if client != expected and not public:
            reason = "Missing valid authorization header"
            raise Refused(
                answer({"error": "unauthorized_client", "error_description": reason}, 401)
            )
        return {**{str(k): str(v) for k, v in form.items()}, "client_id": expected.client_id}

    def hook(self, happening: Happening) -> HookRequest:
        """Signed with the client secret, as of apps that have one."""
        account = happening.account.remote_id
        data: dict[str, Any] = {"event_uuid": ids.snowflake(), "filter": {"user_id": account}}
        if happening.kind == "revoked":
            payload: dict[str, Any] = {"user_id": account, "app_id": "1"}
            payload["date_time"] = f"{happening.at:%Y-%m-%dT%H:%M:%S}+00:00"
            data |= {"filter": {}, "event_type": "oauth.revoke", "payload": payload}
        else:
            shown = wire.post(happening.post, TOLD, "tweet") if happening.post else {}
            data |= {"event_type": EVENTS[happening.kind], "tag": "drumbeat", "payload": shown}
        body = json.dumps({"data": data}).encode()
        secret = oauth.registered(self.slug).client_secret.encode()
        made = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
        headers = {"Content-Type": "application/json"}
        return HookRequest(
            body, headers | {"X-Twitter-Webhooks-Signature-OAuth2": f"sha256={made}"}
        )

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        if status == 415:
            return invalid("Your media IDs are invalid.", "media", reason).response
        if status == 422:
            return problem(403, "Forbidden", FORBIDDEN)
        title = TITLES.get(status, "Internal Server Error")
        refused = problem(status, title, title)
        if reason == quotas.SPENT:
            refused["x-user-limit-24hour-limit"] = refused["x-user-limit-24hour-remaining"] = "0"
            reset = timezone.now() + DAY
            refused["x-user-limit-24hour-reset"] = str(int(reset.timestamp()))
        return refused

    def stamp(self, response: HttpResponse, account: Account | None, does: Does) -> None:
        response["api-version"] = "2.167"
        if account is None or does not in LIMITS:
            return
        limit, left, reset = LIMITS[does], LIMITS[does] - 1, timezone.now() + WINDOW
        if does == Does.PUBLISH and account.budget_limit is not None:
            limit, left = account.budget_limit, account.budget_left
            reset = account.budget_resets_at or reset
        response["x-rate-limit-limit"] = str(limit)
        response["x-rate-limit-remaining"] = "0" if response.status_code == 429 else str(left)
        response["x-rate-limit-reset"] = str(int(reset.timestamp()))
