"""The other end of Pinterest: OAuth with rotating tokens, boards, pins, videos in a store."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from publishers.sandbox import consent, figures, ids, oauth
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.pinterest import boards, media, pins
from publishers.sandbox.platforms.pinterest.errors import generic, needs, no
from publishers.sandbox.twin import Asked, Endpoint, OAuth, Refused, Seed, Twin, answer

REFRESH_SECONDS = 60 * 86_400


class Pinterest(Twin):
    slug, name = "pinterest", "Pinterest"
    oauth = OAuth(
        scopes={
            "boards:read": "See your public boards",
            "boards:write": "Create, update or delete your public boards",
            "pins:read": "See your public pins",
            "pins:write": "Create, update or delete your public pins",
            "user_accounts:read": "See your account and followers",
        },
        pkce=False,
        code_seconds=300,
        access_seconds=30 * 86_400,
        refresh_seconds=REFRESH_SECONDS,
        separator=",",
        needs_state=False,
    )
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourtrust", "Harbour Trust"))
    carousel = True
    post_routes = ("pin/<str:remote_id>/",)

    def routes(self) -> list[URLPattern]:
        token = Endpoint(Does.TOKEN, self.exchange_token, auth=False, whose=oauth.whose)
        store = Endpoint(Does.UPLOAD, media.receive, auth=False, whose=media.whose)
        read, other = Does.READ, Does.OTHER
        return [
            consent.page(self, "oauth/"),
            # The store's host has nothing but its root.
            api(self, "", POST=store),
            api(self, "v5/oauth/token", POST=token),
            api(self, "v5/user_account", GET=Endpoint(other, self.account)),
            api(self, "v5/boards", GET=Endpoint(other, boards.listed)),
            api(self, "v5/boards/<str:board>/pins", GET=Endpoint(read, pins.on_board)),
            api(self, "v5/media", POST=Endpoint(Does.UPLOAD, media.register)),
            api(self, "v5/media/<str:number>", GET=Endpoint(other, media.show)),
            api(self, "v5/pins", POST=Endpoint(Does.PUBLISH, pins.create)),
            api(
                self,
                "v5/pins/<str:number>",
                GET=Endpoint(read, pins.show),
                PATCH=Endpoint(other, pins.change),
                DELETE=Endpoint(Does.REMOVE, pins.delete),
            ),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return ids.snowflake()

    def permalink(self, post: RemotePost) -> str:
        return f"pin/{post.remote_id}/"

    def notes(self, post: RemotePost) -> list[str]:
        board = boards.of(post.account).get(post.body.get("board_id", ""), "")
        return [board] if board else []

    def identify(self, request: HttpRequest) -> Credential:
        found = oauth.known(self, Credential.Kind.ACCESS, oauth.bearer(request))
        if found is None:
            raise Refused(generic(401))
        return found

    def exchange_token(self, asked: Asked) -> HttpResponse:
        form = {str(name): str(value) for name, value in asked.request.POST.items()}
        known, given = oauth.registered(self.slug), oauth.basic(asked.request)
        if given is None or (given.client_id, given.client_secret) != (
            known.client_id,
            known.client_secret,
        ):
            raise no(401, 2, "Authentication failed.")
        renewing = form.get("grant_type") == "refresh_token"
        try:
            tokens = oauth.exchanged(self, form)
        except oauth.BadGrant as bad:
            raise no(401 if renewing else 400, 2 if renewing else 1, bad.description) from bad
        told = {
            "response_type": "refresh_token" if renewing else "authorization_code",
            "refresh_token_expires_in": REFRESH_SECONDS,
            "scope": " ".join(tokens.scopes),
        }
        return answer(oauth.granted(tokens) | told)

    def account(self, asked: Asked) -> HttpResponse:
        needs(asked, "user_accounts:read")
        who = asked.who
        return answer(
            {
                "id": who.remote_id,
                "username": who.handle,
                "business_name": who.name,
                "account_type": "BUSINESS",
                "profile_image": asked.picture_url(),
                "follower_count": figures.followers(who),
                "following_count": 12,
                "pin_count": who.posts.public().count(),
                "board_count": len(boards.NAMES),
                "monthly_views": figures.of_account(who, "impressions")["impressions"],
            }
        )

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        return generic(status)
