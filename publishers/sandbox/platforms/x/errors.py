"""How X says no: problem documents, and what a token is not allowed to do."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox.exchange import json_object
from publishers.sandbox.twin import Asked, Refused, answer

PROBLEMS = "https://api.x.com/2/problems"
FORBIDDEN = "You are not permitted to perform this action."


def problem(status: int, title: str, detail: str, kind: str = "", **more: Any) -> HttpResponse:
    data = {
        "title": title,
        "detail": detail,
        "type": f"{PROBLEMS}/{kind}" if kind else "about:blank",
        "status": status,
        **more,
    }
    return answer(data, status, "application/problem+json")


def invalid(message: str, parameter: str = "", value: str = "") -> Refused:
    errors = [{"message": message, "parameters": {parameter: [value]} if parameter else {}}]
    detail = "One or more parameters to your request was invalid."
    return Refused(problem(400, "Invalid Request", detail, "invalid-request", errors=errors))


def forbidden(detail: str = FORBIDDEN) -> Refused:
    return Refused(problem(403, "Forbidden", detail))


def needs(asked: Asked, scope: str) -> None:
    if not asked.token.allows(scope):
        raise forbidden()


def body_of(asked: Asked) -> dict[str, Any]:
    found = json_object(asked.request.body)
    if found is None:
        raise invalid("The body is not a JSON object.")
    return found
