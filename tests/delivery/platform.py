"""A small platform over real HTTP whose answers a test scripts.

It keeps what it accepted in `posts`: the truth from the other side.
"""

import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


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
            target=self.server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
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
