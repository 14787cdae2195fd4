"""What of a picture stays: as much as the shape allows, around what matters, to the pixel."""

import random
from dataclasses import replace

import pytest

from posts.pictures import SMALLER, sides
from publishers import registry
from publishers.crops import CENTRE, Point, box
from publishers.problems import Problem, shape_over
from publishers.renditions import Recipe, of_key, plan
from tests.publishers.test_limits import picture
from tests.publishers.test_renditions import spec

FOUR_TO_FIVE = (0.8, 1.91)
SHAPED = [one for one in registry.specs() if one.limits.image_shape[0]]
EXACTLY = 1e-9


@pytest.mark.parametrize(
    ("focal", "cut"),
    [
        (CENTRE, (0, 285, 1080, 1350)),
        (Point(50, 0), (0, 0, 1080, 1350)),
        (Point(0, 100), (0, 570, 1080, 1350)),
        (Point(50, 40), (0, 93, 1080, 1350)),
    ],
)
def test_of_a_tall_one_the_part_around_what_matters(focal, cut):
    assert box(picture(width=1080, height=1920), FOUR_TO_FIVE, focal) == cut


def test_of_a_wide_one_too():
    wide = picture(width=3000, height=1000)
    assert box(wide, FOUR_TO_FIVE, Point(75, 0)) == (1090, 0, 1910, 1000)
    assert box(wide, FOUR_TO_FIVE, Point(60, 0)) == (845, 0, 1910, 1000)


def test_nothing_of_what_has_the_shape():
    assert box(picture(width=1080, height=1350), FOUR_TO_FIVE) is None


def within(width: int, height: int, shape: tuple[float, float]) -> bool:
    tallest, widest = shape
    return tallest - EXACTLY <= width / height <= widest + EXACTLY


def examine(one, made_for, focal):
    """What is planned for it keeps every promise, also where its bytes must shrink further."""
    planned = plan(one, made_for, focal=focal)
    limits = made_for.limits
    over = shape_over(one, limits.image_shape)
    if isinstance(planned, Problem):
        assert min(one.width, one.height) * limits.image_shape[1] < limits.image_sides[0] or (
            planned.code in ("picture_small", "picture_narrow")
        )
        return
    if over is None:
        assert planned is None or planned.box is None
        return
    assert isinstance(planned, Recipe)
    assert planned.box
    cut, shape = planned.box, limits.image_shape
    assert of_key(planned.key) == planned
    assert len(planned.key) <= 100
    # Within the picture, one side whole, the other as long as it may be.
    assert 0 <= cut.left <= one.width - cut.width
    assert 0 <= cut.top <= one.height - cut.height
    assert within(cut.width, cut.height, shape)
    if over == "tall":
        assert cut.width == one.width
        assert not within(cut.width, cut.height + 1, shape)
    else:
        assert cut.height == one.height
        assert not within(cut.width + 1, cut.height, shape)
    # What matters is in it.
    x, y = one.width * focal.x / 100, one.height * focal.y / 100
    assert cut.left <= x <= cut.left + cut.width
    assert cut.top <= y <= cut.top + cut.height
    assert max(planned.width, planned.height) <= limits.image_sides[1]
    assert planned.width * planned.height <= limits.image_pixels
    recipe = {"width": planned.width, "height": planned.height, "box": cut}
    for smaller in SMALLER:
        width, height = sides(recipe, smaller, tall=over == "tall")
        # A side of a few pixels is no shape any more.
        if min(width, height) > 20:
            assert within(width, height, shape), (one, cut, smaller)
    made = replace(one, mime=planned.kinds[0], width=planned.width, height=planned.height, size=1)
    assert plan(made, made_for) is None


@pytest.mark.parametrize("made_for", SHAPED, ids=lambda one: one.slug)
def test_every_platform_gets_a_shape_that_it_takes(made_for):
    dice = random.Random(made_for.slug)
    for _ in range(400):
        long, short = dice.randint(400, 9000), dice.randint(30, 1500)
        width, height = dice.choice([(long, short), (short, long)])
        focal = Point(dice.randint(0, 100), dice.randint(0, 100))
        examine(picture(mime="image/jpeg", width=width, height=height), made_for, focal)


def test_any_limits_are_kept():
    dice = random.Random(4)
    for _ in range(1500):
        tallest = dice.choice([0.1, 0.5, 2 / 3, 0.75, 0.8, 1.0, dice.uniform(0.05, 1)])
        limits = {
            "image_shape": (tallest, tallest + dice.choice([0.3, 1, 5, dice.uniform(0.2, 9)])),
            "image_sides": (dice.randint(1, 400), dice.randint(900, 6000)),
            "image_pixels": dice.randint(900_000, 40_000_000),
        }
        size = {"width": dice.randint(1, 6000), "height": dice.randint(1, 6000)}
        focal = Point(dice.randint(0, 100), dice.randint(0, 100))
        examine(picture(mime="image/jpeg", **size), spec(**limits), focal)


def test_there_are_platforms_that_want_a_shape():
    assert len(SHAPED) >= 2


def test_keys_that_are_stored_are_read_as_before():
    assert of_key("jpeg_1440x1080_8000000_320") == Recipe(
        ("image/jpeg",), 1440, 1080, 8_000_000, 320
    )
    tall = plan(picture(width=1080, height=1920), spec(image_shape=FOUR_TO_FIVE), focal=Point(0, 9))
    assert tall.key == "png+jpeg_1080x1350_2000000_1_0-0-1080-1350"
