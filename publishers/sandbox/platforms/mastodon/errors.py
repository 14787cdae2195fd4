"""How a Mastodon server says no, and what a token is not allowed to do."""

from typing import Any

from django.http import HttpResponse, QueryDict

from publishers.sandbox.exchange import json_object
from publishers.sandbox.twin import Asked, Refused, answer

type Fields = dict[str, Any]


def error(status: int, words: str, description: str = "") -> HttpResponse:
    more = {"error_description": description} if description else {}
    return answer({"error": words, **more}, status)


def invalid(words: str) -> Refused:
    return Refused(error(422, f"Validation failed: {words}"))


def refused(words: str) -> Refused:
    return Refused(error(422, words))


def gone() -> Refused:
    return Refused(error(404, "Record not found"))


def needs(asked: Asked, scope: str) -> None:
    """A scope covers those below it: `write` is also `write:statuses`."""
    if not (asked.token.allows(scope) or asked.token.allows(scope.partition(":")[0])):
        raise Refused(error(403, "This action is outside the authorized scopes"))


def fields_of(asked: Asked) -> Fields:
    """JSON, or a form, where lists are named with brackets."""
    request = asked.request
    if request.content_type == "application/json":
        found = json_object(request.body)
        if found is None:
            raise Refused(error(400, "Error occurred while parsing request parameters"))
        return found
    form = request.POST if request.method == "POST" else QueryDict(request.body)
    return {
        name.removesuffix("[]"): form.getlist(name) if name.endswith("[]") else form[name]
        for name in form
    }


def truth(value: Any) -> bool:
    return value is True or str(value).lower() in ("true", "1", "on", "t")
