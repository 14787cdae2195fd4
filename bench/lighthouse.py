"""Lighthouse's marks for pages as a phone gets them, and what the first load of each fetches."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.supervisor.stack import ROOT

PROGRAM = ROOT / "var/lighthouse/node_modules/.bin/lighthouse"
KINDS = ("performance", "accessibility", "best-practices")
LONGEST_SECONDS = 180
# Said for pages that only search engines and shops care about, or whose host is this machine.
CHROMIUM_FLAGS = "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-sync"


@dataclass(frozen=True)
class Marks:
    """`marks` out of 100 by kind; `bytes` as they came over the wire; `failed` are audits below 1,
    of the kinds that promise the whole.
    """

    marks: Mapping[str, int]
    requests: int
    bytes: int
    elsewhere: list[str]
    failed: list[str]


def look(url: str, cookies: str, chromium: str) -> Marks:
    """One page in a Chromium of its own, signed in by `cookies` as a header has them."""
    with tempfile.TemporaryDirectory() as folder:
        headers, answer = Path(folder) / "headers.json", Path(folder) / "answer.json"
        # In a file, since every process can read a command line.
        headers.write_text(json.dumps({"Cookie": cookies}))
        subprocess.run(
            [
                str(PROGRAM),
                url,
                "--quiet",
                "--output=json",
                f"--output-path={answer}",
                f"--extra-headers={headers}",
                f"--only-categories={','.join(KINDS)}",
                f"--chrome-flags={CHROMIUM_FLAGS}",
            ],
            env={**os.environ, "CHROME_PATH": chromium},
            check=True,
            timeout=LONGEST_SECONDS,
            stdout=subprocess.DEVNULL,
        )
        return _read(json.loads(answer.read_text()))


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
        elsewhere=sorted(url for url in named if urlsplit(url).netloc != host),
        failed=[
            audit["id"]
            for kind in KINDS[1:]
            for audit in told["categories"][kind]["auditRefs"]
            if audit["weight"] and (told["audits"][audit["id"]]["score"] or 0) < 1
            if told["audits"][audit["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual")
        ],
    )
