"""Real videos, made by ffmpeg while tests run."""

import functools
import subprocess
import tempfile
from pathlib import Path

from posts import ffmpeg

PLACE = "+38.6900-009.2100/"


@functools.cache
def film(
    kind: str = "mp4",
    *,
    size: str = "320x180",
    seconds: float = 2,
    codec: str = "",
    sound: str = "",
    colour: str = "",
    more: tuple[str, ...] = (),
) -> bytes:
    """With the place where it was filmed, its owner and a chapter's name in its metadata."""
    picture = f"color=c={colour}" if colour else "testsrc"
    joint = ":" if colour else "="
    source = f"{picture}{joint}size={size}:rate=10:duration={seconds}"
    codecs = {"webm": ("libvpx", "libopus")}.get(kind, ("libx264", "aac"))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"film.{kind}"
        subprocess.run(
            [
                *(ffmpeg.program(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"),
                *("-f", "lavfi", "-i", source),
                *("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"),
                *("-c:v", codec or codecs[0], "-c:a", sound or codecs[1]),
                *("-pix_fmt", "yuv420p", "-metadata", f"location={PLACE}"),
                *("-metadata", "title=CANARY title", "-metadata:s:v", "title=CANARY track"),
                *("-metadata:s:v", "handler_name=CANARY handler"),
                *(("-deadline", "realtime", "-cpu-used", "8") if kind == "webm" else ()),
                *more,
                str(target),
            ],
            check=True,
            timeout=120,
        )
        return target.read_bytes()
