"""What headings mean, and how single cells are read."""

from datetime import date, time

import pytest

from posts import cells, columns
from ui import formulas

CHANNELS = {"tide": [7], "x:tide": [7], "twin": [1, 2]}


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["Text", "Channels", "Publish date", "Time"], ["text", "channels", "date", "time"]),
        (["Beitrag", "Kanäle", "Datum", "Uhrzeit"], ["text", "channels", "date", "time"]),
        (["date (Europe/Lisbon)", "E-Mail", "Status"], ["date", "assignee", "stage"]),
        (["stage", "status"], ["stage", ""]),
        (["text:x:tide", "Text (Tide)", "text:twin"], ["text:7", "", ""]),
        (["Text", "Caption", "Anything", ""], ["text", "", "", ""]),
    ],
)
def test_headings_in_two_languages(headings, found):
    assert columns.guess(headings, [], CHANNELS) == found


def test_a_german_day_is_no_label():
    assert columns.guess(["Tag"], [["9.12.2026"], ["10.12."]], {}) == ["date"]
    assert columns.guess(["Tag"], [["sea"], ["9.12.2026"]], {}) == ["tags"]


def test_month_first_only_where_nothing_else_can_be():
    assert columns.month_comes_first(["12/09/2026", "12/31/2026"])
    assert not columns.month_comes_first(["12/09/2026", "31/12/2026"])


@pytest.mark.parametrize(
    ("text", "month_first", "found"),
    [
        ("2026-12-09", False, (date(2026, 12, 9), "")),
        ("2026-12-09T14:30", False, (date(2026, 12, 9), "14:30")),
        ("9.12.26, 14.30 Uhr", False, (date(2026, 12, 9), "14.30 Uhr")),
        ("9/12/2026", False, (date(2026, 12, 9), "")),
        ("12/9/2026 2 pm", True, (date(2026, 12, 9), "2 pm")),
        ("30.2.2026", False, None),
        ("soon", False, None),
    ],
)
def test_days(text, month_first, found):
    assert cells.day_and_time(text, month_first=month_first) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9:30", time(9, 30)),
        ("09:30:00", time(9, 30)),
        ("9.30 Uhr", time(9, 30)),
        ("14 Uhr", time(14)),
        ("14h30", time(14, 30)),
        ("2 pm", time(14)),
        ("12:05 a.m.", time(0, 5)),
        ("930", None),
        ("9", None),
        ("24:00", None),
        ("13 pm", None),
    ],
)
def test_times(text, found):
    assert cells.time(text) == found


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@you", "\tx", " =1"])
def test_what_a_spreadsheet_would_calculate_is_made_words(text):
    assert formulas.harmless(text) == f"'{text}"
    assert formulas.plain(formulas.harmless(text)) == text


@pytest.mark.parametrize("text", ["", "Hello", "'tis the season", "1+1", "'"])
def test_other_words_stay(text):
    assert formulas.plain(formulas.harmless(text)) == text
