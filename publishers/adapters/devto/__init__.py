"""DEV (dev.to, a Forem): articles by API key; kept back as a draft first, then published by its id.

Facts: https://developers.forem.com/api/v1 and Forem's own code. Publishing the same draft again
changes nothing, so a lost answer makes no second article. Registered in publishers/registry.py.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from publishers import lookups
from publishers.adapters.devto import writing
from publishers.adapters.devto.refusals import NAME, REPEATED, RULES, WAITS, signed_out, words_of
from publishers.adapters.devto.spec import SPEC
from publishers.contract import (
    Account,
    Adapter,
    CannotTell,
    Figures,
    Found,
    NotPublished,
    Outcome,
    Payload,
    Published,
    Reconnect,
    Rejected,
    Reply,
    Sighting,
    Step,
    TryLater,
    Uncertain,
)
from publishers.verdicts import (
    Said,
    at,
    committed,
    harmless,
    is_fine,
    judge,
    quoted,
    repeatable,
    text_at,
)

# Where the draft's id is kept from one attempt to the next.
DRAFT = "article"
PER_PAGE, PAGES = 100, 10
FOLLOWERS_PER_PAGE, FOLLOWER_PAGES = 1000, 50
METRICS: Mapping[Any, str] = {
    "views": "page_views_count",
    "likes": "public_reactions_count",
    "comments": "comments_count",
}


class DevTo(Adapter):
    spec = SPEC

    def accounts(self) -> list[Account] | NotPublished:
        reply = self._ask("GET", "/users/me")
        if not isinstance(reply, Reply):
            return reply
        who = reply.json
        if not writing.remote_id(who) or not text_at(who, "username"):
            return TryLater("DEV did not say whose key this is. Try again.")
        return [
            Account(
                remote_id=writing.remote_id(who),
                handle=text_at(who, "username"),
                name=text_at(who, "name"),
                avatar_url=text_at(who, "profile_image"),
                token=self.account.token,
            )
        ]

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return writing.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> NotPublished | None:
        """Leave it there as a draft, which nobody sees, and remember its id."""
        if (problem := writing.mistake(payload)) is not None or step.get(DRAFT):
            return problem
        body = {"article": writing.article(payload) | {"published": False}}
        reply = self._ask("POST", "/articles", json=body, accept=422)
        if not isinstance(reply, Reply):
            return reply
        if not is_fine(reply) and not REPEATED.fits(words_of(reply)):
            return self._refusal(words_of(reply))
        number = writing.remote_id(reply.json) if is_fine(reply) else self._draft_again(payload)
        if number:
            step.keep(DRAFT, number)
            return None
        if is_fine(reply):
            return TryLater("DEV took a draft but did not name it. It is looked for again.", 60)
        return self._refusal(words_of(reply))

    def _draft_again(self, payload: Payload) -> str:
        """That of an earlier try whose answer was lost: for five minutes no other may be made."""
        reply = self._ask("GET", "/articles/me/unpublished", params={"per_page": str(PER_PAGE)})
        rows = reply.json if isinstance(reply, Reply) else None
        return writing.draft_of(payload, rows) if isinstance(rows, list) else ""

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if (mistake := writing.mistake(payload)) is not None:
            return mistake
        number = step.get(DRAFT)
        if not number:
            return TryLater("The draft on DEV must be made again.", after=1)
        body = {"article": writing.article(payload) | {"published": not writing.is_draft(payload)}}
        answer = self.http.send(
            "PUT",
            self._url(f"/articles/{number}"),
            headers=self._headers(),
            json=body,
            commits=True,
        )
        reply = committed(answer, NAME)
        if not isinstance(reply, Reply):
            return signed_out() if isinstance(reply, Reconnect) else reply
        return self._published(reply, number, step)

    def _published(self, reply: Reply, number: str, step: Step) -> Outcome:
        if is_fine(reply):
            link = writing.permalink(reply.json, self._web())
            if writing.remote_id(reply.json) != number or not link:
                return Uncertain("DEV accepted the article but did not say where it is.")
            return Published(number, link)
        if reply.status == 404:
            step.keep(DRAFT, "")
            return TryLater("The draft on DEV is gone; another one is made.", after=1)
        return judge(NAME, RULES, words_of(reply))

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        if (problem := writing.mistake(payload)) is not None:
            return problem
        body = {"article": writing.article(payload)}
        reply = self._ask("PUT", f"/articles/{remote_id}", json=body)
        return None if isinstance(reply, Reply) else reply

    def remove(self, remote_id: str) -> NotPublished | None:
        """There is no deleting: it becomes a draft again, which only its author sees."""
        body = {"article": {"published": False}}
        reply = self._ask("PUT", f"/articles/{remote_id}", json=body, accept=404)
        return None if isinstance(reply, Reply) else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        since = lookups.since(payload)
        rows: list[Any] = []
        for page in range(1, PAGES + 1):
            listed = self._page("/articles/me/all", page)
            if not isinstance(listed, list):
                return listed if isinstance(listed, CannotTell) else CannotTell(listed.reason)
            rows += listed
            dates = [writing.published_at(row) for row in listed]
            # Drafts come first, then the newest.
            if len(listed) < PER_PAGE or any(date and date < since for date in dates):
                return writing.sighting(payload, rows, self._web(), step.get(DRAFT) or "")
        seen = writing.sighting(payload, rows, self._web(), step.get(DRAFT) or "")
        if isinstance(seen, Found):
            return seen
        return CannotTell("The account has too many drafts and articles to look through.")

    # -- figures

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        """Views are told to the author only, in the list of all that is published."""
        wanted, found = set(remote_ids), dict[str, Figures]()
        for page in range(1, PAGES + 1):
            listed = self._page("/articles/me/published", page)
            if not isinstance(listed, list):
                return TryLater(listed.reason) if isinstance(listed, CannotTell) else listed
            for row in listed:
                if (number := writing.remote_id(row)) in wanted:
                    found[number] = _figures(row)
            if len(listed) < PER_PAGE or len(found) == len(wanted):
                break
        return found

    def audience(self) -> Figures | NotPublished:
        """Counted page by page: no answer tells the sum."""
        total = 0
        for page in range(1, FOLLOWER_PAGES + 1):
            listed = self._page("/followers/users", page, FOLLOWERS_PER_PAGE)
            if not isinstance(listed, list):
                return TryLater(listed.reason) if isinstance(listed, CannotTell) else listed
            total += len(listed)
            if len(listed) < FOLLOWERS_PER_PAGE:
                return {"followers": float(total)}
        return {}

    # -- how DEV is spoken to

    def _page(
        self, path: str, page: int, size: int = PER_PAGE
    ) -> list[Any] | CannotTell | NotPublished:
        query = {"page": str(page), "per_page": str(size)}
        reply = self._ask("GET", path, params=query)
        if not isinstance(reply, Reply):
            return reply
        if not isinstance(reply.json, list):
            return CannotTell("DEV does not show us the account's articles as expected.")
        return reply.json

    def _ask(
        self, method: str, path: str, *, accept: int = 200, **request: Any
    ) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx, or the status that is accepted."""
        answer = self.http.send(method, self._url(path), headers=self._headers(), **request)
        reply = repeatable(answer, NAME)
        if isinstance(reply, Reconnect):
            return signed_out()
        if not isinstance(reply, Reply) or is_fine(reply) or reply.status == accept:
            return reply
        return self._refusal(words_of(reply))

    @staticmethod
    def _refusal(said: Said) -> NotPublished:
        return harmless(judge(NAME, (WAITS, *RULES), said), Rejected(quoted(NAME, said.words)))

    def _url(self, path: str) -> str:
        return f"{self.app.api_url.rstrip('/')}/api{path}"

    def _web(self) -> str:
        return self.app.web_url.rstrip("/")

    def _headers(self) -> dict[str, str]:
        """Without the first it is an older API that answers, without the last nobody does."""
        return {
            "Accept": "application/vnd.forem.api-v1+json",
            "api-key": self.account.token,
            "User-Agent": "Drumbeat",
        }


def _figures(row: Any) -> Figures:
    told = {name: at(row, field) for name, field in METRICS.items()}
    return {name: float(value) for name, value in told.items() if isinstance(value, int)}
