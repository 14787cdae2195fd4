"""The other end of Reddit: lasting refresh tokens, submissions, leases for uploads, listings."""

import time
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone

from publishers.sandbox import consent, oauth, quotas
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.reddit import listings, media, places, submissions
from publishers.sandbox.platforms.reddit.errors import bare, listed, stored
from publishers.sandbox.twin import (
    FOREVER,
    Asked,
    Endpoint,
    OAuth,
    Refused,
    Seed,
    Twin,
    answer,
)

# Calls in ten minutes, as its headers count them.
CALLS, WINDOW = 1000, timedelta(minutes=10)
SHARED_NAMES = ("python-requests", "python-urllib", "curl", "java", "okhttp")


class Reddit(Twin):
    slug, name = "reddit", "Reddit"
    oauth = OAuth(
        scopes={
            "identity": "Know who you are",
            "submit": "Post and comment for you",
            "read": "Read posts and comments",
            "flair": "Choose the flair of your posts",
            "edit": "Edit and delete your posts and comments",
            "history": "See what you posted",
            "mysubreddits": "See which subreddits you joined",
        },
        pkce=False,
        code_seconds=600,
        access_seconds=86_400,
        refresh_seconds=FOREVER,
        renewal="lasts",
    )
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourtrust", "Harbour Trust"))
    carousel = True
    profile_routes = ("user/<str:actor>/", "user/<str:actor>/submitted/")
    post_routes = (
        "comments/<str:remote_id>/",
        "r/<str:place>/comments/<str:remote_id>/<str:words>/",
        "r/<str:place>/comments/<str:root>/<str:words>/<str:remote_id>/",
    )

    def routes(self) -> list[URLPattern]:
        token = Endpoint(Does.TOKEN, self.exchange_token, auth=False, whose=oauth.whose)
        store = Endpoint(Does.UPLOAD, media.receive, auth=False, whose=media.whose)
        publish, remove = Does.PUBLISH, Does.REMOVE
        return [
            consent.page(self, "api/v1/authorize"),
            api(self, "api/v1/access_token", POST=token),
            api(self, "api/v1/revoke_token", POST=Endpoint(Does.OTHER, self.revoke, auth=False)),
            api(self, "api/v1/me", GET=Endpoint(Does.OTHER, listings.me)),
            api(
                self,
                "api/v1/<str:name>/post_requirements",
                GET=Endpoint(Does.OTHER, places.requirements),
            ),
            api(self, "r/<str:name>/api/link_flair_v2", GET=Endpoint(Does.OTHER, places.flairs)),
            api(self, "api/media/asset.json", POST=Endpoint(Does.UPLOAD, media.lease)),
            api(self, "", POST=store),
            api(self, "api/submit", POST=Endpoint(publish, submissions.submit)),
            api(self, "api/submit_gallery_post.json", POST=Endpoint(publish, submissions.gallery)),
            api(self, "api/comment", POST=Endpoint(publish, submissions.comment)),
            api(self, "api/editusertext", POST=Endpoint(Does.OTHER, submissions.edit)),
            api(self, "api/del", POST=Endpoint(remove, submissions.delete)),
            api(self, "api/info", GET=Endpoint(Does.READ, listings.info)),
            api(self, "user/<str:handle>/submitted", GET=Endpoint(Does.READ, listings.submitted)),
            api(self, "user/<str:handle>/comments", GET=Endpoint(Does.READ, listings.comments)),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return submissions.number()

    def permalink(self, post: RemotePost) -> str:
        return listings.path_of(post).removeprefix("/")

    def notes(self, post: RemotePost) -> list[str]:
        said = {name: str(value) for name, value in post.body.items()}
        flair = said.get("flair_text", "")
        notes = [f"r/{said.get('sr', '')}", f"Flair: {flair}" if flair else ""]
        marks = (("nsfw", "NSFW"), ("spoiler", "Spoiler"))
        notes += [words for name, words in marks if said.get(name, "").lower() == "true"]
        return [note for note in notes if note]

    # -- tokens

    def identify(self, request: HttpRequest) -> Credential:
        self.check_name(request)
        found = oauth.known(self, Credential.Kind.ACCESS, oauth.bearer(request))
        if found is None:
            raise Refused(bare(401))
        return found

    def check_name(self, request: HttpRequest) -> None:
        """Names that come with a library are slowed down."""
        name = request.headers.get("User-Agent", "").lower()
        if not name or name.startswith(SHARED_NAMES):
            raise Refused(bare(429))

    def exchange_token(self, asked: Asked) -> HttpResponse:
        """A code that is no good is said in a fine answer, a refresh token with a bare status."""
        form = self.client_form(asked.request)
        renewing = form.get("grant_type") == "refresh_token"
        try:
            tokens = oauth.exchanged(self, form)
        except oauth.BadGrant:
            return bare(400) if renewing else answer({"error": "invalid_grant"})
        told = oauth.granted(tokens)
        return answer(told | ({"refresh_token": form["refresh_token"]} if renewing else {}))

    def revoke(self, asked: Asked) -> HttpResponse:
        oauth.revoke(self, self.client_form(asked.request).get("token", ""))
        return HttpResponse(status=204)

    def client_form(self, request: HttpRequest) -> dict[str, str]:
        """The form of a client that proved itself by Basic."""
        self.check_name(request)
        if oauth.basic(request) != oauth.registered(self.slug):
            raise Refused(bare(401))
        return {str(name): str(value) for name, value in request.POST.items()}

    # -- the rest

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        if status == 429 and reason == quotas.SPENT:
            words = "Looks like you've been doing that a lot. Take a break for 9 minutes"
            return listed("RATELIMIT", f"{words} before trying again.", "ratelimit")
        if status == 422:
            return listed("SUBREDDIT_NOTALLOWED", "You aren't allowed to post there", "sr")
        if status == 415:
            return stored("InvalidArgument", "The file was refused").response
        return bare(status)

    def reset(self, moment: float) -> str:
        return str(max(1, round(moment - time.time())))

    def stamp(self, response: HttpResponse, account: Account | None, does: Does) -> None:
        """The reset is seconds from now, and what is left is not a whole number."""
        limit, left, reset = CALLS, CALLS - 1, timezone.now() + WINDOW
        if account is not None and account.budget_limit is not None and does == Does.PUBLISH:
            limit, left = account.budget_limit, account.budget_left
            reset = account.budget_resets_at or reset
        left = 0 if response.status_code == 429 else left
        response["x-ratelimit-used"] = str(limit - left)
        response["x-ratelimit-remaining"] = f"{left}.0"
        response["x-ratelimit-reset"] = self.reset(reset.timestamp())
