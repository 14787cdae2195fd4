"""What limits.py finds, and how it speaks of pictures and videos. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

_KINDS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "video/mp4": "MP4",
    "video/quicktime": "MOV",
    "video/webm": "WebM",
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


@dataclass(frozen=True)
class Problem:
    """`error` stops the post, `warn` does not. `picture` is its place from 0, None for the text."""

    level: Literal["error", "warn"]
    code: str
    message: str
    fix: str
    picture: int | None = None

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".rstrip()


class Picture(Protocol):
    """A picture, or a video with its length in seconds: contract.Media, or shaped like it."""

    @property
    def mime(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def alt(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def is_video(self) -> bool: ...


def named(place: int, noun: str, *, alone: bool) -> str:
    """At the beginning of a sentence. `place` from 0, among those of its noun."""
    if alone:
        return f"The {noun}"
    if place < len(_ORDINALS):
        return f"The {_ORDINALS[place]} {noun}"
    return f"{noun.capitalize()} {place + 1}"


def counted(number: int, noun: str) -> str:
    return {0: f"no {noun}s", 1: f"one {noun}"}.get(number, f"{number} {noun}s")


def either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def kind(mime: str) -> str:
    return _KINDS.get(mime, mime)


def kinds(mimes: Sequence[str]) -> str:
    return either([kind(mime) for mime in mimes])


def megabytes(size: int) -> str:
    """Rounded up to a tenth, so that what is over never reads as what fits."""
    tenths = -(-size // 100_000)
    return f"{tenths / 10:g} MB"


def pixels(width: int, height: int) -> str:
    return f"{width:,} by {height:,} pixels"


def shape_over(picture: Picture, shape: tuple[float, float]) -> Literal["tall", "wide"] | None:
    """Too tall or too wide for (tallest, widest). A pixel more or less on each side is forgiven:
    nothing can be scaled to exactly a shape.
    """
    tallest, widest = shape
    if picture.width + 1 < tallest * (picture.height - 1):
        return "tall"
    return "wide" if picture.width - 1 > widest * (picture.height + 1) else None


def ratio(shape: float) -> str:
    """As people say it: 4:5, 1.91:1."""
    for below in range(1, 21):
        across = shape * below
        if abs(across - round(across)) < 0.002 and round(across) >= 1:
            return f"{round(across)}:{below}"
    return f"{shape:.2f}:1" if shape >= 1 else f"1:{1 / shape:.2f}"
