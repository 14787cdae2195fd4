"""Bluesky: app password, any server of the AT Protocol; a repeated send is harmless by its own key.

Facts: https://docs.bsky.app, lexicons of bluesky-social/atproto and exchanges recorded from its
reference server. No edits: a changed record has another version, and all that names the old one
breaks; apps show none. Registered in publishers/registry.py.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from publishers import handles
from publishers.adapters.bluesky import embeds, figures, gates, records, references, videos
from publishers.adapters.bluesky.records import (
    POSTS,
    build_record,
    facets_of,
    moment,
    record_key,
)
from publishers.adapters.bluesky.refusals import NAME, RULES, SIGN_IN_RULES, words_of
from publishers.adapters.bluesky.server import Server
from publishers.adapters.bluesky.sessions import base_url, home_of, tokens_in
from publishers.adapters.bluesky.spec import SPEC
from publishers.contract import (
    Account,
    Adapter,
    CannotTell,
    Figures,
    Found,
    Media,
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
    Tokens,
    TryLater,
    Uncertain,
)
from publishers.verdicts import at, committed, is_fine, judge, repeatable, text_at

BLOB_SECONDS = 3600


class Bluesky(Adapter):
    spec = SPEC

    @property
    def server(self) -> Server:
        return Server(self.http, self.app, self.account)

    # -- the session

    def sign_in(self, identifier: str, secret: str) -> tuple[Account, Tokens] | NotPublished:
        entry = base_url(self.account.host) or self.app.api_url.rstrip("/")
        if not self.server.is_safe(entry):
            return Rejected("The server's address must begin with https://.")
        # Handles are copied with their @, and from the app with invisible marks of direction.
        name = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\s]", "", identifier).lstrip("@")
        body = {"identifier": name, "password": secret.strip()}
        reply = self.server.ask(
            "POST", "com.atproto.server.createSession", SIGN_IN_RULES, json=body
        )
        if not isinstance(reply, Reply):
            return reply
        did, tokens = text_at(reply.json, "did"), tokens_in(reply.json)
        if not did or tokens is None:
            return Rejected("This server does not answer like one of Bluesky's. Check its address.")
        if at(reply.json, "active") is False:
            return Rejected("The account is deactivated. Open Bluesky to bring it back first.")
        home = home_of(reply.json)
        host = home if home and self.server.is_safe(home) else entry
        handle = text_at(reply.json, "handle")
        account = Account(did, handle, self._shown_name(host, did), host=host, token=tokens.access)
        return account, tokens

    def refresh(self, refresh_token: str) -> Tokens | NotPublished:
        """Without a body: any, even an empty one in JSON, is refused."""
        name, bearer = "com.atproto.server.refreshSession", f"Bearer {refresh_token}"
        reply = self.server.ask("POST", name, headers={"Authorization": bearer})
        if not isinstance(reply, Reply):
            return reply
        return tokens_in(reply.json) or TryLater("Bluesky renewed the session without saying how.")

    def _shown_name(self, host: str, did: str) -> str:
        query = {"repo": did, "collection": "app.bsky.actor.profile", "rkey": "self"}
        reply = self.server.ask("GET", "com.atproto.repo.getRecord", host=host, params=query)
        return text_at(reply.json, "value", "displayName") if isinstance(reply, Reply) else ""

    def audience(self) -> Figures | NotPublished:
        return figures.of_account(self.server)

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        found = re.search(r"/profile/[^/]+/post/([a-z0-9]{13})(?![a-z0-9])", permalink)
        return f"at://{account.remote_id}/{POSTS}/{found.group(1)}" if found else ""

    @staticmethod
    def facets(text: str) -> list[dict[str, Any]]:
        return facets_of(text)

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return records.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        if (wrong := records.mistake(payload) or embeds.too_large(payload)) is not None:
            return wrong
        for media in payload.media:
            upload = self._video if media.is_video else self._picture
            if (problem := upload(media, step)) is not None:
                return problem
        return references.prepare(self.server, payload, step)

    def _video(self, media: Media, step: Step) -> Processing | NotPublished | None:
        return videos.prepare(self.server, media, step)

    def _picture(self, media: Media, step: Step) -> NotPublished | None:
        if handles.held(step, media):
            return None
        headers = {**self.server.bearer(), "Content-Type": media.mime}
        name = "com.atproto.repo.uploadBlob"
        reply = self.server.ask("POST", name, headers=headers, data=media.read())
        if not isinstance(reply, Reply):
            return reply
        blob = at(reply.json, "blob")
        if not isinstance(blob, dict):
            return TryLater("Bluesky took a picture but did not name it. It is uploaded again.")
        handles.keep(step, media, BLOB_SECONDS, blob=blob)
        return None

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        """`putRecord` under our own key: the same record again changes nothing. With gates
        `applyWrites`, all or nothing, which a repeat finds taken.
        """
        if (wrong := records.mistake(payload) or embeds.too_large(payload)) is not None:
            return wrong
        held = [handles.held(step, media) for media in payload.media]
        named = references.kept(payload, step)
        if not all(held) or named is None:
            return TryLater("The pictures and mentions must be prepared again.", after=1)
        record = build_record(payload, [kept["blob"] for kept in held], *named)
        name, body = self._write(payload, record)
        answer = self.http.send(
            "POST", self.server.url(name), headers=self.server.bearer(), json=body, commits=True
        )
        reply = committed(answer, NAME)
        return self._posted(reply, payload, step) if isinstance(reply, Reply) else reply

    def _write(self, payload: Payload, record: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """(method, body)"""
        did, key = self.account.remote_id, record_key(payload)
        beside = gates.of(payload, f"at://{did}/{POSTS}/{key}", moment(payload))
        if not beside:
            where = {"repo": did, "collection": POSTS, "rkey": key}
            return "com.atproto.repo.putRecord", {**where, "record": record, "swapRecord": None}
        name = "com.atproto.repo.applyWrites"
        writes = [
            {"$type": f"{name}#create", "collection": collection, "rkey": key, "value": value}
            for collection, value in {POSTS: record, **beside}.items()
        ]
        return name, {"repo": did, "writes": writes}

    def _posted(self, reply: Reply, payload: Payload, step: Step) -> Outcome:
        if is_fine(reply):
            uri = text_at(reply.json, "uri") or text_at(reply.json, "results", 0, "uri")
            if not uri:
                return Uncertain("Bluesky accepted the post but did not say which one it is.")
            return Published(uri, self.server.permalink(uri))
        said = words_of(reply)
        if "BlobNotFound" in said.codes:
            handles.drop(step, payload.media)
            return TryLater("Bluesky no longer has the files; they are uploaded again.", after=1)
        return judge(NAME, RULES, said)

    def find(self, payload: Payload, step: Step) -> Sighting:
        """Its own key says it all, and the account's server answers at once."""
        query = {"repo": self.account.remote_id, "collection": POSTS, "rkey": record_key(payload)}
        url = self.server.url("com.atproto.repo.getRecord")
        reply = repeatable(self.http.send("GET", url, params=query), NAME)
        if not isinstance(reply, Reply):
            return CannotTell(reply.reason)
        uri = text_at(reply.json, "uri")
        if is_fine(reply) and uri:
            return Found(uri, self.server.permalink(uri))
        if "RecordNotFound" in words_of(reply).codes:
            return NotFound()
        return CannotTell("Bluesky did not say whether the post is there.")

    def remove(self, remote_id: str) -> NotPublished | None:
        """With its gates: what is not there is deleted as well."""
        rkey, headers = remote_id.rpartition("/")[2], self.server.bearer()
        for collection in (POSTS, *gates.GATES):
            body = {"repo": self.account.remote_id, "collection": collection, "rkey": rkey}
            name = "com.atproto.repo.deleteRecord"
            reply = self.server.ask("POST", name, headers=headers, json=body)
            if not isinstance(reply, Reply):
                return reply
        return None

    # -- what became of posts

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        return figures.of_posts(self.server, remote_ids)
