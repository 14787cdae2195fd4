"""How a picture becomes one that a platform takes, where it does not fit as it is. Pure.

visuals.py tells of it beforehand; posts/renditions.py carries it out.
"""

import math
from dataclasses import dataclass

from publishers import crops
from publishers.contract import Limits, Spec
from publishers.crops import CENTRE, Box, Point
from publishers.problems import Picture, Problem, kind, kinds, pixels, ratio, shape_over

# What can be written, in the order in which it is preferred; JPEG is taken everywhere.
_WRITABLE = ("image/jpeg", "image/webp", "image/png")


@dataclass(frozen=True)
class Recipe:
    """`kinds`: formats to try, the best first. `width` by `height` in pixels; where its bytes must
    shrink further, no side below `least`. `size` in bytes at most. `box`: what is cut out first.
    """

    kinds: tuple[str, ...]
    width: int
    height: int
    size: int
    least: int
    box: Box | None = None

    @property
    def key(self) -> str:
        """Names it, and says it: `of_key` reads it again."""
        formats = "+".join(mime.removeprefix("image/") for mime in self.kinds)
        whole = f"{formats}_{self.width}x{self.height}_{self.size}_{self.least}"
        return f"{whole}_{'-'.join(map(str, self.box))}" if self.box else whole


def of_key(key: str) -> Recipe:
    """Raises ValueError."""
    formats, sides, size, least, *cut = key.split("_")
    width, height = sides.split("x")
    mimes = tuple(f"image/{name}" for name in formats.split("+"))
    box = _box_of(*cut) if cut else None
    return Recipe(mimes, int(width), int(height), int(size), int(least), box)


def _box_of(said: str) -> Box:
    left, top, width, height = map(int, said.split("-"))
    return Box(left, top, width, height)


def plan(
    picture: Picture,
    spec: Spec,
    the: str = "The picture",
    place: int | None = None,
    focal: Point = CENTRE,
) -> Recipe | Problem | None:
    """None: it fits. A Problem: no conversion mends it. `the` names it in a sentence; `focal` is
    what stays where it must be cropped.
    """
    limits, formats = spec.limits, _formats(picture.mime, spec.limits)
    taken = picture.mime in limits.image_types
    if not taken and not formats:
        message = f"{the} is {kind(picture.mime)}; {spec.name} takes {kinds(limits.image_types)}."
        return Problem("error", "picture_type", message, "Save it as one of these.", place)
    if min(picture.width, picture.height) < limits.image_sides[0]:
        return _small(picture, spec, the, place)
    box = crops.box(picture, limits.image_shape, focal)
    if box and (not formats or min(box.width, box.height) < limits.image_sides[0]):
        return _misshapen(picture, spec, the, place)
    scale = _scale(*_kept(picture, box), limits)
    width, height = _sides(picture, box, scale, limits)
    if min(width, height) < limits.image_sides[0]:
        return _narrow(picture, spec, the, place)
    if taken and scale == 1 and picture.size <= limits.image_bytes and box is None:
        return None
    return Recipe(formats, width, height, limits.image_bytes, limits.image_sides[0], box)


def _kept(picture: Picture, box: Box | None) -> tuple[int, int]:
    return (box.width, box.height) if box else (picture.width, picture.height)


def _sides(picture: Picture, box: Box | None, scale: float, limits: Limits) -> tuple[int, int]:
    if box:
        return crops.scaled(box, scale, limits.image_shape, tall=box.height < picture.height)
    return max(1, int(picture.width * scale)), max(1, int(picture.height * scale))


def shrunk(picture: Picture, recipe: Recipe) -> float:
    """What is left of the longest side of what is not cut off, from 0 to 1."""
    return max(recipe.width, recipe.height) / max(_kept(picture, recipe.box))


def share(picture: Picture, recipe: Recipe) -> float:
    """How much of its area is not cut off, from 0 to 1."""
    width, height = _kept(picture, recipe.box)
    return width * height / (picture.width * picture.height)


def _formats(mime: str, limits: Limits) -> tuple[str, ...]:
    """As it came where that is taken, else another; JPEG also where the bytes want it."""
    possible = tuple(one for one in _WRITABLE if one in limits.image_types)
    if mime not in possible:
        return possible[:1]
    return tuple(dict.fromkeys([mime, *(one for one in possible if one == "image/jpeg")]))


def _scale(width: int, height: int, limits: Limits) -> float:
    longest = limits.image_sides[1] / max(width, height)
    area = limits.image_pixels / (width * height)
    return min(1.0, longest, math.sqrt(area))


def _misshapen(picture: Picture, spec: Spec, the: str, place: int | None) -> Problem:
    """Nothing that is cut out of it is large enough."""
    tallest, widest = spec.limits.image_shape
    size, fix = pixels(picture.width, picture.height), "Use a larger version of it."
    if shape_over(picture, spec.limits.image_shape) == "tall":
        message = (
            f"{the} is {size}: too tall. {spec.name} takes nothing taller than {ratio(tallest)}."
        )
    else:
        message = (
            f"{the} is {size}: too wide. {spec.name} takes nothing wider than {ratio(widest)}."
        )
    return Problem("error", "picture_shape", message, fix, place)


def _small(picture: Picture, spec: Spec, the: str, place: int | None) -> Problem:
    least = spec.limits.image_sides[0]
    size = pixels(picture.width, picture.height)
    message = f"{the} is {size}; {spec.name} takes at least {least:,} on each side."
    return Problem("error", "picture_small", message, "Use a larger version of it.", place)


def _narrow(picture: Picture, spec: Spec, the: str, place: int | None) -> Problem:
    least, size = spec.limits.image_sides[0], pixels(picture.width, picture.height)
    message = (
        f"{the} is {size}; made as small as {spec.name} takes it, its shorter side would be under "
        f"{least:,}."
    )
    return Problem("error", "picture_narrow", message, "Crop it to be less long.", place)
