"""The other end of TikTok: rotating tokens, videos in pieces, pictures by address."""

import hashlib
import hmac
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from publishers.sandbox import consent, figures, ids, oauth, quotas
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.tiktok import publishing
from publishers.sandbox.platforms.tiktok.errors import generic, no, told
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

COUNTS = {
    "view_count": "views",
    "like_count": "likes",
    "comment_count": "comments",
    "share_count": "shares",
}


class TikTok(Twin):
    slug, name = "tiktok", "TikTok"
    oauth = OAuth(
        scopes={
            "user.info.basic": "See your name and picture",
            "user.info.profile": "See your username",
            "user.info.stats": "See your figures",
            "video.list": "See your public videos",
            "video.publish": "Post for you",
            "video.upload": "Send drafts to your inbox",
        },
        pkce=False,
        code_seconds=600,
        access_seconds=86_400,
        refresh_seconds=365 * 86_400,
        separator=",",
        client_key="client_key",
    )
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourtrust", "Harbour Trust"))
    tells = ("published", "revoked")
    carousel = True
    profile_routes = ("@<str:actor>",)
    post_routes = ("@<str:actor>/video/<str:remote_id>", "@<str:actor>/photo/<str:remote_id>")

    def routes(self) -> list[URLPattern]:
        token = Endpoint(Does.TOKEN, self.exchange_token, auth=False, whose=oauth.whose)
        piece = Endpoint(Does.PUBLISH, publishing.receive)
        photos = Endpoint(Does.PUBLISH, publishing.photos, fetches=publishing.addresses)
        upload, read = Does.UPLOAD, Does.READ
        post = "v2/post/publish"
        return [
            consent.page(self, "v2/auth/authorize/"),
            api(self, "v2/oauth/token/", POST=token),
            api(self, "v2/oauth/revoke/", POST=Endpoint(Does.OTHER, self.revoke, auth=False)),
            api(self, "v2/user/info/", GET=Endpoint(Does.OTHER, self.user)),
            api(self, f"{post}/creator_info/query/", POST=Endpoint(upload, publishing.creator)),
            api(self, f"{post}/video/init/", POST=Endpoint(upload, publishing.begin)),
            api(self, f"{post}/inbox/video/init/", POST=Endpoint(upload, publishing.begin_draft)),
            api(self, f"{post}/content/init/", POST=photos),
            api(self, f"{post}/status/fetch/", POST=Endpoint(read, publishing.status)),
            api(self, "video/", PUT=piece),
            api(self, "v2/video/list/", POST=Endpoint(read, self.videos)),
            api(self, "v2/video/query/", POST=Endpoint(read, self.query)),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return f"-000{ids.snowflake()}"

    def permalink(self, post: RemotePost) -> str:
        return f"@{post.account.handle}/{post.body.get('kind', 'video')}/{post.remote_id}"

    def notes(self, post: RemotePost) -> list[str]:
        level = str(post.body.get("privacy_level", ""))
        return [level] if level and level != "PUBLIC_TO_EVERYONE" else []

    # -- tokens

    def identify(self, request: HttpRequest) -> Credential:
        if request.method == "PUT":
            return publishing.key_of(request)
        found = oauth.known(self, Credential.Kind.ACCESS, oauth.bearer(request))
        if found is None:
            raise Refused(generic(401))
        return found

    def exchange_token(self, asked: Asked) -> HttpResponse:
        form = self.client_form(asked.request)
        value = form.get("code") or form.get("refresh_token") or ""
        found = Credential.objects.filter(value=value).select_related("account").first()
        try:
            tokens = oauth.exchanged(self, form)
        except oauth.BadGrant as bad:
            raise flat("invalid_grant", bad.description) from bad
        assert found is not None
        return answer(
            {
                "access_token": tokens.access,
                "expires_in": tokens.expires_in,
                "open_id": found.account.remote_id,
                "refresh_token": tokens.refresh,
                "refresh_expires_in": 365 * 86_400,
                "scope": ",".join(tokens.scopes),
                "token_type": "Bearer",
            }
        )

    def revoke(self, asked: Asked) -> HttpResponse:
        oauth.revoke(self, self.client_form(asked.request).get("token", ""))
        return answer({})

    def client_form(self, request: HttpRequest) -> dict[str, str]:
        form = {str(name): str(value) for name, value in request.POST.items()}
        known = oauth.registered(self.slug)
        given = (form.get("client_key"), form.get("client_secret"))
        if given != (known.client_id, known.client_secret):
            raise flat("invalid_client", "Client key or secret is incorrect.", 401)
        return form

    # -- what it shows

    def user(self, asked: Asked) -> HttpResponse:
        who, fields = asked.who, self.fields(asked)
        counted = figures.of_account(who, "likes")
        data: dict[str, Any] = {
            "open_id": who.remote_id,
            "avatar_url": asked.picture_url(),
            "display_name": who.name,
            "username": who.handle,
            "follower_count": figures.followers(who),
            "following_count": 12,
            "likes_count": counted["likes"],
            "video_count": who.posts.public().count(),
        }
        return told({"user": {name: data[name] for name in fields if name in data}})

    def fields(self, asked: Asked) -> list[str]:
        named = [one for one in asked.request.GET.get("fields", "").split(",") if one]
        if not named:
            raise no("invalid_param", "Fields is required")
        return named

    def videos(self, asked: Asked) -> HttpResponse:
        publishing.needs(asked, "video.list")
        fields = self.fields(asked)
        most = publishing.body_of(asked).get("max_count", 10)
        rows = self.public(asked.who)[: most if isinstance(most, int) and 0 < most <= 20 else 10]
        listed = [self.video(asked, row, fields) for row in rows]
        return told({"videos": listed, "cursor": 0, "has_more": False})

    def query(self, asked: Asked) -> HttpResponse:
        publishing.needs(asked, "video.list")
        fields = self.fields(asked)
        names = publishing.part(publishing.body_of(asked), "filters").get("video_ids")
        if not isinstance(names, list) or len(names) > 20:
            raise no("invalid_param", "video_ids has up to 20")
        rows = [row for row in self.public(asked.who) if row.remote_id in names]
        return told({"videos": [self.video(asked, row, fields) for row in rows]})

    def public(self, who: Account) -> list[RemotePost]:
        """Only videos that everyone may see."""
        rows = who.posts.public().newest_first().select_related("account")
        return list(rows.filter(body__kind="video", body__privacy_level="PUBLIC_TO_EVERYONE"))

    def video(self, asked: Asked, row: RemotePost, fields: list[str]) -> dict[str, Any]:
        counted = figures.of_post(row, *COUNTS.values())
        base = asked.request.build_absolute_uri().partition("/v2/")[0]
        data: dict[str, Any] = {
            "id": row.remote_id,
            "create_time": int(row.accepted_at.timestamp()),
            "share_url": f"{base}/{self.permalink(row)}",
            "title": row.text,
            "video_description": row.text,
            **{theirs: counted[ours] for theirs, ours in COUNTS.items()},
        }
        return {name: data[name] for name in ("id", *fields) if name in data}

    # -- the rest

    def hook(self, happening: Happening) -> HookRequest:
        at = int(happening.at.timestamp())
        event, content = "authorization.removed", {"reason": "1"}
        if happening.kind == "published" and happening.post:
            event = "post.publish.publicly_available"
            content = {"post_id": happening.post.remote_id, "publish_type": "DIRECT_PUBLISH"}
        body = publishing.hooked(event, happening.account, content, at)
        secret = oauth.registered(self.slug).client_secret.encode()
        made = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"TikTok-Signature": f"t={at},s={made}", "Content-Type": "application/json"}
        return HookRequest(body, headers)

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        if status == 429 and reason == quotas.SPENT:
            return no("spam_risk_too_many_posts", "The daily limit is reached", 403).response
        return generic(status)


def flat(error: str, words: str, status: int = 400) -> Refused:
    """Only where tokens are handed out it has no envelope."""
    told = {"error": error, "error_description": words, "log_id": ids.snowflake()}
    return Refused(answer(told, status))
