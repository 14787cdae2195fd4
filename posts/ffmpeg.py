"""Finding ffmpeg, and running it on files that nobody trusts. Called by videos.py.

It runs as a child with little memory, time, disk and no more than two cores, reads nothing but
files, and is told which format to read: a playlist that names other files is no video to it.
"""

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from posts import guarded

PACKAGE = "imageio_ffmpeg"
MEMORY = 3 * 1024**3
SECONDS = 180
THREADS = "2"
# More pixels than an 8K picture has.
MAX_PIXELS = "50000000"
# What it says of a file: a title may be as long as a book.
HEARD = 1024 * 1024

_LENGTH = re.compile(r"^\s+Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.M)
_STREAM = re.compile(r"^\s+Stream #0:\d+[^:\n]*: (Video|Audio): (\w+)([^\n]*)", re.M)


class Failed(Exception):
    """It could not read the file, or took too long. `str` is for the log."""


@dataclass(frozen=True)
class Facts:
    """`video` and `audio` name codecs, empty where there is none; `seconds` 0 where unknown."""

    seconds: float
    video: str
    audio: str


def program() -> str | None:
    """Where it is: as DRUMBEAT_FFMPEG says, else on the PATH, else what a package brought."""
    if settings.FFMPEG:
        return shutil.which(settings.FFMPEG)
    return shutil.which("ffmpeg") or _packaged()


def _packaged() -> str | None:
    if importlib.util.find_spec(PACKAGE) is None:
        return None
    try:
        return str(importlib.import_module(PACKAGE).get_ffmpeg_exe())
    except RuntimeError:  # The package without its binary.
        return None


def facts(source: Path, kind: str, *, folder: Path) -> Facts:
    """`kind`: the format to read it as. Raises Failed when it is none."""
    _code, said = _run(["-f", kind, "-i", str(source)], folder=folder, largest=HEARD)
    length, streams = _LENGTH.search(said), _STREAM.findall(said)
    if not streams:
        raise Failed(said[-500:])
    hours, minutes, seconds = length.groups() if length else ("0", "0", "0")
    covers = "(attached pic)"
    videos = [codec for of, codec, more in streams if of == "Video" and covers not in more]
    audios = [codec for of, codec, _more in streams if of == "Audio"]
    return Facts(
        seconds=int(hours) * 3600 + int(minutes) * 60 + float(seconds),
        video=videos[0] if videos else "",
        audio=audios[0] if audios else "",
    )


def make(arguments: list[str], target: Path, *, folder: Path, largest: int) -> None:
    """Raises Failed unless it wrote something to `target`."""
    code, said = _run(
        ["-loglevel", "error", *arguments, str(target)], folder=folder, largest=largest
    )
    if code or not target.exists() or not target.stat().st_size:
        raise Failed(said[-500:])


def _run(arguments: list[str], *, folder: Path, largest: int) -> tuple[int, str]:
    found = program()
    assert found is not None
    limits = [str(MEMORY), str(2 * SECONDS), str(max(largest, HEARD))]
    usual = ["-hide_banner", "-nostdin", "-y", "-filter_threads", "1", "-threads", THREADS]
    careful = ["-protocol_whitelist", "file", "-max_pixels", MAX_PIXELS]
    started = [sys.executable, "-I", guarded.__file__, *limits, os.path.abspath(found)]
    told = folder / "said"
    try:
        with told.open("wb") as said:
            code = subprocess.run(
                [*started, *usual, *careful, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                timeout=SECONDS,
                check=False,
                env=guarded.surroundings(),
                cwd=folder,
            ).returncode
    except subprocess.TimeoutExpired:
        raise Failed("It took too long.") from None
    with told.open("rb") as said:
        return code, said.read(HEARD).decode(errors="replace")
