"""A mail server and a receiver of webhooks, which keep the number of all that they took."""

import re
import socketserver
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.scene import free_port

_MESSAGE_ID = re.compile(rb"^Message-ID: <?([^>\s]+)", re.IGNORECASE | re.MULTILINE)


class Taken:
    """What arrived, by number. `lost` and `doubled` are what the promise is about."""

    def __init__(self) -> None:
        self._lock, self._seen = threading.Lock(), Counter[str]()

    def add(self, number: str) -> None:
        with self._lock:
            self._seen[number] += 1

    def __len__(self) -> int:
        return len(self._seen)

    def figures(self, expected: int) -> dict[str, int]:
        """`repeated`: came again under a number that the receiver knows by then."""
        return {
            "distinct": len(self._seen),
            "lost": expected - len(self._seen),
            "repeated": sum(self._seen.values()) - len(self._seen),
        }


class MailServer:
    """As much of SMTP as Python's client speaks."""

    def __init__(self) -> None:
        self.taken, self.port = Taken(), free_port()
        taken = self.taken

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say(b"220 bench")
                while line := self.rfile.readline():
                    verb = line[:4].upper().strip()
                    if verb == b"DATA":
                        self._say(b"354 go on")
                        text = b"".join(iter(self.rfile.readline, b".\r\n"))
                        found = _MESSAGE_ID.search(text)
                        taken.add(found[1].decode() if found else "none")
                    self._say(b"221 bye" if verb == b"QUIT" else b"250 ok")
                    if verb == b"QUIT":
                        return

            def _say(self, text: bytes) -> None:
                self.wfile.write(text + b"\r\n")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads, request_queue_size = True, True, 128

            def handle_error(self, *_: object) -> None:
                """A client was killed, which is what this is about."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Hook:
    """Takes every webhook, at once."""

    def __init__(self) -> None:
        self.taken, self.port = Taken(), free_port()
        taken = self.taken

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                taken.add(self.headers["Drumbeat-Event-Id"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 128

            def handle_error(self, *_: object) -> None:
                """As above."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
