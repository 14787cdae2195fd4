"""The other end of Facebook: persons, the pages they run with tokens of their own, posts, reels."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from publishers.sandbox import consent, graph, ids, oauth, trades
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.facebook import comments, insights, posts, reading, videos
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

KINDS = {"video_reels": "Reel", "photo_stories": "Story", "video_stories": "Story"}
SUBSCRIBED = graph.subscribed(("feed", "mention"), "pages_manage_metadata")
VERBS = {"comment": ("comment", "add"), "published": ("status", "add")}


class Facebook(Twin):
    slug, name = "facebook", "Facebook"
    oauth = OAuth(
        scopes={
            "pages_show_list": "See which pages you run",
            "pages_read_engagement": "Read what your pages posted",
            "pages_manage_posts": "Post and delete for your pages",
            "pages_manage_engagement": "Comment for your pages",
            "pages_read_user_content": "Read what people say on your pages",
            "pages_manage_metadata": "Tell the app what happens on your pages",
            "read_insights": "See the figures of your pages",
        },
        pkce=False,
        code_seconds=600,
        access_seconds=3600,
        refresh_seconds=graph.LONG,
        separator=",",
        renewal="none",
    )
    seeds = (
        Seed("inesduarte", "Ines Duarte", runs=("tidewater", "harbour-trust")),
        Seed("mayaokafor", "Maya Okafor", runs=("tidewater",)),
        Seed("tidewater", "Tidewater", Account.Kind.ORGANIZATION),
        Seed("harbour-trust", "Harbour Trust", Account.Kind.ORGANIZATION),
    )
    tells = ("comment", "published", "revoked")
    post_routes = ("<str:remote_id>",)

    def routes(self) -> list[URLPattern]:
        token = Endpoint(Does.TOKEN, self.exchange_token, auth=False, whose=oauth.whose)
        longer = Endpoint(Does.TOKEN, self.lengthen, auth=False)
        node = "v26.0/<str:node>"

        def publishes(answered: Any) -> Endpoint:
            return Endpoint(Does.PUBLISH, answered)

        return [
            consent.page(self, "v26.0/dialog/oauth"),
            api(self, "v26.0/oauth/access_token", POST=token, GET=longer),
            api(self, "v26.0/me/accounts", GET=Endpoint(Does.OTHER, self.pages)),
            api(self, f"{node}/feed", POST=publishes(posts.create)),
            api(self, f"{node}/photos", POST=Endpoint(Does.UPLOAD, posts.photo)),
            api(self, f"{node}/photo_stories", POST=publishes(posts.photo_story)),
            # The first of two calls to one address makes a place, the second publishes.
            api(self, f"{node}/video_reels", POST=publishes(videos.reel)),
            api(self, f"{node}/video_stories", POST=publishes(videos.story)),
            api(self, "video-upload/v26.0/<str:video>", POST=Endpoint(Does.UPLOAD, videos.take)),
            api(self, f"{node}/published_posts", GET=Endpoint(Does.READ, reading.published)),
            api(self, f"{node}/stories", GET=Endpoint(Does.READ, reading.stories)),
            api(
                self,
                f"{node}/comments",
                POST=publishes(comments.create),
                GET=Endpoint(Does.READ, comments.listed),
            ),
            api(self, f"{node}/subscribed_apps", POST=Endpoint(Does.OTHER, SUBSCRIBED)),
            api(self, f"{node}/insights", GET=Endpoint(Does.OTHER, insights.of_node)),
            api(
                self,
                node,
                GET=Endpoint(Does.READ, videos.node),
                POST=Endpoint(Does.OTHER, posts.edit),
                DELETE=Endpoint(Does.REMOVE, posts.delete),
            ),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return f"{'1' if kind == Account.Kind.PERSON else '10'}{ids.snowflake()[-13:]}"

    def permalink(self, post: RemotePost) -> str:
        return post.remote_id

    def notes(self, post: RemotePost) -> list[str]:
        edge = str(post.body.get("edge", ""))
        return [KINDS[edge]] if edge else []

    # -- tokens

    def identify(self, request: HttpRequest) -> Credential:
        """Bytes of videos come with a header of another kind."""
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        if kind == "OAuth":
            found = oauth.known(self, Credential.Kind.ACCESS, value)
            if found is not None:
                return found
        return graph.identify(self, request)

    def exchange_token(self, asked: Asked) -> HttpResponse:
        form = {str(name): str(value) for name, value in asked.request.POST.items()}
        graph.client(self, form)
        try:
            return answer(graph.shown(oauth.exchanged(self, form)))
        except oauth.BadGrant as bad:
            raise graph.no(100, bad.description, 36009) from None

    def lengthen(self, asked: Asked) -> HttpResponse:
        return answer(graph.shown(graph.traded(self, asked.request)))

    def pages(self, asked: Asked) -> HttpResponse:
        graph.needs(asked.token, "pages_show_list")
        rows = [
            {
                "id": page.remote_id,
                "name": page.name,
                "username": page.handle,
                "access_token": trades.of_page(self, page, asked.token),
                "tasks": ["CREATE_CONTENT", "MODERATE", "ANALYZE"],
                "picture": {"data": {"url": reading.picture_url(asked, page)}},
            }
            for page in asked.who.organizations.order_by("pk")
        ]
        return answer({"data": rows, **graph.cursors(0, len(rows))})

    # -- the rest

    def hook(self, happening: Happening) -> HookRequest:
        who, post = happening.account, happening.post
        if happening.kind == "revoked" or post is None:
            return graph.withdrawn(self, who)
        item, verb = VERBS[happening.kind]
        first = post.parent or post
        value: dict[str, Any] = {
            "item": item,
            "verb": verb,
            "post_id": first.remote_id,
            "from": {"id": post.account.remote_id, "name": post.account.name},
            "message": happening.words or post.text,
            "created_time": int(happening.at.timestamp()),
        }
        value |= {"comment_id": post.remote_id} if post.parent else {}
        changes = [{"field": "feed", "value": value}]
        entry = {"id": who.remote_id, "time": value["created_time"], "changes": changes}
        return graph.signed(self, {"object": "page", "entry": [entry]})

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        return graph.refusal(status, reason)

    def stamp(self, response: HttpResponse, account: Account | None, does: Does) -> None:
        graph.stamp(response, account)
