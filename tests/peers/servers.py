"""Programs that others wrote, as processes on 127.0.0.1; bin/peers has installed them."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import requests

from config.supervisor.stack import ROOT
from tests.processes import free_port, wait_until

HERE = ROOT / "tests/peers"
INSTALLED = ROOT / "var/peers"
LOG_TAIL = 4000


def version(package: str) -> str:
    return str(
        json.loads((INSTALLED / "node_modules" / package / "package.json").read_text())["version"]
    )


@contextlib.contextmanager
def running(arguments: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program of Node's that lives as long as the block; what it says is in `log`."""
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [str(INSTALLED / "node"), *arguments],
            cwd=INSTALLED,
            env={**os.environ, "NODE_ENV": "production", "LOG_ENABLED": "false"},
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def bluesky(folder: Path) -> Iterator[str]:
    """The address of a personal data server with nobody on it."""
    log, port = folder / "pds.log", free_port()
    arguments = [str(HERE / "pds.mjs"), str(port), str(free_port())]
    with running(arguments, log) as process:

        def ready() -> str:
            assert process.poll() is None, log.read_text()[-LOG_TAIL:]
            said = [line for line in log.read_text().splitlines() if line.startswith('{"ready"')]
            return str(json.loads(said[0])["ready"]) if said else ""

        yield wait_until(ready, 60, "the personal data server")


@contextlib.contextmanager
def prism(document: Path, folder: Path, upstream: str = "") -> Iterator[str]:
    """The address of a Prism: what is not as the document says is refused. What is goes on to
    `upstream`, and its answer is looked at too; without one, it is answered with an example.
    """
    port = free_port()
    log = folder / f"prism-{port}.log"
    entry = INSTALLED / "node_modules/@stoplight/prism-cli/dist/index.js"
    mode = ["proxy", str(document), upstream] if upstream else ["mock", str(document)]
    where = ["--host", "127.0.0.1", "--port", str(port), "--multiprocess", "false"]
    arguments = [str(entry), *mode, "--errors", *where]
    with running(arguments, log) as process:
        url = f"http://127.0.0.1:{port}"

        def ready() -> bool:
            assert process.poll() is None, log.read_text()[-LOG_TAIL:]
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(f"{url}/", timeout=5).status_code > 0
            return False

        wait_until(ready, 60, "Prism")
        yield url
