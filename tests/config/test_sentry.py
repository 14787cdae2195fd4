"""What is reported to Sentry where it is configured: the error, and no secret."""

import gzip
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import brotli
import pytest

from config.supervisor.stack import ROOT

CANARY = "canary-4f1d8a"
FAIL = f"""
import django, sentry_sdk
django.setup()
secret = "{CANARY}-variable"
try:
    raise ValueError("access_token={CANARY}-message")
except ValueError:
    sentry_sdk.capture_exception()
sentry_sdk.flush(10)
"""


@pytest.fixture
def receiver():
    bodies = []

    class Receive(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
            plain = unpack.get(self.headers.get("Content-Encoding", ""), bytes)(body)
            bodies.append(plain.decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Receive)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    server.bodies = bodies
    yield server
    server.shutdown()


def test_the_error_arrives_without_secrets(receiver):
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.sandbox",
        "SENTRY_DSN": f"http://key@127.0.0.1:{receiver.server_port}/1",
    }
    subprocess.run([sys.executable, "-c", FAIL], cwd=ROOT, env=env, check=True, timeout=60)
    reported = "".join(receiver.bodies)
    assert "ValueError" in reported
    at = reported.find(CANARY)
    assert at < 0, reported[max(0, at - 80) : at + 40]


def test_without_a_project_nothing_is_loaded():
    said = "import django, sys; django.setup(); print('sentry_sdk' in sys.modules)"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.sandbox", "SENTRY_DSN": ""}
    done = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"
