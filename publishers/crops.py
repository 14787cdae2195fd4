"""What of a picture stays where a platform takes none of its shape. Pure.

Called by renditions.py, which plans, and by whoever shows beforehand what will stay.
"""

import math
from typing import NamedTuple

from publishers.problems import Picture, shape_over


class Point(NamedTuple):
    """What matters most in a picture, in percent of its width and height from the left and top."""

    x: int = 50
    y: int = 50


CENTRE = Point()


class Box(NamedTuple):
    """What is cut out, in pixels of the original."""

    left: int
    top: int
    width: int
    height: int

    @property
    def view(self) -> str:
        """As an SVG names what it shows."""
        return f"{self.left} {self.top} {self.width} {self.height}"

    def gone(self, picture: Picture) -> int:
        """How much of the side that is cut goes, in percent."""
        stays = self.width * self.height / (picture.width * picture.height)
        return max(1, round(100 * (1 - stays)))


def box(picture: Picture, shape: tuple[float, float], focal: Point = CENTRE) -> Box | None:
    """The largest of a shape between (tallest, widest), around what matters as far as the picture
    reaches. None: it has such a shape already.
    """
    over = shape_over(picture, shape)
    if over is None:
        return None
    width, height = fitted(picture.width, picture.height, shape, tall=over == "tall")
    left = _begin(picture.width, width, focal.x)
    return Box(left, _begin(picture.height, height, focal.y), width, height)


def scaled(cut: Box, scale: float, shape: tuple[float, float], *, tall: bool) -> tuple[int, int]:
    """In whole pixels. Rounding both sides for themselves could leave the shape again."""
    width, height = max(1, int(cut.width * scale)), max(1, int(cut.height * scale))
    return fitted(width, height, shape, tall=tall)


def fitted(width: int, height: int, shape: tuple[float, float], *, tall: bool) -> tuple[int, int]:
    """With the side that is too long as long as the shape lets it be."""
    tallest, widest = shape
    if tall:
        return width, min(height, _most(width, 1 / tallest))
    return min(width, _most(height, widest)), height


def _most(side: int, times: float) -> int:
    """The most whole pixels; a part of a billionth is the computer's, not the platform's."""
    return max(1, math.floor(side * times + 1e-9))


def _begin(whole: int, part: int, percent: int) -> int:
    wanted = math.floor(whole * percent / 100 - part / 2 + 0.5)
    return min(max(wanted, 0), whole - part)
