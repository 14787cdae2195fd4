"""Files and views stay small enough to be read in one go."""

import ast

import pytest

from tests.architecture import tree

LONGEST = 500
WANTED = 300
# Past 300 lines with a reason. Keep it short; nothing passes 500.
LONG_FOR_A_REASON: dict[str, str] = {}
LIMITS = {".html": 200, ".txt": 200, ".js": 120, ".css": 150}
# Shell, tokens: one subject each, longer than a component.
LONG_STYLES = {"static/css/layout.css": 220}
VIEW_LINES = 30


def lines(path) -> int:
    return len(path.read_text().splitlines())


def code_and_tests():
    return [*tree.python_files(), *tree.files("tests", ".py")]


def test_no_python_file_is_too_long():
    found = {tree.name(path): lines(path) for path in code_and_tests()}
    over = {n: size for n, size in found.items() if size > WANTED and n not in LONG_FOR_A_REASON}
    assert not over, f"Past {WANTED} lines a file becomes a folder with a file per noun: {over}"
    assert not {name: n for name, n in found.items() if n > LONGEST}


def test_the_exceptions_are_still_needed():
    stale = [name for name in LONG_FOR_A_REASON if lines(tree.ROOT / name) <= WANTED]
    assert not stale, f"Short again, take them off the list: {stale}"


def test_no_template_script_or_stylesheet_is_too_long():
    files = [*tree.templates(), *tree.scripts(), *tree.files("static/css", ".css")]
    over = {
        tree.name(path): lines(path)
        for path in files
        if lines(path) > LONG_STYLES.get(tree.name(path), LIMITS[path.suffix])
    }
    assert not over, f"Split by noun: {over}"


def long_functions(module: ast.Module) -> dict[str, int]:
    return {
        node.name: length
        for node in tree.functions(module)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > VIEW_LINES
    }


def test_views_fit_on_a_screen():
    views = [p for p in tree.python_files() if "views" in p.parts or p.name == "views.py"]
    over = {
        f"{tree.name(path)}:{name}": length
        for path in views
        for name, length in long_functions(tree.parse(path)).items()
    }
    assert views
    assert not over, f"A view parses, asks one service, chooses a template: {over}"


@pytest.mark.parametrize(("length", "caught"), [(29, False), (30, True)])
def test_measures_functions(length, caught):
    module = ast.parse("def view(request):\n" + "    x = 1\n" * length)
    assert bool(long_functions(module)) is caught
