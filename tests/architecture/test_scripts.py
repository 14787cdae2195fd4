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


def test_scripts_stand_alone():
    found = {tree.name(path): why for path in tree.scripts() if (why := broken(path.read_text()))}
    assert tree.scripts()
    assert not found


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
