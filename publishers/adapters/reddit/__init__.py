"""Reddit: posts of text, links, pictures and videos in a subreddit, comments, karma.

Facts: recorded answers of PRAW's tests; https://support.reddithelp.com/hc/articles/16160319875092.
Pictures and videos are taken without saying as which post: they are looked for in the account's own
list (`confirm`). Unknown: whether a text below one picture or a video is shown; then it is looked
for in vain, and a person is asked. Registered in publishers/registry.py.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from publishers import handles, lookups
from publishers.adapters.reddit import places, posts, uploads
from publishers.adapters.reddit.calls import Calls
from publishers.adapters.reddit.refusals import NAME
from publishers.adapters.reddit.spec import SPEC
from publishers.contract import (
    Account,
    Adapter,
    CannotTell,
    Figures,
    Found,
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
from publishers.verdicts import at, is_fine, list_at, repeatable, text_at
from publishers.waits import clock_of

CHECK_SECONDS = 3600
PAGE, PAGES = 100, 3
# A post is dated before the answer that took it arrives.
CALL_SECONDS = 60
LOOK_AFTER = 15
AT_ONCE = 100


class Reddit(Adapter):
    spec = SPEC

    # -- the account

    def accounts(self) -> list[Account] | NotPublished:
        reply = self._calls.ask("GET", "/api/v1/me")
        if not isinstance(reply, Reply):
            return reply
        number, name = text_at(reply.json, "id"), text_at(reply.json, "name")
        if not number or not name:
            return TryLater(f"{NAME} did not say whose account this is. Try again.")
        picture = text_at(reply.json, "icon_img")
        return [Account(f"t2_{number}", name, name, avatar_url=picture, token=self.account.token)]

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        return posts.named_by(permalink)

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return places.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> NotPublished | None:
        if payload.kind != "post":
            return None
        problem = places.mistake(payload) or self._check(payload, step)
        problem = problem or self._choose_flair(payload, step)
        for media in payload.media:
            problem = problem or uploads.upload(self._calls, media, step)
        return problem

    def _check(self, payload: Payload, step: Step) -> NotPublished | None:
        """Against what the subreddit asks of posts. Where it does not say, posting tells."""
        name = places.check_name(payload)
        if handles.held_as(step, name):
            return None
        place = places.place_of(payload)
        answer = self._calls.raw("GET", f"/api/v1/{place}/post_requirements")
        if isinstance(answer, Reply) and 300 <= answer.status < 400:
            return Rejected(
                f"{NAME} has no subreddit {place}. Check its name.", code="no_subreddit"
            )
        reply = repeatable(answer, NAME)
        if not isinstance(reply, Reply):
            return reply
        if is_fine(reply) and (broken := places.broken(reply.json, payload)) is not None:
            return broken
        handles.keep_as(step, name, CHECK_SECONDS, done=True)
        return None

    def _choose_flair(self, payload: Payload, step: Step) -> NotPublished | None:
        wanted = payload.options.get("flair", "").strip()
        if not wanted or self._flair(payload, step):
            return None
        reply = self._calls.ask("GET", f"/r/{places.place_of(payload)}/api/link_flair_v2")
        if isinstance(reply, Rejected):
            return Rejected("That subreddit has no flairs. Take it out.", code="no_flair")
        if not isinstance(reply, Reply):
            return reply
        found = places.flair_in(reply.json, wanted)
        if isinstance(found, Rejected):
            return found
        handles.keep_as(step, self._flair_name(payload), CHECK_SECONDS, id=found[0], text=found[1])
        return None

    def _flair(self, payload: Payload, step: Step) -> Mapping[str, Any]:
        return handles.held_as(step, self._flair_name(payload))

    @staticmethod
    def _flair_name(payload: Payload) -> str:
        return (
            f"flair:{places.place_of(payload)}:{payload.options.get('flair', '').strip()}".lower()
        )

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if payload.reply_to is not None:
            return self._comment(payload, payload.reply_to.parent)
        if (mistake := places.mistake(payload)) is not None:
            return mistake
        assets = [handles.held(step, media) for media in payload.media]
        flair = self._flair(payload, step)
        if not all(assets) or (payload.options.get("flair", "").strip() and not flair):
            return TryLater(f"The post must be prepared for {NAME} again.", after=1)
        if len(assets) > 1:
            body = posts.gallery(payload, flair, assets)
            reply = self._calls.commit("/api/submit_gallery_post.json", json=body)
        else:
            reply = self._calls.commit("/api/submit", form=posts.form(payload, flair, assets))
        return self._posted(reply) if isinstance(reply, Reply) else reply

    def _posted(self, reply: Reply) -> Outcome:
        name = posts.named_in(reply.json)
        if name:
            return Published(name, f"{self._web}{posts.path_in(reply.json, name)}")
        if posts.is_taken(reply.json):
            since = int(clock_of(reply.headers)) - CALL_SECONDS
            return Processing(str(since), LOOK_AFTER)
        return Uncertain(f"{NAME} accepted the post but did not say which one it is.")

    def _comment(self, payload: Payload, parent: str) -> Outcome:
        form = {"api_type": "json", "thing_id": parent, "text": payload.text}
        reply = self._calls.commit("/api/comment", form=form)
        if not isinstance(reply, Reply):
            return reply
        name, path = posts.comment_in(reply.json)
        if not name:
            return Uncertain(f"{NAME} accepted the comment but did not say which one it is.")
        return Published(name, f"{self._web}{path}")

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        """Of posts of text and comments; a title stays as it is."""
        form = {
            "api_type": "json",
            "thing_id": remote_id,
            "text": payload.text,
            "validate_on_submit": "true",
        }
        reply = self._calls.ask("POST", "/api/editusertext", form=form)
        return None if isinstance(reply, Reply) else reply

    def remove(self, remote_id: str) -> NotPublished | None:
        form = {"api_type": "json", "id": remote_id}
        reply = self._calls.ask("POST", "/api/del", form=form)
        return None if isinstance(reply, Reply) else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        saw = self._look(payload)
        return saw if isinstance(saw, Found | NotFound | CannotTell) else CannotTell(saw.reason)

    def confirm(self, handle: str, payload: Payload) -> Outcome:
        """`handle`: since when it may be there, in seconds since 1970."""
        if re.fullmatch(r"[0-9]{1,11}", handle):
            payload = replace(payload, called_at=datetime.fromtimestamp(int(handle), UTC))
        saw = self._look(payload)
        if isinstance(saw, Found):
            return Published(saw.remote_id, saw.permalink)
        if isinstance(saw, NotFound):
            return Processing(handle, LOOK_AFTER)
        if isinstance(saw, CannotTell):
            return Uncertain(saw.reason)
        # That its list cannot be read is no word on the post.
        return TryLater(saw.reason) if isinstance(saw, Rejected) else saw

    def _look(self, payload: Payload) -> Sighting | NotPublished:
        """Among what the account itself posted since then, the hidden and removed too."""
        rows = self._listed("comments" if payload.reply_to is not None else "submitted", payload)
        if not isinstance(rows, list):
            return rows
        if payload.reply_to is None:
            place = places.place_of(payload)
            rows = [row for row in rows if posts.is_in(row, place)]
        known = replace(payload, text=posts.words(payload))
        return lookups.sighting(NAME, known, [posts.seen(row, self._web) for row in rows])

    def _listed(self, which: str, payload: Payload) -> list[Any] | CannotTell | NotPublished:
        found: list[Any] = []
        since, query = lookups.since(payload), {"sort": "new", "limit": str(PAGE)}
        path = f"/user/{quote(self.account.handle, safe='')}/{which}"
        for _ in range(PAGES):
            reply = self._calls.ask("GET", path, params=query)
            if not isinstance(reply, Reply):
                return reply
            rows = at(reply.json, "data", "children")
            if not isinstance(rows, list):
                return CannotTell(f"{NAME} does not show what the account posted as expected.")
            found += rows
            after, last = text_at(reply.json, "data", "after"), rows[-1:]
            moment = posts.moment_in(last[0]) if last else None
            if not after or not last or (moment is not None and moment < since):
                return found
            query = {**query, "after": after}
        return CannotTell("The account posted too much since then to look through.")

    # -- what became of it

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        told: dict[str, Figures] = {}
        for first in range(0, len(remote_ids), AT_ONCE):
            query = {"id": ",".join(remote_ids[first : first + AT_ONCE])}
            reply = self._calls.ask("GET", "/api/info", params=query)
            if not isinstance(reply, Reply):
                return reply
            for row in list_at(reply.json, "data", "children"):
                data = at(row, "data")
                if text_at(data, "name") and not posts.is_gone(data):
                    told[text_at(data, "name")] = posts.figures(data)
        return told

    def audience(self) -> Figures | NotPublished:
        reply = self._calls.ask("GET", "/api/v1/me")
        if not isinstance(reply, Reply):
            return reply
        return posts.karma(reply.json)

    @property
    def _calls(self) -> Calls:
        return Calls(self.http, self.app, self.account)

    @property
    def _web(self) -> str:
        return self.app.web_url.rstrip("/")
