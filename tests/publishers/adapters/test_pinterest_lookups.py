"""Whether a pin is there: read on its board, and known by its words."""

from dataclasses import replace

import pytest

from publishers.contract import (
    CannotTell,
    Found,
    NotFound,
)
from tests.publishers.adapters.kit import NOON, Memory
from tests.publishers.adapters.pinterest import (
    ON_BOARD,
    OPTIONS,
    pin,
    pinterest,
    row,
)

__all__ = ["pinterest"]

ADDRESS = "https://web.example/pin/813/"
FOUND = Found("813", ADDRESS)


@pytest.mark.parametrize(
    ("rows", "saw"),
    [
        ([row()], FOUND),
        ([row("9", description="Quite another thing altogether"), row()], FOUND),
        ([row(created_at="2026-11-20T11:59:54+00:00")], NotFound()),
        ([row(title="Low tide in the harbour today")], NotFound()),
        ([], NotFound()),
        ([row(), row("814")], CannotTell),
        ([row(media={"media_type": "video"})], CannotTell),
        ([row(link=f"{OPTIONS['link']}/")], FOUND),
        ([row(link=f"https://pin.example/{'go/' * 40}")], CannotTell),
        ([row(link=None)], CannotTell),
    ],
)
def test_a_pin_is_looked_for_on_its_board(server, pinterest, rows, saw):
    server.on("GET", ON_BOARD, 200, {"items": rows, "bookmark": None})
    found = pinterest.find(replace(pin(), called_at=NOON), Memory())
    assert isinstance(found, saw) if isinstance(saw, type) else found == saw


def test_a_link_that_pins_share_makes_them_no_likeness(server, pinterest):
    link = f"{OPTIONS['link']}/{'harbour/' * 15}"
    other = row("9", description="The harbour at four", link=link)
    server.on("GET", ON_BOARD, 200, {"items": [other, row(link=link)], "bookmark": None})
    assert pinterest.find(pin(link=link), Memory()) == FOUND


def test_a_board_is_read_to_its_end_in_whatever_order(server, pinterest, step):
    old, older = "2026-11-19T09:00:00", "2026-11-18T09:00:00"
    page = {"items": [row("9", created_at=old), row("8", created_at=older)], "bookmark": "more"}
    server.on("GET", ON_BOARD, 200, page)
    server.on("GET", ON_BOARD, 200, {"items": [row()], "bookmark": None})
    assert pinterest.find(pin(), step) == FOUND
    assert server.seen("GET", ON_BOARD)[1].query["bookmark"] == "more"
    for proves_nothing in ([(200, page, {}), (500, {}, {})], [(200, page, {})]):
        server.scripts[("GET", ON_BOARD)] = proves_nothing
        assert isinstance(pinterest.find(pin(), step), CannotTell)
