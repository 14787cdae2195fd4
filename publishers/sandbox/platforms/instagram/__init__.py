"""The other end of Instagram: two doors, containers, posts, reels, stories and comments.

Behind the second door an account is reached through the page it is linked to. Here that page is no
account of its own: it has the account's name, and a token that opens the account.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from publishers.sandbox import consent, graph, ids, oauth
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.instagram import comments, insights, posts, reading
from publishers.sandbox.platforms.instagram.rights import PAGE
from publishers.sandbox.twin import (
    FOREVER,
    Asked,
    Endpoint,
    Happening,
    HookRequest,
    OAuth,
    Seed,
    Tokens,
    Twin,
    answer,
)

SUBSCRIBED = graph.subscribed(
    ("comments", "live_comments", "mentions"), "instagram_business_manage_comments"
)
LIFETIMES: dict[str, Any] = {
    "pkce": False,
    "code_seconds": 3600,
    "access_seconds": 3600,
    "refresh_seconds": graph.LONG,
    "separator": ",",
}


class Instagram(Twin):
    slug, name = "instagram", "Instagram"
    oauth = OAuth(
        scopes={
            "instagram_business_basic": "See your profile and what you posted",
            "instagram_business_content_publish": "Post for you",
            "instagram_business_manage_comments": "Read and write comments for you",
            "instagram_business_manage_insights": "See your figures",
        },
        renewal="itself",
        **LIFETIMES,
    )
    other_ways = {
        PAGE: OAuth(
            scopes={
                "instagram_basic": "See your account and what you posted",
                "instagram_content_publish": "Post for you",
                "instagram_manage_comments": "Read and write comments for you",
                "instagram_manage_insights": "See your figures",
                "pages_show_list": "See which pages you run",
                "pages_read_engagement": "Read what your pages posted",
            },
            renewal="none",
            **LIFETIMES,
        )
    }
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourtrust", "Harbour Trust"))
    tells = ("comment", "revoked")
    day_limit = 50
    carousel = True
    post_routes = ("p/<str:remote_id>/",)

    def routes(self) -> list[URLPattern]:
        token = Endpoint(Does.TOKEN, self.exchange_token, auth=False, whose=oauth.whose)
        longer = Endpoint(Does.TOKEN, self.lengthen, auth=False, whose=self.shown_by)
        again = Endpoint(Does.TOKEN, self.renew, auth=False, whose=self.shown_by)
        of_page = Endpoint(Does.TOKEN, self.exchange_page, auth=False, whose=oauth.whose)
        long_page = Endpoint(Does.TOKEN, self.lengthen_page, auth=False)
        dialog = f"{PAGE}/v26.0/dialog/oauth"
        return [
            consent.page(self, "oauth/authorize"),
            api(self, "oauth/access_token", POST=token),
            api(self, "access_token", GET=longer),
            api(self, "refresh_access_token", GET=again),
            consent.page(self, dialog, PAGE),
            api(self, f"{PAGE}/v26.0/oauth/access_token", POST=of_page, GET=long_page),
            api(self, f"{PAGE}/v26.0/me/accounts", GET=Endpoint(Does.OTHER, self.pages)),
            *self.graph_routes("v26.0"),
            *self.graph_routes(f"{PAGE}/v26.0"),
        ]

    def graph_routes(self, base: str) -> list[URLPattern]:
        node = f"{base}/<str:node>"
        create = Endpoint(Does.UPLOAD, posts.create, fetches=posts.addresses)
        said = Endpoint(Does.READ, comments.listed)
        return [
            api(self, f"{node}/media", POST=create, GET=Endpoint(Does.READ, reading.media)),
            api(self, f"{node}/media_publish", POST=Endpoint(Does.PUBLISH, posts.publish)),
            api(self, f"{node}/stories", GET=Endpoint(Does.READ, reading.stories)),
            api(self, f"{node}/subscribed_apps", POST=Endpoint(Does.OTHER, SUBSCRIBED)),
            api(self, f"{node}/insights", GET=Endpoint(Does.OTHER, insights.of_node)),
            api(
                self,
                f"{node}/content_publishing_limit",
                GET=Endpoint(Does.OTHER, self.publishing_limit),
            ),
            api(self, f"{node}/comments", POST=Endpoint(Does.PUBLISH, comments.create), GET=said),
            api(
                self,
                node,
                GET=Endpoint(Does.READ, reading.node),
                DELETE=Endpoint(Does.REMOVE, posts.delete),
            ),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return f"17841{ids.snowflake()[-12:]}"

    def permalink(self, post: RemotePost) -> str:
        return f"p/{post.parent.remote_id if post.parent else post.remote_id}/"

    def notes(self, post: RemotePost) -> list[str]:
        kind = {"STORIES": "Story", "REELS": "Reel"}.get(post.body.get("media_type", ""), "")
        asked = post.body.get("collaborators", "")
        return [note for note in (kind, f"With {asked}" if asked else "") if note]

    # -- tokens

    def identify(self, request: HttpRequest) -> Credential:
        return graph.identify(self, request)

    def shown_by(self, request: HttpRequest) -> Account | None:
        found = oauth.known(self, Credential.Kind.ACCESS, graph.bearer(request))
        return found.account if found else None

    def exchange_token(self, asked: Asked) -> HttpResponse:
        """Its answer lies in a list."""
        tokens = self._exchanged(asked, "")
        account = oauth.known(self, Credential.Kind.ACCESS, tokens.access)
        told = {
            "access_token": tokens.access,
            "user_id": account.account.remote_id if account else "",
            "permissions": ",".join(tokens.scopes),
        }
        return answer({"data": [told]})

    def exchange_page(self, asked: Asked) -> HttpResponse:
        return answer(graph.shown(self._exchanged(asked, PAGE)))

    def _exchanged(self, asked: Asked, way: str) -> Tokens:
        form = {str(name): str(value) for name, value in asked.request.POST.items()}
        graph.client(self, form, way)
        try:
            return oauth.exchanged(self, form, way)
        except oauth.BadGrant as bad:
            raise graph.no(100, bad.description, 36009) from None

    def lengthen(self, asked: Asked) -> HttpResponse:
        query = asked.request.GET
        if query.get("grant_type") != "ig_exchange_token":
            raise graph.no(100, "(#100) Param grant_type must be one of {IG_EXCHANGE_TOKEN}")
        graph.client(self, query.dict(), secret_only=True)
        return answer(graph.shown(graph.lengthened(self, asked.request)))

    def renew(self, asked: Asked) -> HttpResponse:
        if asked.request.GET.get("grant_type") != "ig_refresh_token":
            raise graph.no(100, "(#100) Param grant_type must be one of {IG_REFRESH_TOKEN}")
        return answer(graph.shown(graph.lengthened(self, asked.request)))

    def lengthen_page(self, asked: Asked) -> HttpResponse:
        return answer(graph.shown(graph.traded(self, asked.request, PAGE)))

    def pages(self, asked: Asked) -> HttpResponse:
        """The page that the account is linked to, with a token of its own that does not end."""
        graph.needs(asked.token, "pages_show_list")
        who, token = asked.who, asked.token
        own = oauth.issue(
            self,
            who,
            token.scopes,
            refresh=False,
            family=token.family,
            way=PAGE,
            seconds=FOREVER,
        )
        linked = {
            "id": who.remote_id,
            "username": who.handle,
            "name": who.name,
            "profile_picture_url": asked.picture_url(),
        }
        page: dict[str, Any] = {
            "id": f"1{who.remote_id[-14:]}",
            "name": who.name,
            "access_token": own.access,
        }
        page |= {"tasks": ["CREATE_CONTENT"], "instagram_business_account": linked}
        return answer({"data": [page], **graph.cursors(0, 1)})

    # -- the rest

    def publishing_limit(self, asked: Asked, node: str) -> HttpResponse:
        return answer({"data": [insights.quota(self, reading.mine(asked, node))]})

    def hook(self, happening: Happening) -> HookRequest:
        who, post = happening.account, happening.post
        if happening.kind == "revoked" or post is None:
            return graph.withdrawn(self, who)
        value = {
            "id": post.remote_id,
            "text": happening.words,
            "from": {"id": post.account.remote_id, "username": post.account.handle},
            "media": {"id": post.parent.remote_id if post.parent else "", **reading.FEED},
        }
        change = {"field": "comments", "value": value}
        entry = {"id": who.remote_id, "time": int(happening.at.timestamp()), "changes": [change]}
        return graph.signed(self, {"object": "instagram", "entry": [entry]})

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        return graph.refusal(status, reason)

    def stamp(self, response: HttpResponse, account: Account | None, does: Does) -> None:
        graph.stamp(response, account)
