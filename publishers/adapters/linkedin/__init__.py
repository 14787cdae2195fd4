"""LinkedIn: OAuth 2, members and the pages they run, the versioned REST API with its little-text.

Facts: https://learn.microsoft.com/linkedin/marketing. Pages are read back; what a member posted may
not be read, so there a person is asked. Documents are sent where pictures become one; captions and
posters of videos are not, nor are posts aimed at a part of the followers.
Unknown: whether a post that shows only at its address is listed; a list without it proves nothing.
Registered in publishers/registry.py.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from publishers import lookups
from publishers.adapters.linkedin import comments, documents, posts, telling, uploads
from publishers.adapters.linkedin.calls import Calls, encoded, has_more
from publishers.adapters.linkedin.refusals import NAME, RULES, SPOILT, words_of
from publishers.adapters.linkedin.spec import ORGANIZATION, SPEC
from publishers.contract import (
    Account,
    Adapter,
    App,
    CannotTell,
    Figures,
    Heard,
    Hook,
    NotFound,
    NotPublished,
    Outcome,
    Payload,
    Processing,
    Published,
    Rejected,
    Reply,
    Sighting,
    Step,
    TryLater,
    Uncertain,
)
from publishers.littletext import shown
from publishers.verdicts import at, is_fine, judge, list_at, text_at

PAGE_SIZE = 50
PAGES_OFFERED = 50


class LinkedIn(Adapter):
    spec = SPEC

    # -- the accounts

    def accounts(self) -> list[Account] | NotPublished:
        reply = self._calls.ask("GET", "/v2/userinfo")
        if not isinstance(reply, Reply):
            return reply
        if not text_at(reply.json, "sub"):
            return TryLater("LinkedIn did not say whose account this is. Try again.")
        name = text_at(reply.json, "name")
        member = Account(
            remote_id=f"urn:li:person:{text_at(reply.json, 'sub')}",
            handle=name,
            name=name,
            avatar_url=text_at(reply.json, "picture"),
            token=self.account.token,
        )
        return [member, *self._organizations()]

    def _organizations(self) -> list[Account]:
        """The pages this member may post for; none where the consent does not cover them."""
        urns: dict[str, None] = {}
        for role in ("ADMINISTRATOR", "CONTENT_ADMIN"):
            query = f"q=roleAssignee&role={role}&state=APPROVED"
            reply = self._calls.ask("GET", f"/rest/organizationAcls?{query}", named="FINDER")
            if isinstance(reply, Reply):
                found = (text_at(row, "organization") for row in list_at(reply.json, "elements"))
                urns |= dict.fromkeys(urn for urn in found if urn)
        pages = (self._organization(urn) for urn in list(urns)[:PAGES_OFFERED])
        return [page for page in pages if page is not None]

    def _organization(self, urn: str) -> Account | None:
        reply = self._calls.ask("GET", f"/rest/organizations/{encoded(urn.rpartition(':')[2])}")
        if not isinstance(reply, Reply):
            return None
        name = text_at(reply.json, "localizedName")
        handle = text_at(reply.json, "vanityName") or name
        return Account(urn, handle, name, kind=ORGANIZATION, token=self.account.token)

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        return comments.named_in(permalink)

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return posts.mistake(payload, is_page=kind == ORGANIZATION)

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        mistake = posts.mistake(payload, is_page=self._is_page())
        return mistake or uploads.prepare(self._calls, payload, step)

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if (mistake := posts.mistake(payload, is_page=self._is_page())) is not None:
            return mistake
        if payload.reply_to is not None:
            return self._comment(payload, payload.reply_to.parent)
        urns = uploads.urns(payload, step)
        if urns is None:
            again = "The pictures or the video must be uploaded to LinkedIn again."
            return TryLater(again, after=1)
        body = posts.body(self.account.remote_id, payload, urns)
        reply = self._calls.commit("/rest/posts", body)
        return self._posted(reply, payload, step) if isinstance(reply, Reply) else reply

    def _comment(self, payload: Payload, post: str) -> Outcome:
        body = comments.body(self.account.remote_id, post, payload)
        reply = self._calls.commit(comments.path(post), body)
        if not isinstance(reply, Reply):
            return reply
        if not is_fine(reply):
            return judge(NAME, (*comments.RULES, *RULES), words_of(reply))
        urn = comments.urn_in(reply, post)
        if not urn:
            return Uncertain("LinkedIn accepted the comment but did not say which one it is.")
        return Published(urn, self._permalink(urn))

    def _posted(self, reply: Reply, payload: Payload, step: Step) -> Outcome:
        if is_fine(reply):
            urn = reply.headers.get("x-restli-id", "")
            if not urn.startswith("urn:li:"):
                return Uncertain("LinkedIn accepted the post but did not say which one it is.")
            return Published(urn, self._permalink(urn))
        said = words_of(reply)
        if said.codes & SPOILT:
            uploads.drop(payload, step)
        outcome = judge(NAME, RULES, said)
        twin = re.search(r"urn:li:(?:share|ugcPost):\d+", said.words)
        if isinstance(outcome, Uncertain) and twin:
            return Uncertain(f"{outcome.reason} See {self._permalink(twin.group())}")
        return outcome

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        """Of posts and comments the words; what stands below them stays."""
        path, body = f"/rest/posts/{encoded(remote_id)}", posts.change(payload)
        if comments.is_comment(remote_id):
            path = comments.address(remote_id, self.account.remote_id)
            body = comments.change(payload)
        reply = self._calls.ask("POST", path, named="PARTIAL_UPDATE", json=body)
        return None if isinstance(reply, Reply) else reply

    def remove(self, remote_id: str) -> NotPublished | None:
        path = f"/rest/posts/{encoded(remote_id)}"
        if comments.is_comment(remote_id):
            path = comments.address(remote_id, self.account.remote_id)
        reply = self._calls.ask("DELETE", path, named="DELETE", accept=404)
        return None if isinstance(reply, Reply) else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        if not self._is_page():
            return CannotTell("LinkedIn does not show us what members posted.")
        if payload.reply_to is not None:
            return self._find_comment(payload, payload.reply_to.parent)
        saw = self._find_post(payload)
        if isinstance(saw, NotFound) and payload.options.get("feed"):
            return CannotTell("LinkedIn may not list a post that shows only at its address.")
        return saw

    def _find_post(self, payload: Payload) -> Sighting:
        author = encoded(self.account.remote_id)
        path = f"/rest/posts?q=author&author={author}&count={PAGE_SIZE}&sortBy=LAST_MODIFIED"
        reply = self._calls.ask("GET", path, named="FINDER")
        if not isinstance(reply, Reply):
            return CannotTell(reply.reason)
        rows = at(reply.json, "elements")
        if not isinstance(rows, list):
            return CannotTell("LinkedIn does not show us the page's posts as expected.")
        goes_on = len(rows) >= PAGE_SIZE or has_more(reply.json)
        if goes_on and not posts.reach_back(rows, lookups.since(payload)):
            return CannotTell("The page posted too much since then to look through.")
        pages = documents.pages(payload)
        return _sighting(payload, [self._seen(row, pages) for row in rows])

    def _find_comment(self, payload: Payload, post: str) -> Sighting:
        path = f"{comments.path(post)}?start=0&count={comments.AT_ONCE}"
        reply = self._calls.ask("GET", path)
        if not isinstance(reply, Reply):
            return CannotTell(reply.reason)
        rows = at(reply.json, "elements")
        goes_on = has_more(reply.json)
        if not isinstance(rows, list) or len(rows) >= comments.AT_ONCE or goes_on:
            return CannotTell("LinkedIn does not show us all comments on the post.")
        ours = [row for row in rows if text_at(row, "actor") in ("", self.account.remote_id)]
        return _sighting(payload, [comments.seen(r, self._web(), post) for r in ours])

    def _seen(self, row: Any, pages: int) -> lookups.Seen:
        return posts.seen(row, self._permalink(text_at(row, "id")), pages)

    # -- what became of it

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        """Of pages many posts in one call; of members one figure of one post."""
        counts = telling.of_page if self._is_page() else telling.of_member
        return counts(self._calls, remote_ids)

    def audience(self) -> Figures | NotPublished:
        counts = telling.of_organization if self._is_page() else telling.of_person
        return counts(self._calls)

    @staticmethod
    def hear(hook: Hook, app: App, now: float) -> Heard:
        return telling.hear(hook, app)

    # -- where it is

    @property
    def _calls(self) -> Calls:
        return Calls(self.http, self.app, self.account)

    def _is_page(self) -> bool:
        return self.account.kind == ORGANIZATION

    def _permalink(self, urn: str) -> str:
        if comments.is_comment(urn):
            return comments.permalink(self._web(), comments.place_of(urn)[0], urn)
        return f"{self._web()}/feed/update/{urn}/"

    def _web(self) -> str:
        return self.app.web_url.rstrip("/")


def _sighting(payload: Payload, rows: Sequence[lookups.Seen]) -> Sighting:
    """By what readers see of it."""
    return lookups.sighting(NAME, replace(payload, text=shown(payload.text)), rows)
