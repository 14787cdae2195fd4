"""A platform of the tests' own: a real HTTP server with rotating tokens, and its adapters."""

import base64
import hashlib
import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from publishers.contract import (
    Account,
    Adapter,
    AppPassword,
    Limits,
    OAuth2,
    Preview,
    Published,
    Reconnect,
    Rejected,
    Reply,
    Spec,
    Tokens,
)

COMMON = {
    "api_url": "https://api.platform.invalid",
    "web_url": "https://platform.invalid",
    "limits": Limits(text=300, count="graphemes"),
    "features": frozenset(),
    "reconcile": "ask",
    "preview": Preview("feed", ()),
}


class Tide(Adapter):
    """OAuth with PKCE; one sign-in may open several accounts."""

    spec = Spec(
        slug="tide",
        name="Tide",
        auth=OAuth2(
            authorize_path="/authorize",
            token_path="/token",
            revoke_path="/revoke",
            scopes=("read", "write", "offline"),
        ),
        colour="#0a66c2",
        setup="Create an app on developers.tide.test.",
        **COMMON,
    )

    def publish(self, payload, step):
        return Published("1", "https://tide.test/1")

    def accounts(self):
        reply = self.http.send(
            "GET",
            f"{self.app.api_url}/accounts",
            headers={"Authorization": f"Bearer {self.account.token}"},
        )
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 401:
            return Reconnect("Tide no longer knows this sign-in.")
        return [Account(**account) for account in reply.json]


class Rock(Adapter):
    """Sessions opened with an app password, on any server."""

    spec = Spec(
        slug="rock",
        name="Rock",
        auth=AppPassword("Handle", "App password", host_label="Server"),
        **COMMON,
    )

    def publish(self, payload, step):
        return Published("1", "https://rock.test/1")

    def _session(self, form):
        base = self.account.host or self.app.api_url
        reply = self.http.send("POST", f"{base}/session", form=form)
        if not isinstance(reply, Reply):
            return reply
        if reply.status != 200:
            return Rejected("Rock did not accept that handle and password.")
        return reply.json

    def sign_in(self, identifier, secret):
        body = self._session({"identifier": identifier, "secret": secret})
        if not isinstance(body, dict):
            return body
        account = Account("did:rock:1", identifier, "Rock of Ages", host=self.account.host)
        return account, _tokens(body)

    def refresh(self, refresh_token):
        body = self._session({"refresh": refresh_token})
        if isinstance(body, Rejected):
            return Reconnect("Rock ended the session.")
        return _tokens(body) if isinstance(body, dict) else body


def _tokens(body):
    return Tokens(body["access_token"], body["refresh_token"], body["expires_in"])


class Server:
    """Hands out `canary-…` tokens, each refresh token usable once, and counts what it is asked."""

    def __init__(self):
        self.calls = Counter()
        self.forms = []
        self.codes = {}
        self.live = set()
        self.accounts = [
            {"remote_id": "t1", "handle": "@tidewater", "name": "Tidewater", "kind": "person"}
        ]
        self.scope = "read write offline"
        self.expires_in = 7200
        self.delay = 0.0
        self.answer = None
        self.number = 0
        self.lock = threading.Lock()
        handler = type("Handler", (Handler,), {"platform": self})
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.origin = f"http://127.0.0.1:{self.httpd.server_port}"
        self.thread = threading.Thread(target=self.httpd.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.httpd.shutdown()
        self.httpd.server_close()

    def code(self, challenge):
        code = f"code-{len(self.codes)}"
        self.codes[code] = challenge
        return code

    def new_tokens(self):
        with self.lock:
            self.number += 1
            access, refresh = f"canary-access-{self.number}", f"canary-refresh-{self.number}"
            self.live |= {access, refresh}
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": self.expires_in,
            "scope": self.scope,
        }

    def spend(self, token):
        with self.lock:
            if token not in self.live:
                return False
            self.live.discard(token)
            return True


class Handler(BaseHTTPRequestHandler):
    platform: Server

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.platform.calls[self.path] += 1
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.platform.live:
            return self.say(401, {"error": "invalid_token"})
        return self.say(200, self.platform.accounts)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        self.platform.calls[self.path] += 1
        self.platform.forms.append((self.path, form, dict(self.headers)))
        time.sleep(self.platform.delay)
        if self.platform.answer is not None:
            return self.say(*self.platform.answer)
        return getattr(self, f"answer_{self.path.strip('/')}")(form)

    def answer_token(self, form):
        if form["grant_type"] == "refresh_token":
            good = self.platform.spend(form["refresh_token"])
        else:
            challenge = self.platform.codes.pop(form["code"], None)
            good = challenge is not None and challenge == _challenge(form["code_verifier"])
        if not good:
            return self.say(400, {"error": "invalid_grant"})
        return self.say(200, self.platform.new_tokens())

    def answer_session(self, form):
        good = form.get("secret") == "canary-password" or self.platform.spend(
            form.get("refresh", "")
        )
        return self.say(200, self.platform.new_tokens()) if good else self.say(401, {})

    def answer_apps(self, form):
        self.say(200, {"client_id": "made-here", "client_secret": "canary-made-here"})

    def answer_revoke(self, form):
        self.platform.spend(form["token"])
        return self.say(200, {})

    def say(self, status, body):
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


def _challenge(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
