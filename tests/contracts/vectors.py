"""Where the vectors of the platforms lie. A checkout without them skips what reads them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "contracts"
needs_vectors = pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/contracts is absent")


@cache
def load(path: str) -> Any:
    """The parsed file; an empty mapping where the folder is absent, so that collection works."""
    if not FOLDER.is_dir():
        return {}
    text = (FOLDER / path).read_text("utf-8")
    return yaml.safe_load(text) if path.endswith(".yml") else json.loads(text)


def cases(path: str, *keys: str) -> list[Any]:
    """The list at `keys`; must not be empty where the folder is present."""
    found = load(path)
    for key in keys:
        found = found.get(key, {})
    if FOLDER.is_dir():
        assert found, f"{path} has nothing at {keys}"
    return list(found)
