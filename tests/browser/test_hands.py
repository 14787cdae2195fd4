"""That keys find what is in their way, and what does not stay where it is."""

import pytest

from tests.browser.hands import SEVERAL, go

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROW = """<style>:focus { outline: 2px solid }</style>
<button>0</button><button>1</button><button>2</button><button>3</button><button>4</button>
<button>5</button><button>6</button><button>7</button><button>8</button><button>9</button>
<script>document.querySelectorAll("button")[8].onfocus = ({ target }) => %s;</script>"""


@pytest.fixture
def row(person):
    page = person("")
    page.set_content(ROW % "0")
    return page


def test_each_press_is_a_step(row):
    """Few are looked at one by one, many at once; none is pressed too much."""
    for number in (2, SEVERAL + 2):
        row.evaluate("document.activeElement.blur()")
        row.set_content(ROW % "0")
        target = row.locator("button").nth(number)
        with pytest.raises(pytest.fail.Exception, match="does not reach"):
            go(row, target, steps=number)
        assert row.evaluate("document.activeElement.textContent") == str(number - 1)
        row.keyboard.press("Tab")
        go(row, row.locator("button").last, steps=9 - number)


@pytest.mark.parametrize("act", ["target.blur()", "target.nextSibling.focus()"])
def test_what_does_not_keep_the_focus_is_not_reached(row, act):
    row.set_content(ROW % act)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        go(row, row.locator("button").nth(8), steps=SEVERAL * 2)
