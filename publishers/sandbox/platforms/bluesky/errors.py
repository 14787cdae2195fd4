"""How an AT Protocol server says no."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox.exchange import json_object
from publishers.sandbox.twin import Asked, Refused, answer


def xrpc_error(status: int, name: str, message: str) -> HttpResponse:
    return answer({"error": name, "message": message}, status)


def refused(name: str, message: str, status: int = 400) -> Refused:
    return Refused(xrpc_error(status, name, message))


def invalid(message: str) -> Refused:
    return refused("InvalidRequest", message)


def body_of(asked: Asked, *required: str) -> dict[str, Any]:
    found = json_object(asked.request.body)
    if found is None:
        raise invalid("Input must be a JSON object")
    for name in required:
        if name not in found:
            raise invalid(f'Missing required key "{name}" at $')
    return found


def params_of(asked: Asked, *required: str) -> dict[str, str]:
    found = {name: asked.request.GET[name] for name in asked.request.GET}
    for name in required:
        if name not in found:
            raise invalid(f'Missing required key "{name}" at $')
    return found
