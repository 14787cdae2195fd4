"""How a picture becomes one that a platform takes, where it does not fit as it is. Pure.

visuals.py tells of it beforehand; posts/renditions.py carries it out.
"""

import math
from dataclasses import dataclass

from publishers.contract import Limits, Spec
from publishers.problems import Picture, Problem, kind, kinds, pixels, ratio, shape_over

# What can be written, in the order in which it is preferred; JPEG is taken everywhere.
_WRITABLE = ("image/jpeg", "image/webp", "image/png")


@dataclass(frozen=True)
class Recipe:
    """`kinds`: formats to try, the best first. `width` by `height` in pixels; where its bytes must
    shrink further, no side below `least`. `size` in bytes at most.
    """

    kinds: tuple[str, ...]
    width: int
    height: int
    size: int
    least: int

    @property
    def key(self) -> str:
        """Names it, and says it: `of_key` reads it again."""
        formats = "+".join(mime.removeprefix("image/") for mime in self.kinds)
        return f"{formats}_{self.width}x{self.height}_{self.size}_{self.least}"


def of_key(key: str) -> Recipe:
    """Raises ValueError."""
    formats, sides, size, least = key.split("_")
    width, height = sides.split("x")
    mimes = tuple(f"image/{name}" for name in formats.split("+"))
    return Recipe(mimes, int(width), int(height), int(size), int(least))


def plan(
    picture: Picture, spec: Spec, the: str = "The picture", place: int | None = None
) -> Recipe | Problem | None:
    """None: it fits. A Problem: no conversion mends it. `the` names it in a sentence."""
    limits, formats = spec.limits, _formats(picture.mime, spec.limits)
    taken = picture.mime in limits.image_types
    if not taken and not formats:
        message = f"{the} is {kind(picture.mime)}; {spec.name} takes {kinds(limits.image_types)}."
        return Problem("error", "picture_type", message, "Save it as one of these.", place)
    if shape_over(picture, limits.image_shape):
        return _misshapen(picture, spec, the, place)
    if min(picture.width, picture.height) < limits.image_sides[0]:
        return _small(picture, spec, the, place)
    scale = _scale(picture, limits)
    width, height = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
    if min(width, height) < limits.image_sides[0]:
        return _narrow(picture, spec, the, place)
    if taken and scale == 1 and picture.size <= limits.image_bytes:
        return None
    return Recipe(formats, width, height, limits.image_bytes, limits.image_sides[0])


def shrunk(picture: Picture, recipe: Recipe) -> float:
    """What is left of its longest side, from 0 to 1."""
    return max(recipe.width, recipe.height) / max(picture.width, picture.height)


def _formats(mime: str, limits: Limits) -> tuple[str, ...]:
    """As it came where that is taken, else another; JPEG also where the bytes want it."""
    possible = tuple(one for one in _WRITABLE if one in limits.image_types)
    if mime not in possible:
        return possible[:1]
    return tuple(dict.fromkeys([mime, *(one for one in possible if one == "image/jpeg")]))


def _scale(picture: Picture, limits: Limits) -> float:
    longest = limits.image_sides[1] / max(picture.width, picture.height)
    area = limits.image_pixels / (picture.width * picture.height)
    return min(1.0, longest, math.sqrt(area))


def _misshapen(picture: Picture, spec: Spec, the: str, place: int | None) -> Problem:
    tallest, widest = spec.limits.image_shape
    size = pixels(picture.width, picture.height)
    if shape_over(picture, spec.limits.image_shape) == "tall":
        return Problem(
            "error",
            "picture_shape",
            f"{the} is {size}: too tall. {spec.name} takes nothing taller than {ratio(tallest)}.",
            f"Crop it to at most {int(picture.width / tallest):,} pixels high.",
            place,
        )
    message = f"{the} is {size}: too wide. {spec.name} takes nothing wider than {ratio(widest)}."
    fix = f"Crop it to at most {int(picture.height * widest):,} pixels wide."
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
