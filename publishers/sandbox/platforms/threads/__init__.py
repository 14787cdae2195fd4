"""The other end of Threads: consent for an hour, long tokens, containers, posts and replies."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from publishers.sandbox import consent, graph, ids, oauth
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.threads import insights, posts, reading
from publishers.sandbox.twin import (
    Asked,
    Endpoint,
    Happening,
    HookRequest,
    OAuth,
    Seed,
    Twin,
    answer,
)

TOPICS = {"comment": ("moderate", "replies"), "published": ("interaction", "publish")}


class Threads(Twin):
    slug, name = "threads", "Threads"
    oauth = OAuth(
        scopes={
            "threads_basic": "See your profile and what you posted",
            "threads_content_publish": "Post for you",
            "threads_manage_replies": "Reply for you and choose who may",
            "threads_read_replies": "Read replies to your posts",
            "threads_manage_insights": "See your figures",
            "threads_delete": "Delete your posts",
        },
        pkce=False,
        code_seconds=3600,
        access_seconds=3600,
        refresh_seconds=graph.LONG,
        separator=",",
        renewal="itself",
    )
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourtrust", "Harbour Trust"))
    tells = ("comment", "published", "revoked")
    day_limit = 250
    carousel = True
    profile_routes = ("@<str:actor>",)
    post_routes = ("@<str:actor>/post/<str:remote_id>",)

    def routes(self) -> list[URLPattern]:
        token = Endpoint(Does.TOKEN, self.exchange_token, auth=False, whose=oauth.whose)
        longer = Endpoint(Does.TOKEN, self.lengthen, auth=False, whose=self.shown_by)
        again = Endpoint(Does.TOKEN, self.renew, auth=False, whose=self.shown_by)
        create = Endpoint(Does.UPLOAD, posts.create, fetches=posts.addresses)
        read = Endpoint(Does.READ, reading.node)
        return [
            consent.page(self, "oauth/authorize"),
            api(self, "oauth/access_token", POST=token),
            api(self, "access_token", GET=longer),
            api(self, "refresh_access_token", GET=again),
            api(self, "v1.0/me/threads", POST=create, GET=Endpoint(Does.READ, reading.root_posts)),
            api(self, "v1.0/me/replies", GET=Endpoint(Does.READ, reading.replies)),
            api(self, "v1.0/me/threads_publish", POST=Endpoint(Does.PUBLISH, posts.publish)),
            api(
                self,
                "v1.0/me/threads_publishing_limit",
                GET=Endpoint(Does.OTHER, self.publishing_limit),
            ),
            api(self, "v1.0/me/threads_insights", GET=Endpoint(Does.OTHER, insights.of_account)),
            api(self, "v1.0/<str:node>", GET=read, DELETE=Endpoint(Does.REMOVE, posts.delete)),
            api(self, "v1.0/<str:node>/insights", GET=Endpoint(Does.OTHER, insights.of_post)),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return f"17841{ids.snowflake()[-12:]}"

    def permalink(self, post: RemotePost) -> str:
        return f"@{post.account.handle}/post/{post.remote_id}"

    def notes(self, post: RemotePost) -> list[str]:
        asked = post.body
        topic, who = asked.get("topic_tag", ""), asked.get("reply_control", "")
        notes = [f"Topic: {topic}" if topic else "", f"Replies: {who}" if who else ""]
        if asked.get("is_spoiler_media") == "true":
            notes.append("Hidden until tapped")
        return [note for note in notes if note]

    # -- tokens

    def identify(self, request: HttpRequest) -> Credential:
        return graph.identify(self, request)

    def shown_by(self, request: HttpRequest) -> Account | None:
        found = oauth.known(self, Credential.Kind.ACCESS, graph.bearer(request))
        return found.account if found else None

    def exchange_token(self, asked: Asked) -> HttpResponse:
        form = {str(name): str(value) for name, value in asked.request.POST.items()}
        graph.client(self, form)
        code = Credential.objects.filter(value=form.get("code", "")).first()
        try:
            tokens = oauth.exchanged(self, form)
        except oauth.BadGrant as bad:
            told = {"error_type": "OAuthException", "code": 400, "error_message": bad.description}
            return answer(told, 400)
        assert code is not None
        return answer({"access_token": tokens.access, "user_id": int(code.account.remote_id)})

    def lengthen(self, asked: Asked) -> HttpResponse:
        query = asked.request.GET
        if query.get("grant_type") != "th_exchange_token":
            raise graph.no(100, "(#100) Param grant_type must be one of {TH_EXCHANGE_TOKEN}")
        graph.client(self, query.dict(), secret_only=True)
        return answer(graph.shown(graph.lengthened(self, asked.request)))

    def renew(self, asked: Asked) -> HttpResponse:
        if asked.request.GET.get("grant_type") != "th_refresh_token":
            raise graph.no(100, "(#100) Param grant_type must be one of {TH_REFRESH_TOKEN}")
        return answer(graph.shown(graph.lengthened(self, asked.request)))

    # -- the rest

    def publishing_limit(self, asked: Asked) -> HttpResponse:
        return answer({"data": [insights.quota(self, asked.who)]})

    def hook(self, happening: Happening) -> HookRequest:
        if happening.kind == "revoked":
            return graph.withdrawn(self, happening.account)
        topic, field = TOPICS[happening.kind]
        value: dict[str, Any] = reading.told(happening.post) if happening.post else {}
        value |= {"timestamp": graph.time_of(happening.at)}
        value |= {"text": happening.words} if happening.words else {}
        told = {
            "app_id": "1",
            "topic": topic,
            "target_id": happening.account.remote_id,
            "time": int(happening.at.timestamp()),
            "subscription_id": happening.id,
            "has_uid_field": False,
            "values": {"field": field, "value": value},
        }
        return graph.signed(self, told)

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        return graph.refusal(status, reason)

    def stamp(self, response: HttpResponse, account: Account | None, does: Does) -> None:
        graph.stamp(response, account)
