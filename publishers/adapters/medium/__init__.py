"""Medium: stories by integration token, on a profile or in a publication. Sent once, never read.

Facts: https://github.com/Medium/medium-api-docs, which is frozen. Nothing that was posted can be
read, changed or taken down. Registered in publishers/registry.py.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from publishers import handles
from publishers.adapters.medium import writing
from publishers.adapters.medium.refusals import (
    NAME,
    RULES,
    told,
    turned_away,
    words_of,
)
from publishers.adapters.medium.spec import PUBLICATION, SPEC
from publishers.contract import (
    Account,
    Adapter,
    Media,
    NotPublished,
    Outcome,
    Payload,
    Published,
    Reconnect,
    Rejected,
    Reply,
    Step,
    TryLater,
)
from publishers.verdicts import (
    at,
    committed,
    is_fine,
    judge,
    list_at,
    nameless,
    quoted,
    repeatable,
    text_at,
)

# What was uploaded stays; after a day it may as well be made anew.
IMAGE_SECONDS = 20 * 3600
MOST_PUBLICATIONS = 25
ROLES = ("editor", "writer")


class Medium(Adapter):
    spec = SPEC

    # -- the accounts

    def accounts(self) -> list[Account] | NotPublished:
        reply = self._ask("GET", "/me")
        if not isinstance(reply, Reply):
            return reply
        who = at(reply.json, "data")
        if not text_at(who, "id") or not text_at(who, "username"):
            return TryLater("Medium did not say whose token this is. Try again.")
        person = Account(
            remote_id=text_at(who, "id"),
            handle=text_at(who, "username"),
            name=text_at(who, "name"),
            avatar_url=text_at(who, "imageUrl"),
            token=self.account.token,
        )
        return [person, *self._publications(person.remote_id)]

    def _publications(self, user: str) -> Iterator[Account]:
        """Those this person may post in; the list also has what they only read."""
        reply = self._ask("GET", f"/users/{quote(user, safe='')}/publications")
        listed = list_at(reply.json, "data") if isinstance(reply, Reply) else []
        for row in listed[:MOST_PUBLICATIONS]:
            remote, name = text_at(row, "id"), text_at(row, "name")
            if remote and self._posts_in(remote, user):
                handle = text_at(row, "url").rstrip("/").rpartition("/")[2] or name
                yield Account(remote, handle, name, kind=PUBLICATION, token=self.account.token)

    def _posts_in(self, publication: str, user: str) -> bool:
        reply = self._ask("GET", f"/publications/{quote(publication, safe='')}/contributors")
        rows = list_at(reply.json, "data") if isinstance(reply, Reply) else []
        return any(text_at(row, "userId") == user and text_at(row, "role") in ROLES for row in rows)

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        found = re.search(r"//[^/]+/(?:.*-|(?:.*/)?p/)([0-9a-f]{6,16})/?(?:[?#].*)?$", permalink)
        return found.group(1) if found else ""

    # -- before the story

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return writing.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> NotPublished | None:
        if (mistake := writing.mistake(payload)) is not None:
            return mistake
        for media in payload.media:
            if (problem := self._upload(media, step)) is not None:
                return problem
        return None

    def _upload(self, media: Media, step: Step) -> NotPublished | None:
        if handles.held(step, media):
            return None
        file = {"image": (media.sha256[:16], media.read(), media.mime)}
        reply = self._ask("POST", "/images", files=file)
        url = text_at(reply.json, "data", "url") if isinstance(reply, Reply) else ""
        if isinstance(reply, Rejected) and reply.code == "403" and media.url:
            # A token without the right to upload: what an address shows is copied instead.
            url = media.url
        elif not isinstance(reply, Reply):
            return reply
        if not url:
            return TryLater("Medium took a picture but did not say where it is.")
        handles.keep(step, media, IMAGE_SECONDS, url=url)
        return None

    # -- the story

    def publish(self, payload: Payload, step: Step) -> Outcome:
        """Sent once: only a whole answer says that it is there, and nothing tells afterwards."""
        if (mistake := writing.mistake(payload)) is not None:
            return mistake
        addresses = [handles.held(step, media).get("url", "") for media in payload.media]
        if not all(addresses):
            return TryLater("The pictures must be uploaded to Medium again.", after=1)
        owner = "publications" if self.account.kind == PUBLICATION else "users"
        path = f"/{owner}/{quote(self.account.remote_id, safe='')}/posts"
        answer = self.http.send(
            "POST",
            self._url(path),
            headers=self._headers(),
            json=writing.story(payload, addresses),
            commits=True,
        )
        reply = committed(answer, NAME)
        if not isinstance(reply, Reply):
            return told(reply) if isinstance(answer, Reply) else reply
        if is_fine(reply):
            remote, link = text_at(reply.json, "data", "id"), text_at(reply.json, "data", "url")
            return Published(remote, link) if remote and self._is_ours(link) else nameless(NAME)
        return turned_away(reply) or judge(NAME, RULES, words_of(reply))

    # -- how Medium is spoken to

    def _ask(self, method: str, path: str, **request: Any) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx."""
        answer = self.http.send(method, self._url(path), headers=self._headers(), **request)
        reply = repeatable(answer, NAME)
        if not isinstance(reply, Reply):
            return told(reply) if isinstance(answer, Reply) else reply
        if is_fine(reply):
            return reply
        verdict = turned_away(reply) or judge(NAME, RULES, words_of(reply))
        if isinstance(verdict, TryLater | Reconnect):
            return verdict
        if isinstance(verdict, Rejected):
            return Rejected(verdict.reason, code=str(reply.status))
        return Rejected(quoted(NAME, words_of(reply).words))

    def _url(self, path: str) -> str:
        return f"{self.app.api_url.rstrip('/')}/v1{path}"

    def _is_ours(self, link: str) -> bool:
        """A story may have an address on the publication's own domain, but it is a web address."""
        return link.startswith(("https://", self.app.web_url))

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.account.token}",
            "Accept": "application/json",
            "Accept-Charset": "utf-8",
            "User-Agent": "Drumbeat",
        }
