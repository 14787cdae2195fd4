"""What import-linter cannot say: the sandbox is another site, and imports stand on top."""

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture import tree

SANDBOX = "publishers.sandbox"


def imported(module: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def of_ours(names: set[str]) -> set[str]:
    return {
        name for name in names if name.split(".")[0] in tree.ROOMS and not name.startswith(SANDBOX)
    }


def test_the_sandbox_knows_nothing_of_ours():
    files = [p for p in tree.python_files() if "sandbox" in p.parts]
    found = {tree.name(p): names for p in files if (names := of_ours(imported(tree.parse(p))))}
    assert files
    assert not found, f"A simulated platform that reads our code proves nothing: {found}"


def test_nobody_imports_the_sandbox():
    found = [
        tree.name(path)
        for path in tree.python_files()
        if not {"sandbox", "demo", "bench"} & set(path.parts)
        and any(name.startswith(SANDBOX) for name in imported(tree.parse(path)))
    ]
    assert not found


def nested(module: ast.Module) -> list[int]:
    return [
        inner.lineno
        for function in tree.functions(module)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def test_imports_stand_on_top():
    found = [
        f"{tree.name(path)}:{line}"
        for path in tree.python_files(migrations=True)
        for line in nested(tree.parse(path))
    ]
    assert not found, f"An import inside a function hides a circle: {found}"


def circle_in(files: Mapping[str, ast.Module]) -> list[str]:
    """Modules that need each other, by what each imports; empty when there are none."""
    needs = {
        module: {known for name in imported(parsed) if (known := _module_of(name, files))}
        for module, parsed in files.items()
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _module_of(name: str, files: Mapping[str, ast.Module]) -> str:
    return next((one for one in (name, name.rpartition(".")[0]) if one in files), "")


def test_no_circles():
    """Python allows one as long as somebody happens to import it by its lucky end."""
    files = {
        tree.name(path).removesuffix(".py").replace("/", "."): tree.parse(path)
        for path in tree.python_files()
    }
    assert not circle_in(files)


def test_catches_a_planted_circle():
    files = {
        "posts.a": ast.parse("from posts import b"),
        "posts.b": ast.parse("from posts.c import name"),
        "posts.c": ast.parse("from posts.a import name"),
    }
    assert set(circle_in(files)) == set(files)


@pytest.mark.parametrize("banned", ["common", "utils", "helpers", "misc", "signals"])
def test_no_module_without_a_noun(banned):
    found = [tree.name(p) for p in tree.python_files() if banned in {p.stem, *p.parts}]
    assert not found, "Name it after what it holds."


def _is_signal(name: str) -> bool:
    parts = name.split(".")
    return parts[0] == "django" and ("signals" in parts or "dispatch" in parts)


def test_no_signals():
    found = [
        tree.name(path)
        for path in tree.python_files()
        if any(_is_signal(name) for name in imported(tree.parse(path)))
    ]
    assert not found, f"Call it, or read rows: {found}"


def test_catches_a_planted_import():
    planted = ast.parse("from posts.models import Post\ndef f():\n    import json")
    assert of_ours(imported(planted)) == {"posts.models.Post"}
    assert nested(planted) == [3]
