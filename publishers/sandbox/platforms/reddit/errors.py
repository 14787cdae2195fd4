"""How Reddit says no: a list in a fine answer, a reason with status 400, a bare status, or XML."""

from django.http import HttpResponse

from publishers.sandbox.twin import Refused, answer

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
    504: "Gateway Timeout",
}


def listed(code: str, words: str, field: str = "") -> HttpResponse:
    """With status 200."""
    return answer({"json": {"errors": [[code, words, field]]}})


def no(code: str, words: str, field: str = "") -> Refused:
    return Refused(listed(code, words, field))


def invalid(reason: str, words: str, field: str) -> Refused:
    """What `validate_on_submit` finds."""
    told = {
        "fields": [field],
        "explanation": words,
        "message": "Bad Request",
        "reason": f"SUBMIT_VALIDATION_{reason}",
        "error_type": "SUBMIT_VALIDATION_ERROR",
    }
    return Refused(answer(told, 400))


def bare(status: int) -> HttpResponse:
    known = status if status in TITLES else 500
    response = answer({"message": TITLES[known], "error": known}, known)
    if known == 401:
        response["www-authenticate"] = 'Bearer realm="reddit", error="invalid_token"'
    return response


def stored(code: str, words: str, status: int = 400, **more: int) -> Refused:
    """The store of pictures and videos is another company's."""
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    body = f"<Error><Code>{code}</Code><Message>{words}</Message>{inside}</Error>"
    return Refused(HttpResponse(xml(body), status=status, content_type="application/xml"))


def xml(body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'
