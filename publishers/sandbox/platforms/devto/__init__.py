"""The other end of DEV: a Forem with API keys, drafts and articles."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from publishers.sandbox import figures, ids, markdown
from publishers.sandbox.exchange import api
from publishers.sandbox.keys import Keyed
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.devto import articles, wire
from publishers.sandbox.platforms.devto.errors import error, no_robots
from publishers.sandbox.twin import Asked, Endpoint, Piece, Seed, answer, linked

REFUSALS = {
    401: (401, "unauthorized"),
    415: (422, "Body markdown could not be read"),
    422: (422, "Body markdown was refused"),
    429: (429, "Rate limit reached, try again in 30 seconds"),
    504: (504, "Gateway Timeout"),
}
RETRY_AFTER = 30


class DevTo(Keyed):
    slug, name = "devto", "DEV"
    key_label = "API key"
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourtrust", "Harbour Trust"))
    profile_routes = ("<str:actor>",)
    post_routes = ("<str:actor>/a-<str:remote_id>",)

    def routes(self) -> list[URLPattern]:
        read, one = Does.READ, "api/articles/<int:number>"
        return [
            api(self, "api/users/me", GET=Endpoint(Does.OTHER, self.me)),
            # A draft is to a post what an upload is: nobody sees it yet.
            api(
                self,
                "api/articles",
                POST=Endpoint(Does.UPLOAD, articles.create, fetches=articles.addresses),
            ),
            api(self, "api/articles/me", GET=Endpoint(read, articles.published)),
            api(self, "api/articles/me/published", GET=Endpoint(read, articles.published)),
            api(self, "api/articles/me/unpublished", GET=Endpoint(read, articles.unpublished)),
            api(self, "api/articles/me/all", GET=Endpoint(read, articles.everything)),
            api(
                self,
                one,
                GET=Endpoint(read, articles.show, auth=False),
                PUT=Endpoint(Does.PUBLISH, articles.update, fetches=articles.addresses),
            ),
            api(self, f"{one}/unpublish", PUT=Endpoint(Does.REMOVE, articles.unpublish)),
            api(self, "api/followers/users", GET=Endpoint(Does.OTHER, self.followers)),
        ]

    def key_in(self, request: HttpRequest) -> str:
        return request.headers.get("api-key", "")

    def identify(self, request: HttpRequest) -> Credential:
        no_robots(request)
        return super().identify(request)

    def new_account_id(self, kind: Account.Kind) -> str:
        return ids.snowflake()

    def permalink(self, post: RemotePost) -> str:
        return wire.path(post).removeprefix("/")

    def pieces(self, post: RemotePost) -> list[Piece]:
        """The words of pictures that are elsewhere lead there."""
        shown = markdown.pictures(post.body.get("body_markdown", ""))
        away = [one for one in shown if one.url in post.body.get("elsewhere", [])]
        rows = [part for one in away for part in (Piece("\n"), Piece(one.alt or one.url, one.url))]
        return [*linked(post.text), *rows]

    def me(self, asked: Asked) -> HttpResponse:
        who = asked.who
        return answer(
            {
                "type_of": "user",
                "id": int(who.remote_id),
                "username": who.handle,
                "name": who.name,
                "summary": None,
                "profile_image": asked.picture_url(),
            }
        )

    def followers(self, asked: Asked) -> HttpResponse:
        query = asked.request.GET
        size, page = int(query.get("per_page", "80")), int(query.get("page", "1"))
        numbers = range(1, figures.followers(asked.who) + 1)[(page - 1) * size : page * size]
        return answer([{"type_of": "user_follower", "id": n, "username": f"r{n}"} for n in numbers])

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        response = error(*REFUSALS.get(status, (500, "Internal Server Error")))
        if status == 429:
            response["Retry-After"] = str(RETRY_AFTER)
        return response
