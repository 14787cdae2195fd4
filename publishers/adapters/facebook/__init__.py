"""Facebook: the pages that a person runs, posts, reels, stories and comments, read back by list.

Facts: https://developers.facebook.com/docs/pages-api. Registered in publishers/registry.py.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from publishers import graphhooks, handles, lookups
from publishers.adapters.facebook import posts, telling, videos
from publishers.adapters.facebook.refusals import BEFORE, COMMITTING, GONE, NAME
from publishers.adapters.facebook.spec import ORGANIZATION, SPEC, VERSION
from publishers.adapters.facebook.videos import Videos
from publishers.contract import (
    Account,
    Adapter,
    App,
    CannotTell,
    Figures,
    Found,
    Heard,
    Hook,
    Media,
    NotFound,
    NotPublished,
    Outcome,
    Payload,
    Processing,
    Published,
    Reconnect,
    Rejected,
    Reply,
    Sighting,
    Step,
    Tokens,
    TryLater,
    Uncertain,
)
from publishers.graph import Graph
from publishers.graphtokens import page_accounts, page_token
from publishers.verdicts import at, is_fine, list_at, text_at

# Unpublished pictures live for about a day.
PHOTO_SECONDS = 20 * 3600


class Facebook(Adapter):
    spec = SPEC

    # -- the pages

    def accounts(self) -> list[Account] | NotPublished:
        return page_accounts(self._graph, "username,picture{url}", _page)

    def lengthen(self, tokens: Tokens) -> Tokens | NotPublished:
        """What a page gets from the longer one does not end."""
        return page_token(self._graph, self.app, tokens)

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        found = re.search(r"//[^/]+/(?:.*/)?(\d+(?:_\d+)*)/?$", permalink)
        return found.group(1) if found else ""

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return posts.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        if payload.reply_to is not None:
            return None
        if (mistake := posts.mistake(payload)) is not None:
            return mistake
        if posts.has_video(payload):
            made, media = self._videos(payload), payload.media[0]
            return made.upload(media, step) or made.wait(media, step)
        for media in payload.media:
            if (problem := self._upload(media, step)) is not None:
                return problem
        return None

    def _upload(self, media: Media, step: Step) -> NotPublished | None:
        if handles.held(step, media):
            return None
        form = {"published": "false"} | ({"alt_text_custom": media.alt} if media.alt else {})
        file = {"source": (media.sha256[:16], media.read(), media.mime)}
        path = f"{self.account.remote_id}/photos"
        reply = self._graph.ask("POST", path, form=form, files=file)
        if not isinstance(reply, Reply):
            return reply
        if not (made := text_at(reply.json, "id")):
            return TryLater(f"{NAME} took a picture but did not name it. It is uploaded again.")
        handles.keep(step, media, PHOTO_SECONDS, id=made)
        return None

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if payload.reply_to is not None:
            path = f"{payload.reply_to.parent}/comments"
            return self._posted(self._committing.commit(path, {"message": payload.text}))
        held = [handles.held(step, media) for media in payload.media]
        if not all(held):
            return TryLater(f"The pictures or the video must be uploaded to {NAME} again.", after=1)
        made = [str(one.get("id", "")) for one in held]
        if posts.has_video(payload):
            return self._film(payload, made[0], step)
        if posts.is_story(payload):
            path = f"{self.account.remote_id}/photo_stories"
            return self._posted(self._committing.commit(path, {"photo_id": made[0]}))
        form = posts.body(payload, made)
        return self._posted(self._committing.commit(f"{self.account.remote_id}/feed", form))

    def _film(self, payload: Payload, video: str, step: Step) -> Outcome:
        """It is accepted, and published some time later."""
        if not handles.held(step, payload.media[0]).get("ready"):
            return TryLater(f"{NAME} is still taking in the video.", after=videos.AGAIN)
        made = self._videos(payload)
        reply = self._committing.commit(made.path, posts.finish(payload, video))
        if not isinstance(reply, Reply):
            return reply
        if not is_fine(reply):
            return self._committing.refusal(reply)
        if post := text_at(reply.json, "post_id"):
            return Published(post, self._permalink(post))
        if at(reply.json, "success") is not True:
            return Uncertain(f"{NAME} did not say whether it took the video.")
        return Processing(video, videos.AGAIN)

    def _posted(self, reply: Reply | Outcome) -> Outcome:
        if not isinstance(reply, Reply):
            return reply
        if not is_fine(reply):
            return self._committing.refusal(reply)
        remote = text_at(reply.json, "post_id") or text_at(reply.json, "id")
        if not remote:
            return Uncertain(f"{NAME} accepted it but did not say which one it is.")
        return Published(remote, self._permalink(remote))

    def confirm(self, handle: str, payload: Payload) -> Outcome:
        reply = self._videos(payload).state(handle)
        if isinstance(reply, Reconnect):
            return reply
        if not isinstance(reply, Reply):
            return Processing(handle, 60)
        return videos.became(reply.json, handle, self._web())

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        """Only of what this app posted."""
        reply = self._graph.ask("POST", remote_id, form={"message": payload.text})
        return None if isinstance(reply, Reply) else reply

    def remove(self, remote_id: str) -> NotPublished | None:
        reply = self._graph.ask("DELETE", remote_id)
        return None if isinstance(reply, Reply) or reply is GONE else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        if payload.reply_to is not None:
            return self._find_comment(payload, payload.reply_to.parent)
        if posts.is_story(payload):
            return self._find_story(payload, step)
        if posts.has_video(payload):
            return self._find_film(payload, step)
        query = {"fields": posts.FIELDS, "since": str(int(lookups.since(payload).timestamp()))}
        rows = self._graph.rows(f"{self.account.remote_id}/published_posts", query)
        if not isinstance(rows, list):
            return CannotTell(rows.reason)
        seen = [posts.seen(row, self._permalink(text_at(row, "id"))) for row in rows]
        return lookups.sighting(NAME, payload, seen)

    def _find_comment(self, payload: Payload, post: str) -> Sighting:
        rows = self._graph.rows(f"{post}/comments", {"fields": posts.COMMENT_FIELDS})
        if not isinstance(rows, list):
            return CannotTell(rows.reason)
        mine = [r for r in rows if text_at(r, "from", "id") in ("", self.account.remote_id)]
        seen = [posts.comment_seen(r, post, self._permalink(text_at(r, "id"))) for r in mine]
        return lookups.sighting(NAME, payload, seen)

    def _find_story(self, payload: Payload, step: Step) -> Sighting:
        """By what was uploaded for it: stories have no words."""
        made = handles.held(step, payload.media[0]).get("id", "") if payload.media else ""
        rows = self._graph.rows(f"{self.account.remote_id}/stories", {"fields": "post_id,media_id"})
        if not isinstance(rows, list):
            return CannotTell(rows.reason)
        if not made:
            return CannotTell(f"Which story on {NAME} it would be is not known any more.")
        found = [text_at(row, "post_id") for row in rows if text_at(row, "media_id") == made]
        return Found(found[0], self._permalink(found[0])) if found and found[0] else NotFound()

    def _find_film(self, payload: Payload, step: Step) -> Sighting:
        made = handles.held(step, payload.media[0]).get("id", "")
        if not made:
            return CannotTell(f"Which video on {NAME} it would be is not known any more.")
        reply = self._videos(payload).state(made)
        if not isinstance(reply, Reply):
            return CannotTell(reply.reason)
        became = videos.became(reply.json, made, self._web())
        if isinstance(became, Published):
            return Found(became.remote_id, became.permalink)
        phase = text_at(reply.json, "status", "publishing_phase", "status")
        if phase == "not_started" or isinstance(became, Rejected):
            return NotFound()
        return CannotTell(f"{NAME} is still publishing the video.")

    # -- what became of it

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        figures: dict[str, Figures] = {}
        query = {"metric": ",".join(telling.OF_POSTS)}
        for remote_id in remote_ids:
            counted = self._graph.ask("GET", remote_id, params={"fields": telling.COUNTS})
            if counted is GONE:
                continue
            if not isinstance(counted, Reply):
                return counted
            reply = self._graph.ask("GET", f"{remote_id}/insights", params=query)
            if isinstance(reply, TryLater | Reconnect):
                return reply
            insights = reply.json if isinstance(reply, Reply) else None
            figures[remote_id] = telling.of_post(counted.json, insights)
        return figures

    def audience(self) -> Figures | NotPublished:
        me = self.account.remote_id
        counted = self._graph.ask("GET", me, params={"fields": "followers_count,fan_count"})
        if not isinstance(counted, Reply):
            return counted
        query = {"metric": ",".join(telling.OF_PAGES), "period": "day"}
        reply = self._graph.ask("GET", f"{me}/insights", params=query)
        if isinstance(reply, TryLater | Reconnect):
            return reply
        return telling.of_page(counted.json, reply.json if isinstance(reply, Reply) else None)

    def subscribe(self) -> NotPublished | None:
        return self._graph.subscribe(self.account.remote_id, "feed")

    @staticmethod
    def hear(hook: Hook, app: App, now: float) -> Heard:
        return graphhooks.hear(hook, app, telling.events)

    # -- how Facebook is spoken to

    def _videos(self, payload: Payload) -> Videos:
        edge = "video_stories" if posts.is_story(payload) else "video_reels"
        return Videos(self._graph, self.account.remote_id, edge)

    @property
    def _graph(self) -> Graph:
        base = f"{self.app.api_url.rstrip('/')}/{VERSION}"
        return Graph(self.http, NAME, base, self.account.token, BEFORE)

    @property
    def _committing(self) -> Graph:
        return replace(self._graph, rules=COMMITTING)

    def _permalink(self, remote_id: str) -> str:
        return f"{self._web()}/{remote_id}"

    def _web(self) -> str:
        return self.app.web_url.rstrip("/")


def _page(row: Any) -> Account | None:
    """Not those for which the person may not post."""
    number, tasks = text_at(row, "id"), list_at(row, "tasks")
    if not number or (tasks and "CREATE_CONTENT" not in tasks):
        return None
    return Account(
        remote_id=number,
        handle=text_at(row, "username") or text_at(row, "name"),
        name=text_at(row, "name"),
        kind=ORGANIZATION,
        avatar_url=text_at(row, "picture", "data", "url"),
        token=text_at(row, "access_token"),
    )
