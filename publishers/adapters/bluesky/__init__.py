"""Bluesky: app password, any server of the AT Protocol; a repeated send is harmless by its own key.

Facts: https://docs.bsky.app, lexicons of bluesky-social/atproto and exchanges recorded from its
reference server. Registered in publishers/registry.py.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from publishers import handles
from publishers.adapters.bluesky.records import (
    POSTS,
    build_record,
    facets_of,
    record_at,
    record_key,
)
from publishers.adapters.bluesky.refusals import GONE, NAME, RULES, SIGN_IN_RULES, words_of
from publishers.adapters.bluesky.sessions import base_url, home_of, tokens_in
from publishers.contract import (
    Account,
    Adapter,
    AppPassword,
    CannotTell,
    Found,
    Limits,
    Media,
    NotFound,
    NotPublished,
    Option,
    Outcome,
    Payload,
    Preview,
    Published,
    Rate,
    Reconnect,
    Rejected,
    Reply,
    Sighting,
    Spec,
    Step,
    Tokens,
    TryLater,
    Uncertain,
)
from publishers.richtext import facets
from publishers.threads import NUMBERING
from publishers.verdicts import (
    Rule,
    at,
    committed,
    is_fine,
    judge,
    repeatable,
    text_at,
)

BLOB_SECONDS = 3600


class Bluesky(Adapter):
    spec = Spec(
        slug="bluesky",
        name=NAME,
        api_url="https://bsky.social",
        web_url="https://bsky.app",
        auth=AppPassword(
            identifier_label="Handle",
            secret_label="App password",
            help=(
                "Make an app password in Bluesky under Settings, Privacy and security. Never type "
                "the password you sign in with."
            ),
            host_label="Server, if it is not bsky.social",
        ),
        limits=Limits(
            text=300,
            count="graphemes",
            text_bytes=3000,
            images=4,
            image_bytes=2_000_000,
            alt_text=2000,
        ),
        features=frozenset(
            {"alt_text", "thread", "comment", "prepare", "find", "remove", "idempotent"}
        ),
        reconcile="key",
        preview=Preview("micro", ("message-circle", "repeat-2", "heart", "ellipsis")),
        # Points, of which a record put takes two; each server has limits of its own, so that what
        # one says of its calls holds for the account there.
        rates=(
            Rate("hour", "channel", 5000, 3600, headers="ratelimit", cost=2),
            Rate("day", "channel", 35_000, 86_400, headers="ratelimit", cost=2),
            Rate("calls", "channel", 3000, 300, "calls", headers="ratelimit"),
        ),
        options=(
            NUMBERING,
            Option("language", "Language", help="Two letters such as en or pt; empty if mixed."),
        ),
        colour="#1185fe",
        profile={"person": "profile/{handle}"},
        quiet_seconds=60,
        setup="Nothing to register: each account signs in with an app password.",
    )

    # -- the session

    def sign_in(self, identifier: str, secret: str) -> tuple[Account, Tokens] | NotPublished:
        entry = base_url(self.account.host) or self.app.api_url.rstrip("/")
        if not self._is_safe(entry):
            return Rejected("The server's address must begin with https://.")
        # Handles are copied with their @, and from the app with invisible marks of direction.
        name = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\s]", "", identifier).lstrip("@")
        body = {"identifier": name, "password": secret.strip()}
        reply = self._ask(
            "POST", entry, "com.atproto.server.createSession", SIGN_IN_RULES, json=body
        )
        if not isinstance(reply, Reply):
            return reply
        did, tokens = text_at(reply.json, "did"), tokens_in(reply.json)
        if not did or tokens is None:
            return Rejected("This server does not answer like one of Bluesky's. Check its address.")
        if at(reply.json, "active") is False:
            return Rejected("The account is deactivated. Open Bluesky to bring it back first.")
        home = home_of(reply.json)
        host = home if home and self._is_safe(home) else entry
        handle = text_at(reply.json, "handle")
        account = Account(did, handle, self._shown_name(host, did), host=host, token=tokens.access)
        return account, tokens

    def refresh(self, refresh_token: str) -> Tokens | NotPublished:
        """Without a body: any, even an empty one in JSON, is refused."""
        name, bearer = "com.atproto.server.refreshSession", f"Bearer {refresh_token}"
        reply = self._ask("POST", self._host(), name, headers={"Authorization": bearer})
        if not isinstance(reply, Reply):
            return reply
        return tokens_in(reply.json) or TryLater("Bluesky renewed the session without saying how.")

    def _shown_name(self, host: str, did: str) -> str:
        query = {"repo": did, "collection": "app.bsky.actor.profile", "rkey": "self"}
        reply = self._ask("GET", host, "com.atproto.repo.getRecord", params=query)
        return text_at(reply.json, "value", "displayName") if isinstance(reply, Reply) else ""

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        found = re.search(r"/profile/[^/]+/post/([a-z0-9]{13})(?![a-z0-9])", permalink)
        return f"at://{account.remote_id}/{POSTS}/{found.group(1)}" if found else ""

    @staticmethod
    def facets(text: str) -> list[dict[str, Any]]:
        return facets_of(text)

    # -- before the post

    def prepare(self, payload: Payload, step: Step) -> NotPublished | None:
        for media in payload.media:
            if (problem := self._upload(media, step)) is not None:
                return problem
        return self._refer(payload, step) or self._resolve(payload, step)

    def _upload(self, media: Media, step: Step) -> NotPublished | None:
        if handles.held(step, media):
            return None
        headers = {**self._bearer(), "Content-Type": media.mime}
        name = "com.atproto.repo.uploadBlob"
        reply = self._ask("POST", self._host(), name, headers=headers, data=media.read())
        if not isinstance(reply, Reply):
            return reply
        blob = at(reply.json, "blob")
        if not isinstance(blob, dict):
            return TryLater("Bluesky took a picture but did not name it. It is uploaded again.")
        handles.keep(step, media, BLOB_SECONDS, blob=blob)
        return None

    def _refer(self, payload: Payload, step: Step) -> NotPublished | None:
        """What is answered is named in its exact version, with the post that began it all."""
        if payload.reply_to is None or step.get("reply") is not None:
            return None
        query = record_at(payload.reply_to.parent)
        reply = self._ask("GET", self._host(), "com.atproto.repo.getRecord", GONE, params=query)
        if not isinstance(reply, Reply):
            return reply
        parent = {"uri": text_at(reply.json, "uri"), "cid": text_at(reply.json, "cid")}
        if not all(parent.values()):
            return TryLater("Bluesky did not say which version of the post is there.")
        root = at(reply.json, "value", "reply", "root") or parent
        step.keep("reply", json.dumps({"root": root, "parent": parent}))
        return None

    def _resolve(self, payload: Payload, step: Step) -> NotPublished | None:
        """Once per post: a repeat must carry the very same record."""
        if step.get("mentions") is not None:
            return None
        known: dict[str, str] = {}
        for handle in {mark.value for mark in facets(payload.text) if mark.kind == "mention"}:
            name = "com.atproto.identity.resolveHandle"
            reply = self._ask("GET", self._host(), name, params={"handle": handle})
            if isinstance(reply, Reply):
                known[handle] = text_at(reply.json, "did")
            elif not isinstance(reply, Rejected):
                return reply
        step.keep("mentions", json.dumps(known, sort_keys=True))
        return None

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        """`putRecord` under our own key: the same record again changes nothing."""
        pictures = [handles.held(step, media) for media in payload.media]
        mentions, reply_to = step.get("mentions"), step.get("reply")
        if not all(pictures) or mentions is None or (payload.reply_to and reply_to is None):
            return TryLater("The pictures and mentions must be prepared again.", after=1)
        body = {
            "repo": self.account.remote_id,
            "collection": POSTS,
            "rkey": record_key(payload),
            "record": build_record(
                payload,
                [kept["blob"] for kept in pictures],
                json.loads(mentions),
                json.loads(reply_to) if reply_to else None,
            ),
            "swapRecord": None,
        }
        url = f"{self._host()}/xrpc/com.atproto.repo.putRecord"
        answer = self.http.send("POST", url, headers=self._bearer(), json=body, commits=True)
        reply = committed(answer, NAME)
        if not isinstance(reply, Reply):
            return reply
        if is_fine(reply):
            uri = text_at(reply.json, "uri")
            if not uri:
                return Uncertain("Bluesky accepted the post but did not say which one it is.")
            return Published(uri, self._permalink(uri))
        said = words_of(reply)
        if "BlobNotFound" in said.codes:
            handles.drop(step, payload.media)
            return TryLater("Bluesky no longer has the pictures; they are uploaded again.", after=1)
        return judge(NAME, RULES, said)

    def find(self, payload: Payload, step: Step) -> Sighting:
        """Its own key says it all, and the account's server answers at once."""
        key = record_key(payload)
        query = {"repo": self.account.remote_id, "collection": POSTS, "rkey": key}
        url = f"{self._host()}/xrpc/com.atproto.repo.getRecord"
        reply = repeatable(self.http.send("GET", url, params=query), NAME)
        if not isinstance(reply, Reply):
            return CannotTell(reply.reason)
        uri = text_at(reply.json, "uri")
        if is_fine(reply) and uri:
            return Found(uri, self._permalink(uri))
        if "RecordNotFound" in words_of(reply).codes:
            return NotFound()
        return CannotTell("Bluesky did not say whether the post is there.")

    def remove(self, remote_id: str) -> NotPublished | None:
        rkey = remote_id.rpartition("/")[2]
        body = {"repo": self.account.remote_id, "collection": POSTS, "rkey": rkey}
        name = "com.atproto.repo.deleteRecord"
        reply = self._ask("POST", self._host(), name, headers=self._bearer(), json=body)
        return None if isinstance(reply, Reply) else reply

    # -- how a server is spoken to

    def _ask(
        self, method: str, host: str, name: str, rules: tuple[Rule, ...] = (), **request: Any
    ) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx."""
        answer = self.http.send(method, f"{host}/xrpc/{name}", **request)
        if rules is SIGN_IN_RULES and isinstance(answer, Reply) and answer.status == 401:
            reply: Reply | NotPublished = answer
        else:
            reply = repeatable(answer, NAME)
        if not isinstance(reply, Reply) or is_fine(reply):
            return reply
        verdict = judge(NAME, (*rules, *RULES), words_of(reply))
        if isinstance(verdict, TryLater | Rejected | Reconnect):
            return verdict
        return TryLater("Bluesky changed something at the same moment.")

    def _host(self) -> str:
        return base_url(self.account.host) or self.app.api_url.rstrip("/")

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.account.token}"}

    def _is_safe(self, url: str) -> bool:
        """Passwords and tokens go out encrypted, or to the server that is configured."""
        ours, theirs = urlsplit(self.app.api_url), urlsplit(url)
        return theirs.scheme == "https" or theirs[:2] == ours[:2]

    def _permalink(self, uri: str) -> str:
        """By the account's lasting id: handles change."""
        web, key = self.app.web_url.rstrip("/"), uri.rpartition("/")[2]
        return f"{web}/profile/{self.account.remote_id}/post/{key}"
