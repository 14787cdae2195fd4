"""How Medium says no."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox.exchange import json_object
from publishers.sandbox.twin import Asked, Refused, answer


def error(status: int, words: str, code: int) -> HttpResponse:
    return answer({"errors": [{"message": words, "code": code}]}, status)


def invalid(words: str) -> Refused:
    return Refused(error(400, words, 2002))


def forbidden(words: str) -> Refused:
    return Refused(error(403, words, 6026))


def body_of(asked: Asked) -> dict[str, Any]:
    found = json_object(asked.request.body)
    if found is None:
        raise invalid("The body must be a JSON object.")
    return found
