"""How Pinterest says no: a number of its own and a sentence."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox.exchange import json_object, raw_body
from publishers.sandbox.twin import Asked, Refused, answer

STATUSES = {
    401: (401, 2, "Authentication failed."),
    415: (400, 1, "Invalid request: the media could not be read"),
    422: (400, 1, "Invalid request: the pin was refused"),
    429: (429, 8, "This request exceeded a rate limit."),
    500: (500, 0, "Something went wrong on our end. Sorry about that."),
    504: (503, 0, "Service Unavailable"),
}
LARGEST = 50_000_000


def error(status: int, code: int, words: str) -> HttpResponse:
    return answer({"code": code, "message": words}, status)


def no(status: int, code: int, words: str) -> Refused:
    return Refused(error(status, code, words))


def invalid(words: str) -> Refused:
    return no(400, 1, f"Invalid request: {words}")


def generic(status: int) -> HttpResponse:
    return error(*STATUSES.get(status, STATUSES[500]))


def body_of(asked: Asked) -> dict[str, Any]:
    """Pictures travel inside of it."""
    too_large = error(413, 1, "Invalid request: the body is too large")
    found = json_object(raw_body(asked.request, LARGEST, too_large))
    if found is None:
        raise invalid("the body is no JSON object")
    return found


def needs(asked: Asked, *scopes: str) -> None:
    missing = [scope for scope in scopes if not asked.token.allows(scope)]
    if missing:
        words = (
            "Your token does not have sufficient permissions to perform this operation. Please "
            f"ensure your token has the following scopes: {missing}"
        )
        raise no(401, 3, words)
