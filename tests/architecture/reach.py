"""Which of our names lead to which: every name at the top of a module, and what it mentions.

A mention counts as a call, so that what is handed on as a value is followed too.
"""

import ast
import functools
from collections.abc import Iterator

from tests.architecture import tree

type Graph = dict[str, frozenset[str]]
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@functools.cache
def modules() -> dict[str, ast.Module]:
    """By dotted name; without `bench`, which is no part of the product."""
    found = {}
    for path in tree.python_files():
        dotted = tree.name(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if not dotted.startswith("bench"):
            found[dotted] = tree.parse(path)
    return found


@functools.cache
def tops(module: str) -> dict[str, ast.stmt]:
    found: dict[str, ast.stmt] = {}
    for node in modules()[module].body:
        if isinstance(node, _NAMED):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return found


@functools.cache
def taken(module: str) -> dict[str, str]:
    """Names that a module takes from elsewhere."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(modules()[module])
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _home(dotted: str) -> str:
    """Where a name is from, through modules that hand it on; empty for what is not ours."""
    module, _, name = dotted.rpartition(".")
    if module not in modules():
        return ""
    if name in tops(module):
        return dotted
    there = taken(module).get(name, dotted)
    return _home(there) if there != dotted else ""


def _mentions(module: str, name: str) -> Iterator[str]:
    for node in ast.walk(tops(module)[name]):
        if isinstance(node, ast.Name):
            own = node.id in tops(module) and node.id != name
            yield f"{module}.{node.id}" if own else _home(taken(module).get(node.id, ""))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield _home(f"{taken(module).get(node.value.id, '')}.{node.attr}")


@functools.cache
def graph() -> Graph:
    return {
        f"{module}.{name}": frozenset(filter(None, _mentions(module, name)))
        for module in modules()
        for name in tops(module)
    }


def reached(start: str) -> set[str]:
    seen, left = {start}, [start]
    while left:
        new = graph().get(left.pop(), frozenset()) - seen
        seen |= new
        left += new
    return seen


def callers(name: str) -> set[str]:
    return {caller for caller, mentioned in graph().items() if name in mentioned}
