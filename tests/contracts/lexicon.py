"""A validator for AT Protocol lexicons, as far as posts, blobs and sessions need it."""

import re
from datetime import datetime
from typing import Any

from publishers.text import count, count_bytes
from tests.contracts.vectors import load

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HANDLE = rf"(?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?"
_DID = r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]"
_NSID = rf"[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?(?:\.{_LABEL})+\.[a-zA-Z][a-zA-Z0-9]{{0,62}}"
_KEY = r"(?!\.{1,2}$)[a-zA-Z0-9_~.:-]{1,512}"
_PRIVATE = r"[xX](?:-[A-Za-z0-9]{1,8})+"
_LANGUAGE = (
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?"
    r"(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
    rf"(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{{2,8}})+)*(?:-{_PRIVATE})?"
)
FORMATS = {
    "did": _DID,
    "handle": _HANDLE,
    "nsid": _NSID,
    "tid": r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}",
    "record-key": _KEY,
    "uri": r"\w+:(//)?[^\s/][^\s]*",
    "language": rf"i-[a-z]+|sgn-BE-(?:FR|NL)|sgn-CH-DE|en-GB-oed|{_PRIVATE}|{_LANGUAGE}",
    "cid": r"[a-zA-Z0-9]{4,}",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,20})?(Z|(?!-00:00)[+-]\d\d:\d\d)",
    "at-identifier": rf"(?:{_DID}|{_HANDLE})",
    "at-uri": rf"at://(?:{_DID}|{_HANDLE})(?:/{_NSID}(?:/{_KEY})?)?",
}
LONGEST = {"did": 2048, "handle": 253, "nsid": 317, "at-uri": 8192}


def has_form(name: str, value: str) -> bool:
    """Of that string format; not yet whether it means anything."""
    fine = re.fullmatch(FORMATS[name], value) and len(value) <= LONGEST.get(name, 10_000)
    return bool(fine) and not (name == "datetime" and value.startswith("0000"))


def has_meaning(name: str, value: str) -> bool:
    """A day that is in the calendar; a language as it is written, nothing of it twice."""
    if name == "datetime":
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return False
        return True
    first, *more = value.split("-")
    public = [part.lower() for part in ("-".join(more).lower().split("-x-")[0]).split("-")]
    marks = [part for part in public if len(part) == 1 or len(part) > 3]
    return re.fullmatch("[a-z]{1,3}", first) is not None and len(set(marks)) == len(marks)


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
        name = schema["format"]
        need(has_form(name, value), where, f"is no {name}")
        need(name != "datetime" or has_meaning(name, value), where, "is no day")


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
