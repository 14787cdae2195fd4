"""The other end of Discord's webhooks: a secret in the address, and a message read by number."""

import re
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from publishers.sandbox import ids
from publishers.sandbox.exchange import api
from publishers.sandbox.keys import Keyed
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.platforms.discord import messages
from publishers.sandbox.platforms.discord.errors import error, slower, unknown
from publishers.sandbox.twin import Endpoint, Seed

# (calls, seconds)
LIMIT = (5, 2)
RETRY_AFTER = 29.5
REFUSALS = {
    401: (401, 50027, "Invalid Webhook Token"),
    415: (400, 50035, "Invalid Form Body"),
    422: (400, 50035, "Invalid Form Body"),
    504: (504, 0, "504: Gateway Timeout"),
}


class Discord(Keyed):
    slug, name = "discord", "Discord"
    key_label = "Webhook address"
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourforum", "Harbour Forum"))
    post_routes = ("channels/<str:guild>/<str:channel>/<str:remote_id>",)

    def routes(self) -> list[URLPattern]:
        hook = "api/v10/webhooks/<str:webhook>/<str:token>"
        return [
            api(
                self,
                hook,
                GET=Endpoint(Does.OTHER, messages.about),
                POST=Endpoint(Does.PUBLISH, messages.execute),
            ),
            api(
                self,
                f"{hook}/messages/<str:message>",
                GET=Endpoint(Does.READ, messages.one),
                PATCH=Endpoint(Does.OTHER, messages.change),
                DELETE=Endpoint(Does.REMOVE, messages.delete),
            ),
        ]

    def key_in(self, request: HttpRequest) -> str:
        return self._named(request)[1]

    def identify(self, request: HttpRequest) -> Credential:
        found = super().identify(request)
        if self._named(request)[0] != messages.webhook_id(found.account):
            raise unknown("Webhook", 10015)
        return found

    def _named(self, request: HttpRequest) -> tuple[str, str]:
        found = re.search(r"/webhooks/([^/]+)/([^/]+)", request.path)
        return (found[1], found[2]) if found else ("", "")

    def written(self, account: Account, key: str) -> str:
        number = messages.webhook_id(account)
        return f"{settings.SANDBOX_URL}/{self.slug}/api/webhooks/{number}/{key}"

    def new_account_id(self, kind: Account.Kind) -> str:
        """The server's number and the channel's."""
        return f"{ids.snowflake()}/{ids.snowflake()}"

    def permalink(self, post: RemotePost) -> str:
        server = post.account.remote_id.partition("/")[0]
        channel = post.body.get("channel") or messages.channel_of(post.account)
        return f"channels/{server}/{channel}/{post.remote_id}"

    def notes(self, post: RemotePost) -> list[str]:
        flags = post.body.get("flags", 0)
        said = {messages.NO_PREVIEW: "Links without preview", messages.NO_SOUND: "Without a sound"}
        calls = ["Calls everybody"] if post.body.get("calls") else []
        return [*(words for flag, words in said.items() if flags & flag), *calls]

    def ask_to_wait(self, response: HttpResponse, wait: str) -> None:
        if wait.isdecimal():
            response.content = slower(float(wait)).content

    def reset(self, moment: float) -> str:
        return f"{moment:.3f}"

    def stamp(self, response: HttpResponse, account: Account | None, does: Does) -> None:
        calls, seconds = LIMIT
        left = 0 if response.status_code == 429 else calls - 1
        response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"] = str(calls), str(left)
        response["X-RateLimit-Reset"] = self.reset(time.time() + seconds)
        response["X-RateLimit-Reset-After"] = f"{seconds:.3f}"
        response["X-RateLimit-Bucket"] = "a7b1c2d3"

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        if status == 429:
            return slower(RETRY_AFTER)
        return error(*REFUSALS.get(status, (500, 0, "500: Internal Server Error")))
