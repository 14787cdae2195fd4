"""Links between the documents and the code lead somewhere."""

import re

import pytest

from config.supervisor.stack import ROOT

LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    links = LINK.findall(page.read_text())
    broken = [link for link in links if not (page.parent / link).exists()]
    assert not broken


def test_the_tour_has_links():
    assert len(LINK.findall((ROOT / "docs/tour.md").read_text())) > 40


def test_decisions_are_numbered_without_gaps():
    names = sorted(path.name[:4] for path in (ROOT / "docs/adr").glob("*.md"))
    assert names == [f"{number:04d}" for number in range(1, len(names) + 1)]


def test_readme_names_the_settings_that_exist():
    sources = [*(ROOT / "config").rglob("*.py"), *(ROOT / "bin").iterdir()]
    code = "".join(path.read_text() for path in sources if path.is_file())
    named = set(
        re.findall(r"\b(?:DRUMBEAT|EMAIL)_[A-Z0-9_]*[A-Z]\b", (ROOT / "README.md").read_text())
    )
    assert named
    assert sorted(name for name in named if name not in code) == []
