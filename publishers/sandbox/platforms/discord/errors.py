"""How Discord says no: a code, a sentence, and for what was sent wrong its place."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox.twin import Refused, answer


def error(status: int, code: int, words: str, **more: Any) -> HttpResponse:
    return answer({"message": words, "code": code, **more}, status)


def refused(status: int, code: int, words: str) -> Refused:
    return Refused(error(status, code, words))


def invalid(field: str, kind: str, words: str) -> Refused:
    errors = {field: {"_errors": [{"code": kind, "message": words}]}}
    return Refused(error(400, 50035, "Invalid Form Body", errors=errors))


def slower(seconds: float) -> HttpResponse:
    """Parts of a second in the answer, whole ones in the header."""
    words = "You are being rate limited."
    response = error(429, 0, words, retry_after=seconds, **{"global": False})
    response["Retry-After"] = str(int(seconds) + 1)
    return response


def unknown(what: str, code: int) -> Refused:
    return refused(404, code, f"Unknown {what}")
