"""Which picture needs which conversion for which platform."""

from dataclasses import replace

import pytest

from publishers.problems import Problem
from publishers.renditions import Recipe, of_key, plan
from tests.publishers.test_limits import SPEC, picture

ALL = ("image/jpeg", "image/png", "image/webp")


def spec(**limits):
    usual = {"image_types": ALL, "image_bytes": 2_000_000, "image_pixels": 50_000_000}
    return replace(SPEC, limits=replace(SPEC.limits, **usual | limits))


def test_what_fits_stays_as_it_is():
    assert plan(picture(), spec()) is None
    assert plan(picture(mime="image/gif"), spec(image_types=("image/gif",))) is None


@pytest.mark.parametrize(
    ("mime", "taken", "kinds"),
    [
        ("image/png", ("image/jpeg",), ("image/jpeg",)),
        ("image/webp", ("image/jpeg", "image/png"), ("image/jpeg",)),
        ("image/png", ("image/jpeg", "image/webp"), ("image/jpeg",)),
        ("image/jpeg", ("image/png",), ("image/png",)),
        ("image/jpeg", ("image/webp", "image/png"), ("image/webp",)),
    ],
)
def test_another_format_where_its_own_is_not_taken(mime, taken, kinds):
    assert plan(picture(mime=mime), spec(image_types=taken)) == Recipe(
        kinds, 640, 480, 2_000_000, 1
    )


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        ({"image_sides": (1, 1440)}, (1440, 1080)),
        ({"image_pixels": 3_000_000}, (2000, 1500)),
        ({"image_sides": (1, 1440), "image_pixels": 120_000}, (400, 300)),
    ],
)
def test_sides_and_pixels(limits, size):
    recipe = plan(picture(mime="image/jpeg", width=4000, height=3000), spec(**limits))
    assert (recipe.width, recipe.height) == size
    assert recipe.kinds == ("image/jpeg",)


def test_too_many_bytes_keep_the_format_where_it_can_be_kept():
    recipe = plan(picture(size=3_000_000), spec())
    assert recipe == Recipe(("image/png", "image/jpeg"), 640, 480, 2_000_000, 1)
    assert plan(picture(size=3_000_000), spec(image_types=("image/png",))).kinds == ("image/png",)


def test_a_picture_that_would_become_too_narrow():
    problem = plan(picture(width=4000, height=900), spec(image_sides=(400, 1440)))
    assert isinstance(problem, Problem)
    assert (problem.code, problem.fix) == ("picture_narrow", "Crop it to be less long.")


@pytest.mark.parametrize("size", [(1081, 1350), (1079, 1350), (2001, 1048), (1998, 1046)])
def test_what_is_made_fits_afterwards(size):
    limits = {"image_sides": (320, 1080), "image_shape": (0.8, 1.91)}
    width, height = size
    recipe = plan(picture(width=width, height=height), spec(**limits))
    again = picture(width=recipe.width, height=recipe.height)
    assert plan(again, spec(**limits)) is None


def test_a_key_says_the_whole_recipe():
    recipe = Recipe(("image/png", "image/jpeg"), 1440, 1080, 8_000_000, 320)
    assert recipe.key == "png+jpeg_1440x1080_8000000_320"
    assert of_key(recipe.key) == recipe
