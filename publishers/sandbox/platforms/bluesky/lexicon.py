"""Checks a record against a schema, and words what is wrong as the reference server does."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from publishers.sandbox import text
from publishers.sandbox.platforms.bluesky.schema import DEFINITIONS

FORMATS = {
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "uri": r"[a-zA-Z][\w+.-]*:\S+",
    "at-uri": r"at://[\w.:%-]+(/[\w.-]+(/[\w.~:-]+)?)?",
    "did": r"did:[a-z]+:[\w.:%-]+",
    "cid": r"[A-Za-z0-9+]{8,}",
    "language": r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*",
}
PYTHON = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}


class Invalid(Exception):
    """The message ends with where in the record it is."""


def check(definition: str, value: Any, path: str = "$.record") -> None:
    _check(DEFINITIONS[definition], value, path)


def _check(schema: dict[str, Any], value: Any, path: str) -> None:
    match schema["type"]:
        case "ref":
            check(schema["ref"], value, path)
        case "union":
            _union(schema, value, path)
        case "blob":
            _blob(schema, value, path)
        case kind:
            _plain(kind, value, path)
            CHECKS[kind](schema, value, path)


def _plain(kind: str, value: Any, path: str) -> None:
    fits = isinstance(value, PYTHON[kind]) and not (kind == "integer" and isinstance(value, bool))
    if not fits:
        raise Invalid(f"Expected {kind} value type (got {_shown(value)}) at {path}")


def _object(schema: dict[str, Any], value: dict[str, Any], path: str) -> None:
    for name in schema.get("required", ()):
        if name not in value:
            raise Invalid(f'Missing required key "{name}" at {path}')
    for name, part in schema["properties"].items():
        if name in value:
            _check(part, value[name], f"{path}.{name}")


def _array(schema: dict[str, Any], value: list[Any], path: str) -> None:
    most = schema.get("maxLength")
    if most is not None and len(value) > most:
        raise Invalid(f"array too big (maximum {most}, got {len(value)}) at {path}")
    for i, item in enumerate(value):
        _check(schema["items"], item, f"{path}[{i}]")


def _string(schema: dict[str, Any], value: str, path: str) -> None:
    sizes = (
        ("maxLength", "string", len(value.encode())),
        ("maxGraphemes", "grapheme", len(text.graphemes(value))),
    )
    for limit, what, size in sizes:
        if limit in schema and size > schema[limit]:
            raise Invalid(f"{what} too big (maximum {schema[limit]}, got {size}) at {path}")
    form = schema.get("format")
    if form and not re.fullmatch(FORMATS[form], value):
        raise Invalid(f'Invalid {form} (got "{value}") at {path}')


def _integer(schema: dict[str, Any], value: int, path: str) -> None:
    if value < schema.get("minimum", value):
        message = f"integer too small (minimum {schema['minimum']}, got {value})"
        raise Invalid(f"{message} at {path}")


def _union(schema: dict[str, Any], value: Any, path: str) -> None:
    """Unions are open: what the server does not know, it lets pass."""
    _plain("object", value, path)
    if "$type" not in value:
        raise Invalid(f'Missing required key "$type" at {path}')
    if value["$type"] in schema["refs"]:
        check(value["$type"], value, path)


def _blob(schema: dict[str, Any], value: Any, path: str) -> None:
    link = value.get("ref", {}).get("$link") if isinstance(value, dict) else None
    if not isinstance(link, str) or value.get("$type") != "blob":
        raise Invalid(f"Expected blob value type (got {_shown(value)}) at {path}")
    if not fnmatchcase(str(value.get("mimeType")), schema.get("accept", "*/*")):
        raise Invalid(f'Mime type not accepted (got "{value.get("mimeType")}") at {path}')
    if not isinstance(value.get("size"), int) or value["size"] > schema["maxSize"]:
        message = f"blob too big (maximum {schema['maxSize']}, got {value.get('size')})"
        raise Invalid(f"{message} at {path}")


def _anything(schema: dict[str, Any], value: Any, path: str) -> None:
    pass


def _shown(value: Any) -> str:
    return {dict: "object", list: "array", type(None): "null"}.get(type(value), f"{value!r}")


CHECKS: dict[str, Callable[[dict[str, Any], Any, str], None]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "boolean": _anything,
}
