"""A validator for AT Protocol lexicons, as far as posts, blobs and sessions need it."""

import re
from datetime import datetime
from typing import Any

from publishers.text import count, count_bytes
from tests.contracts.vectors import load

FORMATS = {
    "did": r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]",
    "handle": r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]{0,62}",
    "nsid": r"[a-zA-Z]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9-]+)+\.[a-zA-Z][a-zA-Z0-9]*",
    "tid": r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}",
    "record-key": r"(?!\.{1,2}$)[a-zA-Z0-9_~.:-]{1,512}",
    "uri": r"\w+:(//)?[^\s/][^\s]*",
    "language": r"[a-z]{2,3}(-[A-Za-z0-9]+)*",
    "cid": r"[a-zA-Z0-9]{4,}",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
}
FORMATS["at-identifier"] = f"({FORMATS['did']}|{FORMATS['handle']})"
FORMATS["at-uri"] = (
    f"at://{FORMATS['at-identifier']}(/{FORMATS['nsid']}(/{FORMATS['record-key']})?)?"
)


class Invalid(AssertionError):
    pass


def definition(reference: str, home: str) -> tuple[dict[str, Any], str]:
    name, _, part = reference.partition("#")
    document = load(f"atproto/lexicons/{(name or home).replace('.', '/')}.json")
    return document["defs"][part or "main"], name or home


def need(fine: bool, where: str, problem: str) -> None:
    if not fine:
        raise Invalid(f"{where}: {problem}")


def validate(value: Any, schema: dict[str, Any], home: str, where: str = "$") -> None:
    kind = schema["type"]
    if kind == "ref":
        inner, home = definition(schema["ref"], home)
        return validate(value, inner, home, where)
    if kind == "union":
        names = {ref if not ref.startswith("#") else home + ref for ref in schema["refs"]}
        need(value.get("$type") in names, where, f"is none of {names}")
        inner, home = definition(value["$type"], home)
        return validate(value, inner, home, where)
    if kind == "record":
        return validate(value, schema["record"], home, where)
    return {
        "object": _object, "array": _array, "string": _string, "integer": _integer,
        "boolean": _boolean, "blob": _blob, "unknown": _anything,
    }[kind](value, schema, home, where)  # fmt: skip


def _object(value: Any, schema: dict[str, Any], home: str, where: str) -> None:
    need(isinstance(value, dict), where, "is no object")
    for name in schema.get("required", []):
        need(name in value, where, f"lacks {name}")
    for name, inner in value.items():
        if name == "$type":
            continue
        need(name in schema["properties"], where, f"{name} is not defined")
        if inner is None and name in schema.get("nullable", []):
            continue
        validate(inner, schema["properties"][name], home, f"{where}.{name}")


def _array(value: Any, schema: dict[str, Any], home: str, where: str) -> None:
    need(isinstance(value, list), where, "is no array")
    need(len(value) <= schema.get("maxLength", 10**9), where, "has too many items")
    for number, inner in enumerate(value):
        validate(inner, schema["items"], home, f"{where}[{number}]")


def _string(value: Any, schema: dict[str, Any], home: str, where: str) -> None:
    need(isinstance(value, str), where, "is no string")
    need(count_bytes(value) <= schema.get("maxLength", 10**9), where, "is too long")
    need(count(value, "graphemes") <= schema.get("maxGraphemes", 10**9), where, "is too long")
    if "format" in schema:
        need(
            bool(re.fullmatch(FORMATS[schema["format"]], value)), where, f"is no {schema['format']}"
        )
    if schema.get("format") == "datetime":
        datetime.fromisoformat(value)


def _integer(value: Any, schema: dict[str, Any], home: str, where: str) -> None:
    need(isinstance(value, int) and not isinstance(value, bool), where, "is no integer")
    need(value >= schema.get("minimum", -(10**9)), where, "is too small")


def _boolean(value: Any, schema: dict[str, Any], home: str, where: str) -> None:
    need(isinstance(value, bool), where, "is no boolean")


def _blob(value: Any, schema: dict[str, Any], home: str, where: str) -> None:
    need(value.get("$type") == "blob" and "$link" in value["ref"], where, "is no blob")
    accepted = [one.replace("*", ".*") for one in schema.get("accept", [".*"])]
    need(any(re.fullmatch(one, value["mimeType"]) for one in accepted), where, "has a wrong type")
    need(value["size"] <= schema.get("maxSize", 10**9), where, "is too large")


def _anything(value: Any, schema: dict[str, Any], home: str, where: str) -> None:
    """Records are checked against their own lexicon."""
