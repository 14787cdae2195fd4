"""Requests and answers against an OpenAPI 3.0 document."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema


class Document:
    """`base`: what stands before each of its paths."""

    def __init__(self, found: dict[str, Any], base: str = "") -> None:
        self.found, self.base = found, base
        self.components = _plain(found.get("components", {}))

    def operation(self, verb: str, path: str) -> dict[str, Any]:
        """An exact path before one with parameters."""
        path = path.removeprefix(self.base)
        for known in sorted(self.found["paths"], key=lambda one: one.count("{")):
            pattern = re.sub(r"\{\w+\}", "[^/]+", known)
            if re.fullmatch(pattern, path) and verb.lower() in self.found["paths"][known]:
                operation: dict[str, Any] = self.found["paths"][known][verb.lower()]
                return operation
        raise AssertionError(f"{verb} {path} is not in the document")

    def check_request(self, request: Any) -> None:
        self.check_query(request)
        if request.body:
            kind, schema = self.body_of(request)
            self.valid(self._said(request, kind, schema), schema)

    def check_query(self, request: Any) -> None:
        found = self.operation(request.method, request.path)
        parameters = {one["name"]: one for one in map(self.resolved, found.get("parameters", []))}
        for name, text in parse_qsl(urlsplit(request.raw_path).query):
            schema = self.resolved(parameters[name]["schema"])
            self.valid(_typed(text, schema), schema)

    def body_of(self, request: Any) -> tuple[str, dict[str, Any]]:
        """Its type, and what such a body may be."""
        kind = request.headers["Content-Type"].partition(";")[0]
        taken = self.operation(request.method, request.path)["requestBody"]["content"]
        return kind, taken[kind]["schema"]

    def check_answer(self, verb: str, path: str, status: int, body: Any) -> None:
        answers = self.operation(verb, path)["responses"]
        names = (str(status), f"{status // 100}XX", "default")
        told = self.resolved(next(answers[name] for name in names if name in answers))
        content = told.get("content", {}).get("application/json")
        if content:
            self.valid(body, content["schema"])

    def _said(self, request: Any, kind: str, schema: dict[str, Any]) -> Any:
        """Numbers are written out in the fields of a form."""
        if kind != "multipart/form-data":
            return request.json if kind == "application/json" else request.form
        known = self.resolved(schema)["properties"]
        fields = {name: value.decode("latin-1") for name, value in request.parts.items()}
        return {name: _typed(text, known.get(name, {})) for name, text in fields.items()}

    def resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            found: Any = self.found
            for name in node["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            node = found
        return node

    def valid(self, value: Any, schema: dict[str, Any]) -> None:
        jsonschema.validate(value, {**_plain(schema), "components": self.components})


def _plain(node: Any) -> Any:
    """As JSON Schema says it: what may be null there has a type of its own."""
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {name: _plain(one) for name, one in node.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def _typed(text: str, schema: dict[str, Any]) -> Any:
    if schema.get("type") == "array":
        return text.split(",")
    if schema.get("type") == "boolean":
        return text == "true"
    return int(text) if schema.get("type") == "integer" else text
