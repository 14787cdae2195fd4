"""Lighthouse's marks for pages as a phone gets them, and what the first load of each fetches."""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import sync_playwright

from bench import interactions, scene
from config.supervisor.stack import ROOT

PROGRAM = ROOT / "var/lighthouse/node_modules/.bin/lighthouse"
KINDS = ("performance", "accessibility", "best-practices")
LONGEST_SECONDS = 180
# Now and then Chromium's trace has no beginning, and Lighthouse asks to be run again.
TRIES = 3


@dataclass(frozen=True)
class Marks:
    """`marks` out of 100 by kind; `bytes` as they came over the wire; `failed` are audits below 1
    with what they found first, of the kinds that promise the whole.
    """

    marks: Mapping[str, int]
    requests: int
    bytes: int
    fetched: list[str]
    elsewhere: list[str]
    failed: list[str]


def look(url: str, cookie: tuple[str, str], chromium: str) -> Marks:
    """One page in a Chromium of its own, signed in by the name and value of a session's cookie."""
    port = scene.free_port()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as played:
        context = played.chromium.launch_persistent_context(
            Path(folder) / "profile",
            executable_path=chromium or None,
            args=[*interactions.FLAGS, f"--remote-debugging-port={port}"],
        )
        name, value = cookie
        context.add_cookies([{"name": name, "value": value, "url": urljoin(url, "/")}])
        answer = Path(folder) / "answer.json"
        try:
            _run(
                [
                    str(PROGRAM),
                    url,
                    f"--port={port}",
                    "--disable-storage-reset",
                    "--quiet",
                    "--output=json",
                    f"--output-path={answer}",
                    f"--only-categories={','.join(KINDS)}",
                ]
            )
        finally:
            context.close()
        return _read(json.loads(answer.read_text()))


def _run(command: list[str]) -> None:
    for _ in range(TRIES):
        done = subprocess.run(
            command, timeout=LONGEST_SECONDS, capture_output=True, text=True, check=False
        )
        if not done.returncode:
            return
    raise RuntimeError(done.stderr[-1000:])


def _read(told: Mapping[str, Any]) -> Marks:
    if error := told.get("runtimeError"):
        raise RuntimeError(f"{error['code']}: {error['message']}")
    fetched = told["audits"]["network-requests"]["details"]["items"]
    host = urlsplit(told["finalDisplayedUrl"]).netloc
    named = {one["url"] for one in fetched if urlsplit(one["url"]).scheme.startswith("http")}
    return Marks(
        marks={kind: round(told["categories"][kind]["score"] * 100) for kind in KINDS},
        requests=len(fetched),
        bytes=sum(one.get("transferSize", 0) for one in fetched),
        fetched=[f"{one.get('transferSize', 0)} {urlsplit(one['url']).path}" for one in fetched],
        elsewhere=sorted(url for url in named if urlsplit(url).netloc != host),
        failed=[
            f"{audit['id']}: {_why(told['audits'][audit['id']])}"
            for kind in KINDS[1:]
            for audit in told["categories"][kind]["auditRefs"]
            if audit["weight"] and (told["audits"][audit["id"]]["score"] or 0) < 1
            if told["audits"][audit["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual")
        ],
    )


def _why(audit: Mapping[str, Any]) -> str:
    items = audit.get("details", {}).get("items", [])
    return json.dumps(items[:1])[:400]
