"""The tools, run as a person runs them. Each failure names the command that mends it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import tree

BIN = Path(sys.executable).parent
TEMPLATES = [str(path) for path in tree.templates() if path.suffix == ".html"]

GATES = {
    "ruff": (["ruff", "check", "--no-cache", "."], "ruff check --fix ."),
    "format": (["ruff", "format", "--no-cache", "--check", "."], "ruff format ."),
    "mypy": (["mypy"], "mypy, and give each name its type"),
    "imports": (["lint-imports", "--no-cache"], "lint-imports, and import downward only"),
    "templates": (
        ["djade", "--target-version", "6.0", "--check", *TEMPLATES],
        "djade --target-version 6.0 $(find templates -name '*.html')",
    ),
    "migrations": (
        ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
        "python manage.py makemigrations",
    ),
    "checks": (
        ["python", "manage.py", "check", "--fail-level", "WARNING"],
        "what the message says",
    ),
}


@pytest.mark.parametrize("gate", GATES)
def test_gate(gate):
    command, mend = GATES[gate]
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=tree.ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"Mend with: {mend}\n{done.stdout[-6000:]}{done.stderr[-3000:]}"
