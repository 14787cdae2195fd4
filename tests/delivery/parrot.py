"""Adapters that speak to the scripted platform, each of another character."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from publishers import lookups
from publishers.contract import (
    Adapter,
    AppPassword,
    CannotTell,
    Found,
    Limits,
    NotFound,
    Preview,
    Processing,
    Published,
    Rate,
    Reconnect,
    Rejected,
    Reply,
    Spec,
    Tokens,
    TryLater,
    Uncertain,
)
from publishers.waits import wait_from


def _spec(reconcile: str, *features: str) -> Spec:
    slug = f"parrot_{reconcile}"
    return Spec(
        slug=slug,
        name="Parrot",
        api_url="http://127.0.0.1:9",
        web_url="http://127.0.0.1:9",
        auth=AppPassword("Name", "Password"),
        limits=Limits(text=300, count="graphemes"),
        features=frozenset({"alt_text", "thread", "comment", *features}),
        profile={"person": "@{handle}"},
        reconcile=reconcile,
        preview=Preview("feed", ()),
        quiet_seconds=600,
    )


class Parrot(Adapter):
    spec = _spec("read", "prepare", "find", "confirm")
    path = "/posts"

    def prepare(self, payload, step):
        for media in payload.media:
            if step.get(media.sha256):
                continue
            body = {"name": media.alt, "bytes": len(media.read())}
            reply = self.http.send("POST", f"{self.app.api_url}/uploads", json=body)
            if not isinstance(reply, Reply):
                return reply
            if reply.status == 202:
                return Processing(reply.json["handle"], reply.json["after"])
            if reply.status != 200:
                return _refusal(reply)
            step.keep(media.sha256, reply.json["handle"])
        if payload.reply_to and not step.get("answers"):
            step.keep("answers", payload.reply_to.parent)
        return None

    @staticmethod
    def remote_id_in(permalink, account):
        found = re.search(r"/(p\d+)$", permalink)
        return found.group(1) if found else ""

    def publish(self, payload, step):
        body = {"token": payload.client_token, "text": payload.text}
        if payload.reply_to:
            body["answers"] = step.get("answers")
        url = f"{self.app.api_url}{self.path}"
        reply = self.http.send("POST", url, json=body, commits=True)
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 202:
            return Processing(reply.json["job"], reply.json["after"])
        if reply.status >= 300:
            return _refusal(reply)
        if not reply.json:
            return Uncertain("Half an answer.")
        return Published(reply.json["id"], f"{self.app.web_url}/{reply.json['id']}")

    def find(self, payload, step):
        reply = self.http.send("GET", f"{self.app.api_url}/posts/{payload.client_token}")
        if not isinstance(reply, Reply) or reply.status != 200:
            return CannotTell("The list could not be read.")
        if len(reply.json) > 1:
            return CannotTell("More than one post fits.")
        if not reply.json:
            return NotFound()
        return Found(reply.json[0]["id"], f"{self.app.web_url}/{reply.json[0]['id']}")

    def confirm(self, handle, payload):
        reply = self.http.send("GET", f"{self.app.api_url}/jobs/{handle}")
        if not isinstance(reply, Reply):
            return TryLater("No answer.")
        match reply.json["state"]:
            case "done":
                return Published("job-post", f"{self.app.web_url}/job-post")
            case "refused":
                return Rejected("The video could not be read.")
            case "lost":
                return Uncertain("The job is gone.")
        return Processing(handle, 1)

    def refresh(self, refresh_token):
        reply = self.http.send("POST", f"{self.app.api_url}/session", json={})
        if not isinstance(reply, Reply) or reply.status >= 500:
            return TryLater("Nobody answers.")
        if reply.status != 200:
            return Reconnect("The session ended.")
        return Tokens(reply.json["access"], "next", 3600)


class KeyedParrot(Parrot):
    spec = _spec("key", "prepare", "find", "confirm", "idempotent")
    path = "/keyed"


class BlindParrot(Parrot):
    spec = _spec("ask", "prepare", "find", "confirm")


class WordyParrot(Parrot):
    """Knows no tokens: what is there is compared by its words."""

    spec = replace(Parrot.spec, slug="parrot_wordy")

    def find(self, payload, step):
        reply = self.http.send("GET", f"{self.app.api_url}/posts")
        rows = [
            lookups.Seen(
                row["id"], "", row["text"], 0, datetime.fromtimestamp(row["at"], UTC), root=""
            )
            for row in reply.json
        ]
        return lookups.sighting("Parrot", payload, rows)


class TwofoldParrot(Parrot):
    """What pages posted can be listed, what persons posted cannot."""

    spec = replace(
        Parrot.spec, slug="parrot_twofold", reconcile_by_kind={"person": "ask"}, profile={}
    )

    def find(self, payload, step):
        if self.account.kind == "person":
            return CannotTell("What persons posted is not shown.")
        return super().find(payload, step)


class AppParrot(Parrot):
    """All its channels share three posts in a quarter of an hour."""

    spec = replace(
        Parrot.spec,
        slug="parrot_app",
        rates=(Rate("quarter", "app", 3, 900, headers="x-rate-limit"),),
    )


class OwnParrot(Parrot):
    """Each of its channels has three posts in a quarter of an hour."""

    spec = replace(
        Parrot.spec,
        slug="parrot_own",
        rates=(Rate("quarter", "channel", 3, 900, headers="x-rate-limit"),),
    )


ALL = (
    Parrot,
    KeyedParrot,
    BlindParrot,
    WordyParrot,
    TwofoldParrot,
    AppParrot,
    OwnParrot,
)
PARROTS = {cls.spec.slug: cls for cls in ALL}


def _refusal(reply: Reply):
    match reply.status:
        case 401:
            return Reconnect("The token is no good.")
        case 429:
            asked = wait_from(reply.headers)
            return TryLater("Too many posts.", after=asked, rate_limited=True)
        case 400:
            return Rejected("The text is not allowed.", code="bad")
        case 503:
            return TryLater("Busy.")
    return Uncertain(f"Answer {reply.status}.")
