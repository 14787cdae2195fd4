"""How queries are written for LinkedIn: what holds values together stays bare, they are encoded."""

import re
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest

from publishers.sandbox.platforms.linkedin.errors import error
from publishers.sandbox.twin import Asked, Refused

# A value as it may stand inside of parentheses.
_VALUE = r"[A-Za-z0-9\-._~%]+"


def listed(request: HttpRequest, name: str) -> list[str] | None:
    """`name=List(a,b)`; None where it is not asked for."""
    raw = _raw(request, name)
    if raw is None:
        return None
    if not re.fullmatch(rf"List\({_VALUE}(?:,{_VALUE})*\)", raw):
        raise _unreadable(name, raw)
    return [unquote(one) for one in raw.removeprefix("List(").removesuffix(")").split(",")]


def pair(request: HttpRequest, name: str) -> tuple[str, str]:
    """`name=(key:value)`."""
    raw = _raw(request, name) or ""
    found = re.fullmatch(rf"\(([A-Za-z]+):({_VALUE})\)", raw)
    if found is None:
        raise _unreadable(name, raw)
    return found[1], unquote(found[2])


def finder(asked: Asked, name: str) -> Any:
    """The query, if it asks for this finder."""
    if asked.request.GET.get("q") != name:
        raise Refused(error(400, "ILLEGAL_ARGUMENT", f"The finder must be {name}"))
    return asked.request.GET


def _raw(request: HttpRequest, name: str) -> str | None:
    fields = (part.partition("=") for part in request.META.get("QUERY_STRING", "").split("&"))
    return next((value for key, _, value in fields if key == name), None)


def _unreadable(name: str, raw: str) -> Refused:
    message = f"Invalid query parameter {name}: {raw[:100]}"
    return Refused(error(400, "ILLEGAL_ARGUMENT", message))
