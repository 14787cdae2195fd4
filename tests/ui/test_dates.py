import re
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from tests.architecture import tree
from ui import dates

NOON = datetime(2026, 12, 9, 14, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "clock"),
    [("en", "Wed 9 Dec", "Wed 9 Dec, 14:20"), ("de", "Mi, 9. Dez", "Mi, 9. Dez, 14:20")],
)
def test_days_in_the_order_of_the_language(language, day, clock):
    with translation.override(language):
        assert dates.written(NOON, "D j M").rstrip(".") == day
        drawn = Template('{{ at|date:"D j M, H:i" }}').render(Context({"at": NOON}))
        assert drawn.replace("Dez.", "Dez") == clock


def test_what_is_the_same_everywhere_stays():
    with translation.override("de"):
        assert dates.written(NOON, "Y-m-d") == "2026-12-09"
        assert Template("{{ at|date }}{{ none|date:'j F' }}").render(Context({"at": NOON}))


def test_every_day_that_is_written_has_an_order_in_each_language():
    """A pattern that the table lacks would stand in English order everywhere."""
    pattern = re.compile(
        r"""\|date:["']([^"']*)["']"""
        r"""|dates\.(?:written|placed)\([^\n]*?, ["']([^"'\n]*)["']"""
    )
    sources = [
        path
        for path in [*tree.templates(), *tree.python_files()]
        if "sandbox" not in path.parts and path.name != "dates.py"
    ]
    used = {one or other for path in sources for one, other in pattern.findall(path.read_text())}
    used = {shape.replace(r"\\", "\\") for shape in used}
    days = {shape for shape in used if re.search(r"(?<!\\)[jd]", shape) and "-d" not in shape}
    assert {"D j M", "j F Y", "j F Y, H:i"} <= days
    assert days - dates.SHAPES.keys() <= {"Ymd"}
