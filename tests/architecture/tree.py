"""The sources that the rules read, found once."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "bench",
    "config",
    "approvals",
    "delivery",
    "calendar_app",
    "analytics",
    "posts",
    "publishers",
    "notifications",
    "accounts",
    "ui",
)


def python_files(*, migrations: bool = False) -> list[Path]:
    found = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return [path for path in found if migrations or "migrations" not in path.parts]


def files(folder: str, *suffixes: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in suffixes]


def templates() -> list[Path]:
    return files("templates", ".html", ".txt") + [
        path for room in ROOMS for path in files(room, ".html") if "templates" in path.parts
    ]


def scripts() -> list[Path]:
    return files("static/js", ".js")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=name(path))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
