"""The other end of Mastodon: one server, on which apps register themselves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from publishers.sandbox import consent, ids, oauth
from publishers.sandbox.access import open_to_all
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.mastodon import apps, media, people, statuses
from publishers.sandbox.platforms.mastodon.errors import error
from publishers.sandbox.twin import FOREVER, Asked, Endpoint, OAuth, Refused, Seed, Twin

# (calls, seconds)
POLICIES = {Does.UPLOAD: (30, 1800), Does.REMOVE: (30, 1800)}
USUAL = (300, 300)
REFUSALS = {
    401: (401, "The access token is invalid"),
    415: (422, "Validation failed: File content type is invalid"),
    422: (422, "Validation failed: Text is not acceptable here"),
    429: (429, "Too many requests"),
    504: (504, "The server took too long"),
}
TROUBLE = (503, "There was a temporary problem serving your request, please try again")
WHO_SEES = {"unlisted": "Quiet public", "private": "Followers only", "direct": "Mentioned only"}


class Mastodon(Twin):
    slug, name = "mastodon", "Mastodon"
    oauth = OAuth(
        scopes={
            "read": "Read everything",
            "write": "Change everything",
            "profile": "See your name and picture",
            "read:accounts": "See your account",
            "read:statuses": "Read posts",
            "write:statuses": "Post, change and delete for you",
            "write:media": "Upload files for you",
        },
        pkce=False,
        code_seconds=600,
        access_seconds=FOREVER,
        refresh_seconds=0,
        renewal="none",
        needs_state=False,
        registers=True,
    )
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourtrust", "Harbour Trust"))
    profile_routes = ("@<str:actor>",)
    post_routes = ("@<str:actor>/<str:remote_id>",)

    def routes(self) -> list[URLPattern]:
        def public(does: Does, answer: Callable[..., HttpResponse]) -> Endpoint:
            return Endpoint(does, answer, auth=False)

        code = Endpoint(Does.TOKEN, self.token, auth=False, whose=oauth.whose)
        upload = Endpoint(Does.UPLOAD, media.upload)
        return [
            path("@<str:user>@<str:server>", at_home, name="mastodon full name"),
            consent.page(self, "oauth/authorize"),
            api(self, "oauth/token", POST=code),
            api(self, "oauth/revoke", POST=public(Does.OTHER, self.revoke)),
            api(
                self,
                ".well-known/oauth-authorization-server",
                GET=public(Does.OTHER, self.endpoints),
            ),
            api(self, "api/v1/apps", POST=public(Does.OTHER, apps.register)),
            api(self, "api/v1/instance", GET=public(Does.OTHER, apps.older_instance)),
            api(self, "api/v2/instance", GET=public(Does.OTHER, apps.instance)),
            api(
                self,
                "api/v1/accounts/verify_credentials",
                GET=Endpoint(Does.OTHER, people.current),
            ),
            api(
                self,
                "api/v1/accounts/<str:number>/statuses",
                GET=Endpoint(Does.READ, statuses.timeline),
            ),
            api(self, "api/v1/media", POST=upload),
            api(self, "api/v2/media", POST=upload),
            api(
                self,
                "api/v1/media/<str:number>",
                GET=Endpoint(Does.OTHER, media.one),
                PUT=Endpoint(Does.OTHER, media.change),
            ),
            api(
                self,
                "api/v1/statuses",
                POST=Endpoint(Does.PUBLISH, statuses.create),
                GET=Endpoint(Does.READ, statuses.several),
            ),
            api(
                self,
                "api/v1/statuses/<str:number>",
                GET=Endpoint(Does.READ, statuses.one),
                PUT=Endpoint(Does.OTHER, statuses.change),
                DELETE=Endpoint(Does.REMOVE, statuses.delete),
            ),
            api(
                self,
                "api/v1/statuses/<str:number>/source",
                GET=Endpoint(Does.READ, statuses.source),
            ),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return ids.snowflake()

    def permalink(self, post: RemotePost) -> str:
        return f"@{post.account.handle}/{post.remote_id}"

    def notes(self, post: RemotePost) -> list[str]:
        warning, visibility = post.body.get("spoiler_text"), post.body.get("visibility", "")
        notes = [WHO_SEES.get(visibility, ""), f"Warning: {warning}" if warning else ""]
        hidden = post.body.get("sensitive") and not warning
        return [note for note in [*notes, "Hidden until opened" if hidden else ""] if note]

    def identify(self, request: HttpRequest) -> Credential:
        found = oauth.known(self, Credential.Kind.ACCESS, oauth.bearer(request))
        if found is None:
            raise Refused(self.refusal(401))
        return found

    def token(self, asked: Asked) -> HttpResponse:
        return apps.token(self, asked)

    def revoke(self, asked: Asked) -> HttpResponse:
        return apps.revoke(self, asked)

    def endpoints(self, asked: Asked) -> HttpResponse:
        return apps.endpoints(self, asked)

    def reset(self, moment: float) -> str:
        return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        return error(*REFUSALS.get(status, TROUBLE))

    def stamp(self, response: HttpResponse, account: Account | None, does: Does) -> None:
        if account is None:
            return
        limit, seconds = POLICIES.get(does, USUAL)
        left, reset = limit - 1, timezone.now() + timedelta(seconds=seconds)
        if does == Does.PUBLISH and account.budget_limit is not None:
            limit, left = account.budget_limit, account.budget_left
            reset = account.budget_resets_at or reset
        response["X-RateLimit-Limit"] = str(limit)
        response["X-RateLimit-Remaining"] = "0" if response.status_code == 429 else str(left)
        response["X-RateLimit-Reset"] = self.reset(reset.timestamp())


@open_to_all
@require_safe
def at_home(request: HttpRequest, user: str, server: str) -> HttpResponse:
    """Somebody's full name, which on their own server is that of their profile."""
    return HttpResponseRedirect(f"/sandbox/mastodon/@{user}")
