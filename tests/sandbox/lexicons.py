"""A small reader of AT Protocol lexicons, for checking answers of the simulator against them."""

import json
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3] / "shared/contracts/atproto/lexicons"
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
FORMATS = {
    "did": r"did:[a-z]+:[\w.:%-]+",
    "handle": r"([a-z0-9-]+\.)+[a-z]+",
    "at-uri": r"at://did:\w+:\w+(/[\w.]+(/[\w]+)?)?",
    "cid": r"baf[a-z2-7]{50,}",
    "tid": r"[234567a-j][234567a-z]{12}",
    "datetime": r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)",
}


@cache
def lexicon(nsid):
    return json.loads((ROOT / f"{nsid.replace('.', '/')}.json").read_text())["defs"]


def output(nsid, body):
    """Check an answer against what the lexicon promises."""
    check(lexicon(nsid)["main"]["output"]["schema"], body, nsid, nsid)


def record(nsid, value):
    check(lexicon(nsid)["main"]["record"], value, nsid, nsid)


def check(schema, value, home, where):
    kind = schema["type"]
    if kind == "ref":
        name, _, part = schema["ref"].partition("#")
        nsid = name or home
        return check(lexicon(nsid)[part or "main"], value, nsid, where)
    if kind == "union":
        known = [ref for ref in schema["refs"] if ref == value.get("$type")]
        return [check({"type": "ref", "ref": ref}, value, home, where) for ref in known]
    if kind == "blob":
        assert value["$type"] == "blob", where
        assert re.fullmatch(FORMATS["cid"], value["ref"]["$link"]), where
        assert isinstance(value["size"], int), where
        return isinstance(value["mimeType"], str)
    if kind == "unknown":
        return isinstance(value, dict)
    assert isinstance(value, TYPES[kind]), f"{where}: {value!r} is no {kind}"
    if kind == "object":
        for name in schema.get("required", ()):
            assert name in value, f"{where} lacks {name}"
        for name, part in schema.get("properties", {}).items():
            if name in value:
                check(part, value[name], home, f"{where}.{name}")
    if kind == "array":
        for item in value:
            check(schema["items"], item, home, f"{where}[]")
    if kind == "string" and schema.get("format") in FORMATS:
        assert re.fullmatch(FORMATS[schema["format"]], value), f"{where}: {value}"
    return True
