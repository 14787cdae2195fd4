"""The envelope that TikTok puts around every answer, also around refusals."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox import ids
from publishers.sandbox.twin import Refused, answer

STATUSES = {
    401: ("access_token_invalid", "The access token is invalid or not found in the request."),
    415: ("invalid_param", "The file was refused"),
    422: ("invalid_param", "The post was refused"),
    429: ("rate_limit_exceeded", "The API rate limit was exceeded. Please try again later."),
    500: ("internal_error", "Something is wrong. Please try again later."),
}


def told(
    data: dict[str, Any], code: str = "ok", words: str = "", status: int = 200
) -> HttpResponse:
    error = {"code": code, "message": words, "log_id": ids.snowflake()}
    return answer({"data": data, "error": error}, status)


def no(code: str, words: str = "", status: int = 400) -> Refused:
    return Refused(told({}, code, words or code, status))


def generic(status: int) -> HttpResponse:
    code, words = STATUSES.get(status, STATUSES[500])
    return told({}, code, words, {415: 400, 422: 400}.get(status, status))
