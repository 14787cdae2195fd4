"""A platform is named in its adapter, its line of the registry and its sandbox twin, only there."""

import ast
import re

import pytest

from publishers import registry
from tests.architecture import tree

# Not only those of today's registry.
_OTHERS = (
    "x linkedin bluesky facebook instagram mastodon threads tiktok reddit devto medium youtube "
    "pinterest twitter"
)
# Words of their own: only as a whole string, never inside a sentence.
_ORDINARY = {"x", "threads", "medium"}
_ALLOWED = ("publishers/adapters/", "publishers/sandbox/", "templates/sandbox/")
_REGISTRY = "publishers/registry.py"
# A published standard for counting characters, not a platform.
_STANDARD = "twitter-text"


def slugs() -> set[str]:
    return {spec.slug for spec in registry.specs()} | set(_OTHERS.split())


def named(text: str, slugs: set[str]) -> list[str]:
    found = []
    for number, line in enumerate(text.replace(_STANDARD, "").splitlines(), start=1):
        for slug in slugs - _ORDINARY:
            if re.search(rf"(?<![a-z]){re.escape(slug)}(?![a-z])", line, re.IGNORECASE):
                found.append(f"{number} {slug}")
        for slug in slugs & _ORDINARY:
            # a glyph, a class, a comparison or a lookup; `icon "x"` is the cross
            quoted = rf"""(glyph|platform|slug|channel)\W{{1,8}}["']{slug}["']"""
            if re.search(rf"{quoted}|\w--{slug}(?![\w-])|#p-{slug}\b", line, re.IGNORECASE):
                found.append(f"{number} {slug}")
    return found


def named_in_python(text: str, slugs: set[str]) -> list[str]:
    found = named(text, slugs)
    for node in ast.walk(ast.parse(text)):
        for told in _looked_up(node):
            if isinstance(told, ast.Constant) and told.value in _ORDINARY:
                found.append(f"{told.lineno} {told.value!r}")
    return found


def _looked_up(node: ast.AST) -> list[ast.expr]:
    """Where a short word would choose by platform: compared, as a key, as a slug."""
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.Subscript):
        return [node.slice]
    if isinstance(node, ast.Dict):
        return [key for key in node.keys if key]
    if isinstance(node, ast.keyword) and node.arg in {"slug", "platform"}:
        return [node.value]
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("_for", "glyph")):
        return list(node.args)
    return []


def test_no_platform_outside_its_own_files():
    known, found = slugs(), []
    for path in tree.python_files(migrations=True):
        name = tree.name(path)
        if name == _REGISTRY or name.startswith(_ALLOWED):
            continue
        found += [f"{name}:{line}" for line in named_in_python(path.read_text(), known)]
    for path in [*tree.templates(), *tree.scripts(), *tree.files("static/css", ".css")]:
        name = tree.name(path)
        if not name.startswith(_ALLOWED):
            found += [f"{name}:{line}" for line in named(path.read_text(), known)]
    assert not found, "Read it from the Spec instead:\n" + "\n".join(found)


def test_the_registry_names_each_once_per_line():
    lines = [
        line
        for line in (tree.ROOT / _REGISTRY).read_text().splitlines()
        if any(slug in line.lower() for slug in slugs() - _ORDINARY)
    ]
    assert len(lines) <= 2 * len(registry.specs()), "The registry holds lines, not rules."


@pytest.mark.parametrize(
    "planted",
    [
        'if channel.platform == "x":',
        "# LinkedIn folds after 210 characters",
        ".preview--bluesky { color: red }",
        '{% glyph "x" %}',
        "const slow = ['mastodon'];",
    ],
)
def test_catches_a_planted_name(planted):
    assert named(planted, {"x", "linkedin", "bluesky", "mastodon"})


@pytest.mark.parametrize(
    "planted",
    ['if platform == "x": pass', 'spec_for("x")', '{"x": 1}', 'Channel(platform="x")', 'a["x"]'],
)
def test_catches_a_short_name_in_python(planted):
    assert named_in_python(planted, {"x"})


@pytest.mark.parametrize("innocent", ['{% icon "x" "sm" %}', "a thread per job", "max(x, y)"])
def test_leaves_the_innocent_alone(innocent):
    assert not named(innocent, {"x", "threads", "linkedin"})
