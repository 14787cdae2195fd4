"""X: API v2, OAuth 2 with PKCE, pictures in one request each; read back from the timeline.

Facts: https://docs.x.com/x-api and OpenAPI 2.167. Registered in publishers/registry.py.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from publishers import handles, lookups
from publishers.adapters.x.reading import moment_of, root_of, written
from publishers.adapters.x.refusals import NAME, RULES, words_of
from publishers.contract import (
    Account,
    Adapter,
    CannotTell,
    Limits,
    Media,
    NotPublished,
    OAuth2,
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
    TryLater,
    Uncertain,
)
from publishers.threads import NUMBERING
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

PAGES = 5
UPLOAD_SECONDS = 86_400
MARGIN = 3600
# Two names for the same fields are in the wild: the specification's, and the older one of guides.
FIELDS = {
    "post.fields": "attachments,conversation_id,created_at,entities,note_post,text",
    "tweet.fields": "attachments,conversation_id,created_at,entities,note_tweet,text",
}


class X(Adapter):
    spec = Spec(
        slug="x",
        name=NAME,
        api_url="https://api.x.com",
        web_url="https://x.com",
        auth=OAuth2(
            authorize_path="/i/oauth2/authorize",
            token_path="/2/oauth2/token",
            revoke_path="/2/oauth2/revoke",
            scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
        ),
        limits=Limits(text=280, count="weighted", images=4, image_bytes=5_000_000, alt_text=1000),
        features=frozenset({"alt_text", "thread", "comment", "prepare", "find", "remove"}),
        reconcile="read",
        preview=Preview("micro", ("message-circle", "repeat-2", "heart", "bookmark", "upload")),
        # https://docs.x.com/x-api/fundamentals/rate-limits; each endpoint has windows of its own.
        rates=(
            Rate("quarter", "channel", 100, 900, headers="x-rate-limit"),
            Rate("day", "app", 10_000, 86_400, headers="x-app-limit-24hour"),
        ),
        options=(
            NUMBERING,
            Option(
                "reply_settings",
                "Who can reply",
                choices=(
                    ("", "Everyone"),
                    ("following", "Accounts you follow"),
                    ("mentionedUsers", "Only accounts you mention"),
                    ("subscribers", "Your subscribers"),
                    ("verified", "Verified accounts"),
                ),
            ),
        ),
        colour="#0f1419",
        profile={"person": "{handle}"},
        setup=(
            "Create an app at developer.x.com with OAuth 2.0, type “Web App” and permission “Read "
            "and write”. X charges for posts: see its pricing page."
        ),
    )

    # -- the account

    def accounts(self) -> list[Account] | NotPublished:
        fields = {"user.fields": "name,profile_image_url,username"}
        reply = self._ask("GET", "/2/users/me", params=fields)
        if not isinstance(reply, Reply):
            return reply
        who = at(reply.json, "data")
        if not text_at(who, "id"):
            return TryLater("X did not say whose account this is. Try again.")
        return [
            Account(
                remote_id=text_at(who, "id"),
                handle=text_at(who, "username"),
                name=text_at(who, "name"),
                avatar_url=text_at(who, "profile_image_url"),
                token=self.account.token,
            )
        ]

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        found = re.search(r"/status/(\d{1,19})(?!\d)", permalink)
        return found.group(1) if found else ""

    # -- before the post

    def prepare(self, payload: Payload, step: Step) -> NotPublished | None:
        for media in payload.media:
            problem = self._upload(media, step) or self._describe(media, step)
            if problem is not None:
                return problem
        return None

    def _upload(self, media: Media, step: Step) -> NotPublished | None:
        if handles.held(step, media):
            return None
        file = {"media": (media.sha256[:16], media.read(), media.mime)}
        form = {"media_category": "tweet_image"}
        reply = self._ask("POST", "/2/media/upload", files=file, form=form)
        if not isinstance(reply, Reply):
            return reply
        remote = text_at(reply.json, "data", "id")
        if not remote:
            return TryLater("X took a picture but did not name it. It is uploaded again.")
        seconds = at(reply.json, "data", "expires_after_secs")
        lives = max(60, (seconds if isinstance(seconds, int) else UPLOAD_SECONDS) - MARGIN)
        handles.keep(step, media, lives, id=remote, lives=lives, described=not media.alt)
        return None

    def _describe(self, media: Media, step: Step) -> NotPublished | None:
        kept = handles.held(step, media)
        if not kept or kept["described"]:
            return None
        body = {"id": kept["id"], "metadata": {"alt_text": {"text": media.alt}}}
        reply = self._ask("POST", "/2/media/metadata", json=body)
        if not isinstance(reply, Reply):
            return reply
        handles.keep(step, media, kept["lives"], **{**kept, "described": True})
        return None

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        ids = [handles.held(step, media).get("id", "") for media in payload.media]
        if not all(ids):
            return TryLater("The pictures must be uploaded to X again.", after=1)
        answer = self.http.send(
            "POST",
            self._url("/2/tweets"),
            headers=self._headers(),
            json=_body(payload, ids),
            commits=True,
        )
        reply = committed(answer, NAME)
        if not isinstance(reply, Reply):
            return reply
        if is_fine(reply):
            remote = text_at(reply.json, "data", "id")
            if not remote:
                return Uncertain("X accepted the post but did not say which one it is.")
            return Published(remote, self._permalink(remote))
        if ids and reply.status == 400 and "media id" in words_of(reply).words.lower():
            handles.drop(step, payload.media)
            return TryLater("X no longer has the pictures; they are uploaded again.", after=1)
        return judge(NAME, RULES, words_of(reply))

    def remove(self, remote_id: str) -> NotPublished | None:
        reply = self._ask("DELETE", f"/2/tweets/{remote_id}", accept=404)
        return None if isinstance(reply, Reply) else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        since = lookups.since(payload).astimezone(UTC)
        for name, fields in FIELDS.items():
            rows = self._timeline({name: fields}, since)
            if isinstance(rows, CannotTell):
                return rows
            if rows is not None:
                return lookups.sighting(NAME, payload, [self._seen(row) for row in rows])
        return CannotTell("X does not show us the account's posts as expected.")

    def _timeline(
        self, fields: Mapping[str, str], since: datetime
    ) -> list[Any] | CannotTell | None:
        """Everything posted since then; None when X does not know these fields."""
        rows: list[Any] = []
        query = {
            "max_results": "100",
            "start_time": f"{since:%Y-%m-%dT%H:%M:%SZ}",
            "exclude": "retweets",
            **fields,
        }
        for _ in range(PAGES):
            path = f"/2/users/{self.account.remote_id}/tweets"
            reply = self._ask("GET", path, params=query, accept=400)
            if not isinstance(reply, Reply):
                return CannotTell(reply.reason)
            if reply.status == 400:
                return None
            if "result_count" not in (at(reply.json, "meta") or {}):
                return CannotTell(quoted(NAME, words_of(reply).words))
            rows += list_at(reply.json, "data")
            if not (token := text_at(reply.json, "meta", "next_token")):
                return rows
            query["pagination_token"] = token
        return CannotTell("The account posted too much since then to look through.")

    def _seen(self, row: Any) -> lookups.Seen:
        remote = text_at(row, "id")
        pictures = len(list_at(row, "attachments", "media_keys"))
        return lookups.Seen(
            remote,
            self._permalink(remote),
            written(row),
            pictures,
            moment_of(row),
            root=root_of(row),
        )

    # -- how X is spoken to

    def _ask(
        self, method: str, path: str, *, accept: int = 200, **request: Any
    ) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx, or the status that is accepted."""
        answer = self.http.send(method, self._url(path), headers=self._headers(), **request)
        reply = repeatable(answer, NAME)
        if not isinstance(reply, Reply) or is_fine(reply) or reply.status == accept:
            return reply
        verdict = judge(NAME, RULES, words_of(reply))
        if isinstance(verdict, TryLater | Rejected | Reconnect):
            return verdict
        return Rejected(quoted(NAME, words_of(reply).words))

    def _url(self, path: str) -> str:
        return self.app.api_url.rstrip("/") + path

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.account.token}", "Accept": "application/json"}

    def _permalink(self, remote_id: str) -> str:
        return f"{self.app.web_url.rstrip('/')}/{self.account.handle}/status/{remote_id}"


def _body(payload: Payload, media_ids: list[str]) -> dict[str, Any]:
    """Unknown keys are refused, empty ones too."""
    body: dict[str, Any] = {"text": payload.text} if payload.text else {}
    if media_ids:
        body["media"] = {"media_ids": media_ids}
    if payload.reply_to is not None:
        body["reply"] = {"in_reply_to_tweet_id": payload.reply_to.parent}
    elif payload.options.get("reply_settings"):
        body["reply_settings"] = payload.options["reply_settings"]
    return body
