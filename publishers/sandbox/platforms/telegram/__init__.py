"""The other end of Telegram's Bot API: a token in the address, channels, and nothing to read."""

import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, register_converter

from publishers.sandbox.exchange import api
from publishers.sandbox.keys import Keyed
from publishers.sandbox.models import Account, Does, RemotePost
from publishers.sandbox.platforms.telegram import chats, messages
from publishers.sandbox.platforms.telegram.errors import error
from publishers.sandbox.twin import Endpoint, Refused, Seed

RETRY_AFTER = 30
REFUSALS = {
    401: (401, "Unauthorized"),
    415: (400, "Bad Request: wrong file identifier/HTTP URL specified"),
    422: (400, "Bad Request: MESSAGE_REFUSED"),
    504: (504, "Gateway Timeout"),
}


class Number:
    """A message in an address: digits, kept as they are."""

    regex = "[0-9]{1,15}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Number, "message_number")


class Telegram(Keyed):
    slug, name = "telegram", "Telegram"
    key_label = "Bot token"
    seeds = (Seed("tidewater", "Tidewater"), Seed("harbourtrust", "Harbour Trust"))
    profile_routes = ("<str:actor>",)
    post_routes = ("<str:actor>/<message_number:remote_id>",)

    def routes(self) -> list[URLPattern]:
        def method(name: str, does: Does, answer: Callable[..., HttpResponse]) -> URLPattern:
            one = Endpoint(does, answer)
            return api(self, f"bot<str:token>/{name}", GET=one, POST=one)

        publish, other = Does.PUBLISH, Does.OTHER
        return [
            method("getMe", other, chats.me),
            method("getChat", other, chats.chat),
            method("getChatMember", other, chats.member),
            method("getChatMemberCount", other, chats.count),
            method("getUpdates", other, chats.updates),
            method("sendMessage", publish, messages.send_text),
            method("sendPhoto", publish, messages.send_photo),
            method("sendVideo", publish, messages.send_video),
            method("sendMediaGroup", publish, messages.send_album),
            method("editMessageText", other, messages.edit_text),
            method("editMessageCaption", other, messages.edit_caption),
            method("deleteMessage", Does.REMOVE, messages.delete),
        ]

    def key_in(self, request: HttpRequest) -> str:
        found = re.search(r"/bot[0-9]+:([^/]+)/", request.path)
        if found is None:
            raise Refused(error(404, "Not Found"))
        return found[1]

    def written(self, account: Account, key: str) -> str:
        return f"{chats.bot_id(account)}:{key}"

    def new_account_id(self, kind: Account.Kind) -> str:
        return f"{chats.PREFIX}{secrets.randbelow(9 * 10**9) + 10**9}"

    def permalink(self, post: RemotePost) -> str:
        return f"{post.account.handle}/{post.remote_id}"

    def notes(self, post: RemotePost) -> list[str]:
        said = {"silent": "Without a sound", "protected": "Not to be forwarded"}
        return [words for name, words in said.items() if post.body.get(name)]

    def ask_to_wait(self, response: HttpResponse, wait: str) -> None:
        if wait.isdecimal():
            response.content = _slower(int(wait)).content

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        if status == 429:
            return _slower(RETRY_AFTER)
        return error(*REFUSALS.get(status, (500, "Internal Server Error")))


def _slower(seconds: int) -> HttpResponse:
    return error(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
