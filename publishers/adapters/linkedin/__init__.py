"""LinkedIn: OAuth 2, members and the pages they run, the versioned REST API with its little-text.

Facts: https://learn.microsoft.com/linkedin/marketing. Pages are read back; what a member posted may
not be read, so there a person is asked. Registered in publishers/registry.py.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from publishers import handles, lookups
from publishers.adapters.linkedin import comments, posts
from publishers.adapters.linkedin.refusals import NAME, RULES, paced, words_of
from publishers.adapters.linkedin.spec import ORGANIZATION, SPEC
from publishers.contract import (
    Account,
    Adapter,
    CannotTell,
    Media,
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
    at,
    committed,
    is_fine,
    judge,
    list_at,
    quoted,
    repeatable,
    text_at,
)

# A version answers for about a year, then with 426.
VERSION = "202609"
IMAGE_SECONDS = 20 * 3600
PAGE_SIZE = 50
PAGES_OFFERED = 50


class LinkedIn(Adapter):
    spec = SPEC

    # -- the accounts

    def accounts(self) -> list[Account] | NotPublished:
        reply = self._ask("GET", "/v2/userinfo")
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
            reply = self._ask("GET", f"/rest/organizationAcls?{query}", method_name="FINDER")
            if isinstance(reply, Reply):
                found = (text_at(row, "organization") for row in list_at(reply.json, "elements"))
                urns |= dict.fromkeys(urn for urn in found if urn)
        pages = (self._organization(urn) for urn in list(urns)[:PAGES_OFFERED])
        return [page for page in pages if page is not None]

    def _organization(self, urn: str) -> Account | None:
        reply = self._ask("GET", f"/rest/organizations/{encoded(urn.rpartition(':')[2])}")
        if not isinstance(reply, Reply):
            return None
        name = text_at(reply.json, "localizedName")
        handle = text_at(reply.json, "vanityName") or name
        return Account(urn, handle, name, kind=ORGANIZATION, token=self.account.token)

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        return comments.named_in(permalink)

    # -- before the post

    def prepare(self, payload: Payload, step: Step) -> NotPublished | None:
        if (mistake := self._mistake(payload)) is not None:
            return mistake
        for media in payload.media:
            problem = self._upload(media, step) or self._check(media, step)
            if problem is not None:
                return problem
        return None

    def _mistake(self, payload: Payload) -> Rejected | None:
        if self._is_page() and payload.options.get("visibility") == "CONNECTIONS":
            return Rejected("A page has no connections. Choose who can see the post and try again.")
        return None

    def _upload(self, media: Media, step: Step) -> NotPublished | None:
        if handles.held(step, media):
            return None
        body = {"initializeUploadRequest": {"owner": self.account.remote_id}}
        reply = self._ask("POST", "/rest/images?action=initializeUpload", json=body)
        if not isinstance(reply, Reply):
            return reply
        urn, url = text_at(reply.json, "value", "image"), text_at(reply.json, "value", "uploadUrl")
        if not urn or not url:
            return TryLater("LinkedIn gave no place for a picture.")
        headers = {"Authorization": f"Bearer {self.account.token}", "Content-Type": media.mime}
        answer = self.http.send("PUT", url, headers=headers, data=media.read())
        stored = self._judged(repeatable(answer, NAME))
        if not isinstance(stored, Reply):
            return stored
        handles.keep(step, media, IMAGE_SECONDS, urn=urn, checked=False)
        return None

    def _check(self, media: Media, step: Step) -> NotPublished | None:
        """Members may not ask for the state (403): then posting tells."""
        kept = handles.held(step, media)
        if not kept or kept["checked"]:
            return None
        reply = self._ask("GET", f"/rest/images/{encoded(kept['urn'])}")
        if isinstance(reply, TryLater):
            return reply
        state = text_at(reply.json, "status") if isinstance(reply, Reply) else ""
        if state == "PROCESSING_FAILED":
            handles.drop(step, [media])
            return Rejected("LinkedIn could not read a picture. Save it again as JPEG or PNG.")
        if state in ("PROCESSING", "WAITING_UPLOAD"):
            return TryLater("LinkedIn is still taking in the pictures.", after=5)
        handles.keep(step, media, IMAGE_SECONDS, urn=kept["urn"], checked=True)
        return None

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if (mistake := self._mistake(payload)) is not None:
            return mistake
        if payload.reply_to is not None:
            return self._comment(payload, payload.reply_to.parent)
        urns = [handles.held(step, media).get("urn", "") for media in payload.media]
        if not all(urns):
            return TryLater("The pictures must be uploaded to LinkedIn again.", after=1)
        body = posts.body(self.account.remote_id, payload, urns)
        reply = self._commit("/rest/posts", body)
        return self._posted(reply, payload, step) if isinstance(reply, Reply) else reply

    def _commit(self, path: str, body: Mapping[str, Any]) -> Reply | Outcome:
        headers = self._headers()
        answer = self.http.send("POST", self._url(path), headers=headers, json=body, commits=True)
        reply = committed(answer, NAME)
        if isinstance(reply, TryLater) and reply.rate_limited and isinstance(answer, Reply):
            return paced(reply, answer)
        return reply

    def _comment(self, payload: Payload, post: str) -> Outcome:
        body = comments.body(self.account.remote_id, post, payload)
        reply = self._commit(comments.path(post), body)
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
        if said.codes & {"INVALID_IMAGE_ID", "MEDIA_ASSET_PROCESSING_FAILED"}:
            handles.drop(step, payload.media)
        outcome = judge(NAME, RULES, said)
        twin = re.search(r"urn:li:(?:share|ugcPost):\d+", said.words)
        if isinstance(outcome, Uncertain) and twin:
            return Uncertain(f"{outcome.reason} See {self._permalink(twin.group())}")
        return outcome

    def remove(self, remote_id: str) -> NotPublished | None:
        path = f"/rest/posts/{encoded(remote_id)}"
        if comments.is_comment(remote_id):
            post, number = comments.place_of(remote_id)
            path = f"{comments.path(post)}/{number}?actor={encoded(self.account.remote_id)}"
        reply = self._ask("DELETE", path, method_name="DELETE", accept=404)
        return None if isinstance(reply, Reply) else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        if not self._is_page():
            return CannotTell("LinkedIn does not show us what members posted.")
        if payload.reply_to is not None:
            return self._find_comment(payload, payload.reply_to.parent)
        author = encoded(self.account.remote_id)
        path = f"/rest/posts?q=author&author={author}&count={PAGE_SIZE}&sortBy=LAST_MODIFIED"
        reply = self._ask("GET", path, method_name="FINDER")
        if not isinstance(reply, Reply):
            return CannotTell(reply.reason)
        rows = at(reply.json, "elements")
        if not isinstance(rows, list):
            return CannotTell("LinkedIn does not show us the page's posts as expected.")
        if len(rows) >= PAGE_SIZE and not posts.reach_back(rows, lookups.since(payload)):
            return CannotTell("The page posted too much since then to look through.")
        return lookups.sighting(NAME, payload, [self._seen(row) for row in rows])

    def _find_comment(self, payload: Payload, post: str) -> Sighting:
        reply = self._ask("GET", f"{comments.path(post)}?start=0&count={comments.AT_ONCE}")
        if not isinstance(reply, Reply):
            return CannotTell(reply.reason)
        rows = at(reply.json, "elements")
        if not isinstance(rows, list) or len(rows) >= comments.AT_ONCE:
            return CannotTell("LinkedIn does not show us all comments on the post.")
        ours = [row for row in rows if text_at(row, "actor") in ("", self.account.remote_id)]
        return lookups.sighting(NAME, payload, [comments.seen(r, self._web(), post) for r in ours])

    def _seen(self, row: Any) -> lookups.Seen:
        return posts.seen(row, self._permalink(text_at(row, "id")))

    # -- how LinkedIn is spoken to

    def _ask(
        self, method: str, path: str, *, method_name: str = "", accept: int = 200, **request: Any
    ) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx, or the status that is accepted."""
        headers = self._headers() | ({"X-RestLi-Method": method_name} if method_name else {})
        answer = self.http.send(method, self._url(path), headers=headers, **request)
        return self._judged(repeatable(answer, NAME), accept)

    def _judged(self, reply: Reply | NotPublished, accept: int = 200) -> Reply | NotPublished:
        if not isinstance(reply, Reply) or is_fine(reply) or reply.status == accept:
            return reply
        verdict = judge(NAME, RULES, words_of(reply))
        if isinstance(verdict, TryLater | Rejected | Reconnect):
            return verdict
        return TryLater(quoted(NAME, words_of(reply).words))

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.account.token}",
            "Accept": "application/json",
            "Linkedin-Version": VERSION,
            "X-Restli-Protocol-Version": "2.0.0",
        }

    def _url(self, path: str) -> str:
        return self.app.api_url.rstrip("/") + path

    def _is_page(self) -> bool:
        return self.account.kind == ORGANIZATION

    def _permalink(self, urn: str) -> str:
        if comments.is_comment(urn):
            return comments.permalink(self._web(), comments.place_of(urn)[0], urn)
        return f"{self._web()}/feed/update/{urn}/"

    def _web(self) -> str:
        return self.app.web_url.rstrip("/")


# -- what is sent


def encoded(value: str) -> str:
    """Rest.li wants all but unreserved characters encoded; the query around it is built by hand."""
    return quote(value, safe="")
