"""A platform's mark: from the sprite, from a path of its own, or the first letter of its name."""

import pytest

from ui import marks
from ui.templatetags.ui import glyph


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    monkeypatch.setattr(marks, "_paths", {})


def test_the_sprite_comes_first_where_it_has_one():
    assert "#p-x" in glyph("x")
    assert "<text" not in glyph("x", title="X")


def test_a_mark_of_its_own_is_drawn():
    marks.add("kelp", "M2 2h20v20H2z")
    assert '<path d="M2 2h20v20H2z" fill="currentColor"/>' in glyph("kelp", title="Kelp")


@pytest.mark.parametrize(
    ("name", "title", "letter"),
    [("kelp", "", "K"), ("kelp", "éclair", "É"), ("", "", "?"), ("a", "<b>", "&lt;")],
)
def test_without_one_its_name_speaks(name, title, letter):
    assert f">{letter}</text>" in glyph(name, title=title)


def test_a_title_may_be_anything_that_reads_as_one():
    assert ">4</text>" in glyph("kelp", title=42)


@pytest.mark.parametrize("path", ["", "M1 1<script>", 'M1"', "url(x)"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ValueError, match="kelp"):
        marks.add("kelp", path)
