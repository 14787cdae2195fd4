"""How a Forem says no."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from publishers.sandbox.exchange import json_object
from publishers.sandbox.twin import Asked, Refused, answer

WRAPPER = "param is missing or the value is empty: article"


def error(status: int, words: str) -> HttpResponse:
    return answer({"error": words, "status": status}, status)


def invalid(words: str) -> Refused:
    return Refused(error(422, words))


def missing() -> Refused:
    return Refused(error(404, "not found"))


def article_in(asked: Asked) -> dict[str, Any]:
    found = (json_object(asked.request.body) or {}).get("article")
    if not isinstance(found, dict) or not found:
        raise invalid(WRAPPER)
    return found


def no_robots(request: HttpRequest) -> None:
    """What stands in front of the servers wants to know who asks."""
    if not request.headers.get("User-Agent"):
        raise Refused(HttpResponse("Forbidden Bots", status=403, content_type="text/plain"))
