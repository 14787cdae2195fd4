"""Requests and answers against one of Google's discovery documents."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

# Of every resumable upload; the document has no word on them.
OF_UPLOADS = {"uploadType", "upload_id"}


class Document:
    def __init__(self, found: dict[str, Any]) -> None:
        self.found, self.schemas = found, found.get("schemas", {})
        self.methods = list(_methods(found))

    def method(self, verb: str, path: str) -> dict[str, Any]:
        """The method of that address, also where it uploads to."""
        for one in self.methods:
            uploads = one.get("mediaUpload", {}).get("protocols", {}).values()
            paths = [f"/{one['path']}", *(way["path"] for way in uploads)]
            if path in paths and verb in (one["httpMethod"], "PUT" if uploads else ""):
                return one
        raise AssertionError(f"{verb} {path} is not in the document")

    def check_request(self, request: Any) -> None:
        method = self.method(request.method, request.path)
        known = {**self.found["parameters"], **method["parameters"]}
        query = dict(parse_qsl(urlsplit(request.raw_path).query))
        for name, value in query.items():
            assert name in known or name in OF_UPLOADS, f"{name} of {request.path}"
            self.fits(_typed(value, known.get(name, {})), known.get(name, {}), name)
        if "upload_id" in query:
            return
        missing = {name for name, one in known.items() if one.get("required")} - set(query)
        assert not missing, f"{request.path} needs {missing}"
        if request.body and "json" in request.headers.get("Content-Type", ""):
            self.fits(request.json, method["request"], request.path)

    def check_answer(self, verb: str, path: str, body: Any) -> None:
        self.fits(body, self.method(verb, path)["response"], path)

    def fits(self, value: Any, schema: dict[str, Any], where: str) -> None:
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"]]
        kind = schema.get("type")
        if kind == "object":
            assert isinstance(value, dict), where
            known, others = schema.get("properties", {}), schema.get("additionalProperties")
            for name, inner in value.items():
                assert name in known or others, f"{where}.{name}"
                self.fits(inner, known.get(name) or others, f"{where}.{name}")
        elif kind == "array":
            assert isinstance(value, list), where
            for inner in value:
                self.fits(inner, schema["items"], f"{where}[]")
        elif kind == "string":
            assert isinstance(value, str), where
            assert "enum" not in schema or value in schema["enum"], f"{where} is {value}"
            if "int64" in schema.get("format", ""):
                assert re.fullmatch(r"-?\d+", value), where
        elif kind in ("integer", "boolean", "number"):
            python = {"integer": int, "boolean": bool, "number": int | float}[kind]
            assert isinstance(value, python), f"{where} is {value}"


def _methods(found: dict[str, Any]) -> Any:
    for resource in found.get("resources", {}).values():
        yield from resource.get("methods", {}).values()
        yield from _methods(resource)


def _typed(value: str, schema: dict[str, Any]) -> Any:
    if schema.get("type") == "integer":
        return int(value)
    return value == "true" if schema.get("type") == "boolean" else value
