"""A large video, uploaded by each adapter that uploads: what memory it takes, and whether it goes
on where it broke. Real HTTP to the simulated platforms, the file on the disk.
"""

import hashlib
import os
import struct
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import psutil

from bench import gauges
from bench.posting import through
from bench.world import now, places
from delivery.watched import Watched
from posts import ffmpeg
from posts.sealed import Sealed
from publishers import clients
from publishers.contract import (
    Http,
    Media,
    Payload,
    Processing,
    Published,
    Spec,
)
from publishers.sandbox import faults
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import Does, Fault

MEGABYTE = 1_000_000
WIDTH, HEIGHT, SECONDS = 720, 1280, 12.0
# It is broken once; more often, something else is wrong.
MOST_BREAKS = 3
EVERY = 0.01


@dataclass
class Counted:
    """`contract.Http` that hands on and counts the bytes of large bodies; `breaks` is called once,
    when so many have been handed over and more are to come.
    """

    http: Http
    half: int
    breaks: Callable[[], None] | None
    sent: int = 0

    def send(self, method: str, url: str, **given: Any) -> Any:
        size = _size(given)
        if size and self.breaks and self.sent >= self.half:
            self.breaks()
            self.breaks = None
        self.sent += size
        return self.http.send(method, url, **given)


def _size(given: Mapping[str, Any]) -> int:
    """Of what is uploaded with a request."""
    if given.get("length") is not None:
        return int(given["length"])
    files = [file[1] for file in (given.get("files") or {}).values()]
    return sum(_rest_of(one) for one in (*files, given.get("data")) if one is not None)


def _rest_of(content: Any) -> int:
    if isinstance(content, bytes):
        return len(content)
    here = content.tell()
    end = content.seek(0, os.SEEK_END)
    content.seek(here)
    return int(end - here)


def figures(
    specs: Sequence[Spec], megabytes: int, folder: Path, options: Mapping[str, str]
) -> dict[str, Any]:
    """By platform; one whose limit is lower gets what it takes."""
    before, found = gauges.read({}), {}
    for spec in specs:
        if spec.limits.videos and not spec.fetches:
            size = min(megabytes * MEGABYTE, spec.limits.video_bytes or megabytes * MEGABYTE)
            found[spec.slug] = _of(spec, film(folder / f"{spec.slug}.mp4", size), options)
    return {
        "megabytes": megabytes,
        "platforms": found,
        "most_extra_mb": max((one["extra_mb"] for one in found.values()), default=0.0),
        "not_resumed": [slug for slug, one in found.items() if one["resumed"] is False],
        "not_taken": [slug for slug, one in found.items() if one["problem"]],
        "busy_elsewhere": gauges.read({}).since(before).elsewhere,
        "machine": gauges.machine(),
    }


def _of(spec: Spec, media: Media, options: Mapping[str, str]) -> dict[str, Any]:
    """`sent_mb` is more than `megabytes` by what the broken request carried, where it `resumed`;
    None: it goes in one piece, so that there is no part to break.
    """
    [there] = places(1, teams=1, platforms=[spec.slug], latency_ms=0, label=f"For {spec.slug}")
    Simulated.objects.update(processing_seconds=0.0)
    adapter = clients.adapter_for(spec.slug, there.account)
    account = Simulated.objects.filter(platform=spec.slug).latest("pk")

    def breaks() -> None:
        faults.arm(account, Fault.Kind.ERROR_BEFORE, does=Does.UPLOAD)

    watched = Watched(_nothing).over(adapter.http, spec)
    adapter.http = counted = Counted(watched, media.size // 2, breaks)
    known = {option.name for option in spec.options}
    payload = Payload(
        "Forty buoys at dawn.",
        (media,),
        str(uuid.uuid4()),
        now(),
        title="Buoys" if spec.limits.title else "",
        options={name: value for name, value in options.items() if name in known},
    )
    started = time.monotonic()
    with Peak() as peak:
        outcome, broke = through(adapter, payload, breaks=MOST_BREAKS)
    return {
        "megabytes": round(media.size / MEGABYTE, 1),
        "extra_mb": peak.extra_mb,
        "broke": broke,
        "resumed": counted.sent < 1.5 * media.size if broke else None,
        "sent_mb": round(counted.sent / MEGABYTE, 1),
        "seconds": round(time.monotonic() - started, 1),
        "problem": "" if isinstance(outcome, Published | Processing) else str(outcome),
    }


class Peak:
    """How much more memory this process takes at most than at first, in MB, while it is open."""

    def __init__(self) -> None:
        self._me, self._over = psutil.Process(), threading.Event()
        self._first = self._most = 0
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Peak":
        self._first = self._most = self._me.memory_info().rss
        self._watching.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self._most = max(self._most, self._me.memory_info().rss)

    @property
    def extra_mb(self) -> float:
        return round((self._most - self._first) / 2**20, 1)


def film(path: Path, size: int) -> Media:
    """Twelve seconds of one colour, and a box of nothing that makes it as large as asked."""
    program = ffmpeg.program()
    if program is None:
        raise RuntimeError("This needs ffmpeg. Install it, or name it in DRUMBEAT_FFMPEG.")
    source = f"color=c=teal:size={WIDTH}x{HEIGHT}:rate=10:duration={SECONDS}"
    quiet = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i", source]
    subprocess.run([program, *quiet, "-pix_fmt", "yuv420p", str(path)], check=True)
    with path.open("r+b") as file:
        left = size - file.seek(0, os.SEEK_END)
        file.write(struct.pack(">I4s", left, b"free"))
        file.truncate(size)
    digest = _digest(path)
    return Media(
        sha256=digest,
        mime="video/mp4",
        width=WIDTH,
        height=HEIGHT,
        size=size,
        alt="Buoys at dawn",
        read=path.read_bytes,
        opens=lambda: cast(BinaryIO, Sealed(lambda: path.open("rb"), digest, size, Damaged)),
        seconds=SECONDS,
    )


class Damaged(RuntimeError):
    """The film is not what was made a moment ago."""


def _nothing(span: timedelta = timedelta(0)) -> bool:
    """Nobody holds a delivery here, so nobody loses one."""
    return True


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
