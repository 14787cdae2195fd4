"""What adapter tests need: a payload, a memory for handles, a recording Http, a real server."""

import hashlib
import json
import struct
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from publishers.contract import (
    Account,
    Adapter,
    App,
    Media,
    Payload,
    Rejected,
    Reply,
    TryLater,
    Uncertain,
)
from publishers.http import Client

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def png(colour: tuple[int, int, int] = (20, 110, 150), width: int = 40, height: int = 30) -> bytes:
    """A real picture of one colour, made by hand."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\x00" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def picture(alt: str = "A pier at noon", content: bytes | None = None) -> Media:
    content = png() if content is None else content
    return Media(
        sha256=hashlib.sha256(content).hexdigest(),
        mime="image/png",
        width=40,
        height=30,
        size=len(content),
        alt=alt,
        read=lambda: content,
        url=f"https://media.example/{hashlib.sha256(content).hexdigest()[:12]}.png",
    )


def film(alt: str = "The tide comes in", seconds: float = 9.0) -> Media:
    content = b"\x00\x00\x00\x18ftypmp42" + bytes(200)
    digest = hashlib.sha256(content).hexdigest()
    return Media(
        sha256=digest,
        mime="video/mp4",
        width=1080,
        height=1920,
        size=len(content),
        alt=alt,
        read=lambda: content,
        url=f"https://media.example/{digest[:12]}.mp4",
        seconds=seconds,
    )


def post(text: str = "Tide at nine", *media: Media, **more: Any) -> Payload:
    more = {"client_token": "3f0c8c1e-1111-4222-8333-444455556666", "created_at": NOON, **more}
    return Payload(text, media, **more)


@dataclass
class Memory:
    """contract.Step in memory."""

    kept: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def keep(self, name: str, value: str) -> None:
        self.kept[name] = value


def prepared(adapter: Any, payload: Payload, step: Memory) -> Any:
    """What publishing says once preparing is through."""
    assert adapter.prepare(payload, step) is None
    return adapter.publish(payload, step)


def reply(status: int = 200, body: Any = None, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = b"" if body is None else json.dumps(body).encode()
    return Reply(status, named, raw, body)


type Answers = Callable[[str, str, bool], Reply | TryLater | Rejected | Uncertain]


class Recorder:
    """contract.Http that notes each call and answers what it is told."""

    def __init__(self, answers: Answers) -> None:
        self.answers, self.calls = answers, []

    def send(self, method, url, *, commits=False, **request):
        self.calls.append((method, url, commits, request))
        return self.answers(method, url, commits)

    @property
    def commits(self) -> list[str]:
        return [f"{method} {url}" for method, url, commits, _ in self.calls if commits]


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    raw_path: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def parts(self) -> dict[str, bytes]:
        """The fields of a multipart body."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = BytesParser().parsebytes(head + self.body)
        return {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
            for part in message.get_payload()
        }


class Server:
    """A platform played on a real socket: what to answer is said per method and path."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.scripts: dict[tuple[str, str], list[Any]] = {}

    def __enter__(self) -> "Server":
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are two small packets: the second would wait for 40 ms.
            disable_nagle_algorithm = True

            def log_message(self, *args: object) -> None: ...

            def serve(self) -> None:
                outer.serve(self)

        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.serve)
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=(0.005,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.http.shutdown()
        self.http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    def on(
        self, method: str, path: str, status: int = 200, body: Any = None, **headers: str
    ) -> None:
        """Answers in the order given; the last one stays."""
        self.scripts.setdefault((method, path), []).append((status, body, headers))

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        parts = urlsplit(handler.path)
        request = Request(
            handler.command,
            unquote(parts.path),
            dict(parse_qsl(parts.query)),
            handler.headers,
            handler.rfile.read(length),
            handler.path,
        )
        self.requests.append(request)
        script = self.scripts.get(
            (request.method, request.path), [(404, {"error": "NoScript"}, {})]
        )
        status, body, headers = script.pop(0) if len(script) > 1 else script[0]
        if status == 0:
            handler.close_connection = True
            handler.connection.close()
            return
        is_raw = isinstance(body, bytes)
        raw = body if is_raw else b"" if body is None else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    def seen(self, method: str, path: str) -> list[Request]:
        return [one for one in self.requests if (one.method, one.path) == (method, path)]

    def adapter(self, kind: type[Adapter], account: Account) -> Adapter:
        app = App("client", "secret", api_url=self.url, web_url="https://web.example")
        return kind(Client(trusted=(self.url,)), app, account)
