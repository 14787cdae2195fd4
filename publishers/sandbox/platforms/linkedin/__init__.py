"""The other end of LinkedIn: OAuth 2, persons and the organisations they run, what they post."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone

from publishers.sandbox import consent, ids, oauth, quotas
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.linkedin import (
    comments,
    counts,
    documents,
    images,
    people,
    posts,
    telling,
    videos,
)
from publishers.sandbox.platforms.linkedin.errors import DAY_SPENT, REFUSALS, error
from publishers.sandbox.twin import (
    Asked,
    Endpoint,
    Happening,
    HookRequest,
    OAuth,
    Refused,
    Seed,
    Tokens,
    Twin,
    answer,
)

COMMUNITY = ("w_organization_social", "r_organization_social", "rw_organization_admin")


class LinkedIn(Twin):
    slug, name = "linkedin", "LinkedIn"
    oauth = OAuth(
        scopes={
            "openid": "Know that it is you",
            "profile": "See your name and picture",
            "email": "See your e-mail address",
            "w_member_social": "Post, comment and delete as you",
            "w_organization_social": "Post, comment and delete as the organisations you run",
            "r_organization_social": "Read what your organisations posted",
            "rw_organization_admin": "See which organisations you run, and their figures",
            "r_organization_admin": "See which organisations you run",
            "r_basicprofile": "See your name, headline and picture",
            "w_member_social_feed": "Comment as you",
            "w_organization_social_feed": "Comment as the organisations you run",
            "r_member_postAnalytics": "See the figures of your posts",
            "r_member_profileAnalytics": "See how many follow you",
        },
        pkce=False,
        code_seconds=1800,
        access_seconds=5_184_000,
        refresh_seconds=31_536_000,
        denied="user_cancelled_authorize",
        bad_scope="unauthorized_scope_error",
    )
    seeds = (
        Seed("inesduarte", "Ines Duarte", runs=("tidewater", "harbour-trust")),
        Seed("mayaokafor", "Maya Okafor", runs=("tidewater",)),
        Seed("tidewater", "Tidewater", Account.Kind.ORGANIZATION),
        Seed("harbour-trust", "Harbour Trust", Account.Kind.ORGANIZATION),
    )
    tells = tuple(telling.ACTIONS)
    profile_routes = ("in/<str:actor>/", "company/<str:actor>/")
    post_routes = ("feed/update/<str:remote_id>/",)

    def routes(self) -> list[URLPattern]:
        token = Endpoint(Does.TOKEN, self.exchange_token, auth=False, whose=oauth.whose)
        part = Endpoint(Does.UPLOAD, videos.receive, auth=False, whose=videos.whose)
        return [
            consent.page(self, "oauth/v2/authorization"),
            api(self, "oauth/v2/accessToken", POST=token),
            api(self, "oauth/v2/revoke", POST=Endpoint(Does.OTHER, self.revoke, auth=False)),
            api(self, "v2/userinfo", GET=Endpoint(Does.OTHER, people.userinfo)),
            api(self, "rest/organizationAcls", GET=Endpoint(Does.OTHER, people.roles)),
            api(self, "rest/organizations/<int:number>", GET=Endpoint(Does.OTHER, people.page)),
            api(self, "rest/images", POST=Endpoint(Does.UPLOAD, images.initialize)),
            api(self, "rest/images/<str:urn>", GET=Endpoint(Does.READ, images.status)),
            api(self, "dms-uploads/<str:urn>", PUT=Endpoint(Does.UPLOAD, images.receive)),
            api(self, "rest/documents", POST=Endpoint(Does.UPLOAD, documents.initialize)),
            api(self, "rest/documents/<str:urn>", GET=Endpoint(Does.READ, images.status)),
            api(
                self,
                "dms-uploads/<str:urn>/document",
                PUT=Endpoint(Does.UPLOAD, documents.receive),
            ),
            api(self, "rest/videos", POST=Endpoint(Does.UPLOAD, videos.act)),
            api(self, "rest/videos/<str:urn>", GET=Endpoint(Does.READ, videos.status)),
            api(self, "dms-uploads/<str:urn>/<int:part>", PUT=part),
            api(
                self,
                "rest/posts",
                POST=Endpoint(Does.PUBLISH, posts.create),
                GET=Endpoint(Does.READ, posts.by_author),
            ),
            api(
                self,
                "rest/posts/<str:urn>",
                GET=Endpoint(Does.READ, posts.one),
                POST=Endpoint(Does.OTHER, posts.edit),
                DELETE=Endpoint(Does.REMOVE, posts.delete),
            ),
            api(
                self,
                "rest/socialActions/<str:urn>/comments",
                POST=Endpoint(Does.PUBLISH, comments.create),
                GET=Endpoint(Does.READ, comments.listed),
            ),
            api(
                self,
                "rest/socialActions/<str:urn>/comments/<str:number>",
                POST=Endpoint(Does.OTHER, comments.edit),
                DELETE=Endpoint(Does.REMOVE, comments.delete),
            ),
            *self.statistics(),
        ]

    def statistics(self) -> list[URLPattern]:
        found: dict[str, Callable[..., HttpResponse]] = {
            "organizationalEntityShareStatistics": counts.shares,
            "networkSizes/<str:urn>": counts.network,
            "organizationPageStatistics": counts.visits,
            "memberCreatorPostAnalytics": counts.member_post,
            "memberFollowersCount": counts.member,
        }
        return [
            api(self, f"rest/{route}", GET=Endpoint(Does.OTHER, counted))
            for route, counted in found.items()
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        number = ids.snowflake()
        # A number in paths: one with a nought in front would come back without it.
        return f"7{number[-8:]}" if kind == Account.Kind.ORGANIZATION else f"sbx{number[-9:]}"

    def permalink(self, post: RemotePost) -> str:
        if "object" in post.body:
            return comments.permalink(post)
        return f"feed/update/{post.remote_id}/"

    def notes(self, post: RemotePost) -> list[str]:
        return posts.notes(post)

    def identify(self, request: HttpRequest) -> Credential:
        value = oauth.bearer(request)
        if not value:
            raise Refused(error(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token"))
        found = oauth.known(self, Credential.Kind.ACCESS, value)
        if found is None:
            raise Refused(self.refusal(401))
        return found

    def exchange_token(self, asked: Asked) -> HttpResponse:
        form = self.client_form(asked.request)
        try:
            if form.get("grant_type") == "refresh_token":
                return answer(self.renewed(form.get("refresh_token", "")))
            code = oauth.redeem(self, form)
        except oauth.BadGrant as bad:
            return answer({"error": bad.code, "error_description": bad.description}, 400)
        self.forget_other_scopes(code)
        partner = any(code.allows(scope) for scope in COMMUNITY)
        tokens = oauth.issue(self, code.account, code.scopes, refresh=partner, family=code.family)
        return answer(self.shown(tokens))

    def renewed(self, value: str) -> dict[str, Any]:
        """The refresh token stays and its end is fixed; no access token outlives it."""
        old = oauth.lasting(self, value)
        left = int((old.expires_at - timezone.now()).total_seconds())
        tokens = oauth.issue(self, old.account, old.scopes, refresh=False, family=old.family)
        return self.shown(tokens) | {
            "expires_in": min(tokens.expires_in, left),
            "refresh_token": value,
            "refresh_token_expires_in": left,
        }

    def shown(self, tokens: Tokens) -> dict[str, Any]:
        data = {
            "access_token": tokens.access,
            "expires_in": tokens.expires_in,
            "scope": ",".join(tokens.scopes),
            "token_type": "Bearer",
        }
        seconds = oauth.rules(self).refresh_seconds
        renewal = {"refresh_token": tokens.refresh, "refresh_token_expires_in": seconds}
        return data | (renewal if tokens.refresh else {})

    def forget_other_scopes(self, code: Credential) -> None:
        """A consent to a different set of scopes ends the older ones of that member."""
        older = Credential.objects.filter(account=code.account, revoked_at=None).exclude(
            kind=Credential.Kind.CODE
        )
        asked = set(code.scopes.split())
        stale = [one.pk for one in older if set(one.scopes.split()) != asked]
        Credential.objects.filter(pk__in=stale).update(revoked_at=timezone.now())

    def revoke(self, asked: Asked) -> HttpResponse:
        oauth.revoke(self, self.client_form(asked.request).get("token", ""))
        return HttpResponse(status=200)

    def client_form(self, request: HttpRequest) -> dict[str, str]:
        """The form of a client that gave its secret in the body."""
        form, expected = request.POST.dict(), oauth.registered(self.slug)
        if (
            oauth.Registration(str(form.get("client_id")), str(form.get("client_secret")))
            != expected
        ):
            reason = "Client authentication failed"
            raise Refused(answer({"error": "invalid_client", "error_description": reason}, 401))
        return {str(name): str(value) for name, value in form.items()}

    def hook(self, happening: Happening) -> HookRequest:
        return telling.hook(self.slug, happening)

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        if status == 429 and reason == quotas.SPENT:
            return error(*DAY_SPENT)
        return error(*REFUSALS.get(status, REFUSALS[500]))

    def stamp(self, response: HttpResponse, account: Account | None, does: Does) -> None:
        """Its headers say nothing about limits; these help its support to find a call."""
        response["x-li-fabric"] = "sandbox"
        response["x-li-request-id"] = response["x-li-uuid"] = ids.snowflake()
