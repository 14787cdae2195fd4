"""What a file turned out to be, and what came of fetching one. Plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Sizes in pixels; `seconds` is how long a video runs, 0 where that is not known."""

    mime: str
    width: int
    height: int
    seconds: float = 0.0


@dataclass(frozen=True)
class Fetched:
    """What came: a file of ours (files.py) and what it is. `problem`: why nothing did."""

    name: str = ""
    shape: Shape | None = None
    problem: str = ""
