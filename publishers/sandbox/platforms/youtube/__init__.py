"""The other end of YouTube: Google's OAuth, resumable uploads, videos, comments, figures."""

import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from publishers.sandbox import consent, oauth, quotas
from publishers.sandbox.access import open_to_all
from publishers.sandbox.exchange import api
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.youtube import channels, comments, places, videos
from publishers.sandbox.platforms.youtube.errors import error, generic
from publishers.sandbox.twin import Asked, Endpoint, OAuth, Refused, Seed, Twin, answer

SCOPE = "https://www.googleapis.com/auth"


class YouTube(Twin):
    slug, name = "youtube", "YouTube"
    oauth = OAuth(
        scopes={
            f"{SCOPE}/youtube.upload": "Upload videos",
            f"{SCOPE}/youtube.readonly": "See your channel and videos",
            f"{SCOPE}/youtube": "Manage your videos",
            f"{SCOPE}/youtube.force-ssl": "Manage your videos and comments",
        },
        pkce=False,
        code_seconds=600,
        access_seconds=3599,
        refresh_seconds=180 * 86_400,
        renewal="lasts",
        needs_state=False,
    )
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourtrust", "Harbour Trust"))
    profile_routes = ("channel/<str:actor>", "@<str:actor>")
    post_routes = ("shorts/<str:remote_id>",)

    def routes(self) -> list[URLPattern]:
        token = Endpoint(Does.TOKEN, self.exchange_token, auth=False, whose=oauth.whose)
        read, upload, other = Does.READ, Does.UPLOAD, Does.OTHER
        v3 = "youtube/v3"
        return [
            consent.page(self, "o/oauth2/v2/auth"),
            path("watch", watch, name="youtube watch"),
            api(self, "token", POST=token),
            api(self, "revoke", POST=Endpoint(other, self.revoke, auth=False)),
            api(
                self,
                f"upload/{v3}/videos",
                POST=Endpoint(upload, places.begin),
                PUT=Endpoint(upload, places.receive),
            ),
            api(self, f"upload/{v3}/thumbnails/set", POST=Endpoint(upload, places.cover)),
            api(
                self,
                f"{v3}/videos",
                GET=Endpoint(read, videos.listed),
                PUT=Endpoint(Does.PUBLISH, videos.update),
                DELETE=Endpoint(Does.REMOVE, videos.delete),
            ),
            api(self, f"{v3}/channels", GET=Endpoint(read, channels.listed)),
            api(self, f"{v3}/playlistItems", GET=Endpoint(read, channels.playlist)),
            api(self, "v2/reports", GET=Endpoint(Does.OTHER, channels.report)),
            api(
                self,
                f"{v3}/commentThreads",
                GET=Endpoint(read, comments.listed),
                POST=Endpoint(Does.PUBLISH, comments.create),
            ),
            api(
                self,
                f"{v3}/comments",
                PUT=Endpoint(other, comments.update),
                DELETE=Endpoint(Does.REMOVE, comments.delete),
            ),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return f"UC{secrets.token_urlsafe(16)}"

    def permalink(self, post: RemotePost) -> str:
        if post.parent is not None:
            return f"watch?v={post.parent.remote_id}&lc={post.remote_id}"
        return f"watch?v={post.remote_id}"

    def notes(self, post: RemotePost) -> list[str]:
        status = post.body.get("status", {})
        hidden = [] if status.get("privacyStatus") == "public" else [status.get("privacyStatus")]
        kids = ["Made for kids"] if status.get("madeForKids") else []
        return [note for note in (*hidden, *kids) if note]

    def identify(self, request: HttpRequest) -> Credential:
        found = oauth.known(self, Credential.Kind.ACCESS, oauth.bearer(request))
        if found is None:
            raise Refused(generic(401))
        return found

    def exchange_token(self, asked: Asked) -> HttpResponse:
        """A renewal answers without a new refresh token."""
        form = {str(name): str(value) for name, value in asked.request.POST.items()}
        known = oauth.registered(self.slug)
        if (form.get("client_id"), form.get("client_secret")) != (
            known.client_id,
            known.client_secret,
        ):
            raise flat("invalid_client", "The OAuth client was not found.", 401)
        try:
            tokens = oauth.exchanged(self, form)
        except oauth.BadGrant as bad:
            raise flat("invalid_grant", "Bad Request") from bad
        return answer(oauth.granted(tokens) | {"token_type": "Bearer"})

    def revoke(self, asked: Asked) -> HttpResponse:
        oauth.revoke(self, asked.request.POST.get("token", ""))
        return answer({})

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        if status == 429 and reason == quotas.SPENT:
            words = "The user has exceeded the number of videos they may upload."
            return error(400, "uploadLimitExceeded", words)
        return generic(status)


@open_to_all
@require_safe
def watch(request: HttpRequest) -> HttpResponse:
    """The address that people open has the video's id after a question mark."""
    video = request.GET.get("v", "")
    known = RemotePost.objects.filter(account__platform="youtube", remote_id=video).exists()
    return HttpResponseRedirect(f"shorts/{video if known else '-'}")


def flat(code: str, words: str, status: int = 400) -> Refused:
    return Refused(answer({"error": code, "error_description": words}, status))
