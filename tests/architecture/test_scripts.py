"""Our scripts stand alone and never turn text into code or markup; vendored files are untouched."""

import hashlib
import re
import tomllib

import pytest

from tests.architecture import tree

RULES = {
    "import between modules": re.compile(r"^\s*(import\s|export\s)|\bimport\(", re.MULTILINE),
    "text as code": re.compile(r"\beval\(|\bnew Function\b|set(Timeout|Interval)\(\s*[\"'`]"),
    "text as markup": re.compile(r"\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write"),
    "foreign host": re.compile(r"[\"'`]https?://(?!www\.w3\.org/)"),
}
VENDOR = tree.ROOT / "static/vendor"


def broken(text: str) -> list[str]:
    return [rule for rule, pattern in RULES.items() if pattern.search(text)]


PAGES = "static/js/pages/"
_LISTED = re.compile(r'import "\.\./(drum-[a-z-]+\.js)";')


def test_scripts_stand_alone():
    alone = [path for path in tree.scripts() if not tree.name(path).startswith(PAGES)]
    found = {tree.name(path): why for path in alone if (why := broken(path.read_text()))}
    assert alone
    assert not found


def test_a_page_lists_scripts_and_nothing_else():
    pages = [path for path in tree.scripts() if tree.name(path).startswith(PAGES)]
    assert pages
    for path in pages:
        listed = [_LISTED.fullmatch(line) for line in path.read_text().splitlines()]
        assert all(listed), path
        names = [found[1] for found in listed if found]
        assert len(names) == len(set(names))
        assert all((path.parent.parent / name).exists() for name in names)


@pytest.mark.parametrize(
    "planted",
    [
        'import { a } from "./b.js"',
        "eval(text)",
        "box.innerHTML = text",
        "setTimeout('go()', 1)",
        'fetch("https://elsewhere.example")',
    ],
)
def test_catches_a_planted_line(planted):
    assert broken(planted)


def test_vendored_files_match_their_hashes():
    entries = tomllib.loads((VENDOR / "VENDOR.toml").read_text())["file"]
    present = {path.name for path in VENDOR.iterdir()} - {"VENDOR.toml"}
    declared = {entry["name"] for entry in entries} | {e["licence_file"] for e in entries}
    assert present == declared, "Each vendored file needs its entry in VENDOR.toml."
    for entry in entries:
        assert set(entry) >= {"package", "version", "project", "sha256", "licence"}
        digest = hashlib.sha256((VENDOR / entry["name"]).read_bytes()).hexdigest()
        assert digest == entry["sha256"], f"{entry['name']} was changed; take the published file."
