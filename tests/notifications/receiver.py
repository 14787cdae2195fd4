"""A server that takes webhooks and keeps what came: real HTTP, with answers of one's choice."""

import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from tests.processes import free_port


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def number(self) -> str:
        return self.headers["Drumbeat-Event-Id"]


@dataclass
class Receiver:
    """`status`, `said` and `more` headers are what it answers; `slow` how long it takes over it."""

    status: int = 200
    said: bytes = b"ok"
    more: dict[str, str] = field(default_factory=dict)
    slow: float = 0
    received: list[Received] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                owner.received.append(Received(self.path, dict(self.headers), body))
                owner.over.wait(owner.slow)
                self.send_response(owner.status)
                for name, value in owner.more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(owner.said)))
                self.end_headers()
                self.wfile.write(owner.said)

            def log_message(self, *_):
                pass

        self.port = free_port()
        ThreadingHTTPServer.request_queue_size = 128
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, count: int, seconds: float = 10) -> list[Received]:
        end = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < end:
            time.sleep(0.02)
        assert len(self.received) >= count
        return self.received

    def stop(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
