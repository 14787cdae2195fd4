"""Menus open beside what was pressed, also where CSS has no anchors."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(enter, team, alice):
    page = enter(alice, reduced_motion="reduce")
    page.add_init_script("CSS.supports = () => false")
    page.goto("/t/tidewater/board/")
    return page


def opened(page, target):
    """Where the one who presses is, and the menu that opens; then it is closed again."""
    by, menu = page.locator(f"[popovertarget={target}]").first, page.locator(f"#{target}")
    by.click()
    menu.wait_for()
    page.wait_for_function("(one) => !one.getAnimations().length", arg=menu.element_handle())
    found = by.bounding_box(), menu.bounding_box()
    page.keyboard.press("Escape")
    return found


def test_below_from_the_beginning_or_to_the_end(page):
    for target in ("menu-team", "pick-channel"):
        by, menu = opened(page, target)
        assert menu["x"] == pytest.approx(by["x"], abs=1)
        assert 0 < menu["y"] - by["y"] - by["height"] < 10
    for target in ("group-menu", "saved"):
        by, menu = opened(page, target)
        assert menu["x"] + menu["width"] == pytest.approx(by["x"] + by["width"], abs=1)
        assert 0 < menu["y"] - by["y"] - by["height"] < 10
    _, menu = opened(page, "menu-me")
    assert menu["x"] + menu["width"] <= 1440 - 8


def test_of_a_phones_filters_from_below(page):
    page.set_viewport_size({"width": 390, "height": 844})
    _, menu = opened(page, "filters-all")
    assert menu["x"] == 0
    assert menu["y"] + menu["height"] == pytest.approx(844, abs=1)
