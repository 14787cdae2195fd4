"""A small platform over real HTTP whose answers a test scripts, and adapters that speak to it.

It keeps what it accepted in `posts`: the truth from the other side.
"""

import json
import re
import socket
import struct
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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


class Budget:
    """So many posts until `reset` (epoch seconds), as the platform counts them; then 429."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = self.left = limit
        self.reset = time.time() + seconds
        self.lock = threading.Lock()

    def spend(self) -> tuple[bool, dict[str, str]]:
        with self.lock:
            if time.time() >= self.reset:
                self.left, self.reset = self.limit, time.time() + 900
            had, self.left = self.left > 0, max(self.left - 1, 0)
            return had, {
                "X_Rate_Limit_Limit": str(self.limit),
                "X_Rate_Limit_Remaining": str(self.left),
                "X_Rate_Limit_Reset": str(round(self.reset)),
            }


class Platform:
    """`script` holds one word per publishing call ("ok" when it is empty); `reads` likewise.

    "429:x" asks to wait for "x". With a `budget` it counts posts and says so in headers.
    """

    def __init__(self) -> None:
        self.posts: list[dict] = []
        self.uploads: list[str] = []
        self.calls: list[tuple[str, float]] = []
        # Every request of whatever kind: when, and its path.
        self.asked: list[tuple[float, str]] = []
        self.script: list[str] = []
        self.prepares: list[str] = []
        self.sessions: list[str] = []
        self.reads: list[str] = []
        self.jobs: list[str] = []
        self.on_publish = lambda: None
        self.budget: Budget | None = None
        self.on_upload = lambda: None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def tokens(self) -> list[str]:
        return [post["token"] for post in self.posts]

    def ids(self) -> list[str]:
        return [post["id"] for post in self.posts]

    def texts(self) -> list[str]:
        return [post["text"] for post in self.posts]

    def accept(self, body: dict, *, keyed: bool) -> dict:
        known = [post for post in self.posts if post["token"] == body["token"]]
        if keyed and known:
            return known[0]
        post = {**body, "id": f"p{len(self.posts) + 1}", "at": time.time()}
        self.posts.append(post)
        return post

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args) -> None:
                pass

            def answer(self, status: int, body: object, **headers: str) -> None:
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def do_POST(self) -> None:
                platform.asked.append((time.time(), self.path))
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path == "/uploads":
                    self.upload(body)
                elif self.path == "/session":
                    word = platform.sessions.pop(0) if platform.sessions else "200"
                    self.answer(int(word), {"access": f"new-{len(platform.calls)}"})
                else:
                    self.publish(body)

            def upload(self, body: dict) -> None:
                word = platform.prepares.pop(0) if platform.prepares else "ok"
                platform.on_upload()
                if word == "processing":
                    self.answer(202, {"handle": "u0", "after": 7})
                elif word == "ok":
                    platform.uploads.append(body["name"])
                    self.answer(200, {"handle": f"u{len(platform.uploads)}"})
                else:
                    self.answer(int(word), {"why": word})

            def publish(self, body: dict) -> None:
                platform.calls.append((body["token"], time.time()))
                platform.on_publish()
                word = platform.script.pop(0) if platform.script else "ok"
                keyed = self.path == "/keyed"
                had, said = platform.budget.spend() if platform.budget else (True, {})
                if not had:
                    self.answer(429, {"why": "used up"}, **said)
                elif word.startswith("429"):
                    asked = word.partition(":")[2] if ":" in word else "7"
                    self.answer(429, {"why": "scripted"}, Retry_After=asked, **said)
                elif word in {"400", "401", "500", "503"}:
                    self.answer(int(word), {"why": f"scripted {word}"}, **said)
                elif word == "processing":
                    self.answer(202, {"job": "j1", "after": 1})
                elif body.get("answers") and body["answers"] not in platform.ids():
                    self.answer(400, {"why": "nothing to answer"}, **said)
                else:
                    self.accepted(word, platform.accept(body, keyed=keyed), said)

            def accepted(self, word: str, post: dict, said: dict) -> None:
                """It is live; what the caller hears of it is another matter."""
                if word == "reset_after":
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.connection.close()
                elif word in ("400_after", "500_after"):
                    self.answer(int(word[:3]), {"why": "scripted"})
                elif word == "half":
                    self.answer(200, b'{"id": "p')
                else:
                    self.answer(201, post, **said)

            def do_GET(self) -> None:
                platform.asked.append((time.time(), self.path))
                if self.path.startswith("/jobs/"):
                    word = platform.jobs.pop(0) if platform.jobs else "done"
                    return self.answer(200, {"state": word})
                word = platform.reads.pop(0) if platform.reads else "ok"
                if word != "ok":
                    return self.answer(int(word), {})
                if self.path == "/posts":
                    return self.answer(200, platform.posts)
                token = self.path.rsplit("/", 1)[-1]
                return self.answer(200, [post for post in platform.posts if post["token"] == token])

        return Handler


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
