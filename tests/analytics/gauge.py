"""A platform that tells figures, and adapters that ask it."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from django.db import connection

from publishers.contract import (
    Adapter,
    AppPassword,
    Limits,
    Preview,
    Published,
    Rate,
    Reconnect,
    Rejected,
    Reply,
    Spec,
    TryLater,
)
from publishers.waits import wait_from


class Gauge:
    """`figures` by id; `script` holds a status for each of the next calls; `asked` what came."""

    def __init__(self):
        self.figures: dict[str, dict] = {}
        self.script: list[int] = []
        self.asked: list[list[str]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def start(self):
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def _handler(self):
        gauge = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                ids = parse_qs(urlsplit(self.path).query).get("id", [])
                gauge.asked.append(ids)
                status = gauge.script.pop(0) if gauge.script else 200
                known = {one: gauge.figures[one] for one in ids if one in gauge.figures}
                raw = json.dumps(known).encode()
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "7200")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

        return Handler


class Plain(Adapter):
    """`open_transactions` is what it saw while it asked."""

    open_transactions: list[bool] = []
    spec = Spec(
        slug="gauge",
        name="Gauge",
        api_url="http://127.0.0.1:9",
        web_url="http://127.0.0.1:9",
        auth=AppPassword("Name", "Password"),
        limits=Limits(text=300, count="graphemes"),
        features=frozenset({"measure"}),
        reconcile="ask",
        preview=Preview("feed", ()),
        metrics=("impressions", "likes", "clicks"),
    )

    def publish(self, payload, step):
        return Published("1", "https://gauge.test/1")

    def measure(self, remote_ids):
        self.open_transactions.append(connection.in_atomic_block)
        query = "&".join(f"id={one}" for one in remote_ids)
        reply = self.http.send("GET", f"{self.app.api_url}/figures?{query}")
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 429:
            return TryLater("Too much.", after=wait_from(reply.headers), rate_limited=True)
        if reply.status == 401:
            return Reconnect("Who are you?")
        return reply.json if reply.status == 200 else Rejected("No.")


class Rated(Plain):
    """All its channels share ten calls in an hour, and each has as many of its own."""

    spec = replace(
        Plain.spec,
        slug="gauge_rated",
        rates=(Rate("hour", "app", 10, 3600, "calls"), Rate("own", "channel", 10, 3600, "calls")),
    )


class Broken(Plain):
    spec = replace(Plain.spec, slug="gauge_broken")

    def measure(self, remote_ids):
        raise KeyError("figures")


class Silent(Adapter):
    """Tells nothing."""

    spec = replace(Plain.spec, slug="gauge_silent", features=frozenset(), metrics=())

    def publish(self, payload, step):
        return Published("1", "https://gauge.test/1")


GAUGES = {cls.spec.slug: cls for cls in (Plain, Rated, Broken, Silent)}
