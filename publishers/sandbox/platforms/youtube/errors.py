"""How Google says no: one envelope, with a reason for programs in a list."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox.exchange import json_object
from publishers.sandbox.twin import Asked, Refused, answer

STATUSES = {
    401: (401, "authError", "Invalid Credentials"),
    415: (400, "mediaBodyRequired", "The request does not include the video content."),
    422: (400, "invalidVideoMetadata", "The request metadata specifies an invalid video."),
    429: (429, "rateLimitExceeded", "Resource has been exhausted (e.g. check quota)."),
    500: (500, "backendError", "Backend Error"),
    504: (503, "backendError", "Service Unavailable"),
}
NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
}


def error(status: int, reason: str, words: str) -> HttpResponse:
    domain = "usageLimits" if status == 429 else "youtube"
    said: dict[str, Any] = {
        "code": status,
        "message": words,
        "errors": [{"message": words, "domain": domain, "reason": reason}],
    }
    if status in NAMES:
        said["status"] = NAMES[status]
    return answer({"error": said}, status)


def no(status: int, reason: str, words: str = "") -> Refused:
    return Refused(error(status, reason, words or reason))


def generic(status: int) -> HttpResponse:
    return error(*STATUSES.get(status, STATUSES[500]))


def body_of(asked: Asked) -> dict[str, Any]:
    found = json_object(asked.request.body)
    if found is None:
        raise no(400, "parseError", "Parse Error")
    return found


def part(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name, {})
    if not isinstance(found, dict):
        raise no(400, "badRequest", f"Invalid value at '{name}'")
    return found


def parts_of(asked: Asked) -> list[str]:
    """What of a resource is sent or asked for; there is no usual choice."""
    named = [one for one in asked.request.GET.get("part", "").split(",") if one]
    if not named:
        raise no(400, "missingRequiredParameter", "No filter selected. Expected: part")
    return named


def needs(asked: Asked, *scopes: str) -> None:
    """One of them is enough."""
    if not any(asked.token.allows(f"https://www.googleapis.com/auth/{one}") for one in scopes):
        words = "Request had insufficient authentication scopes."
        raise no(403, "insufficientPermissions", words)
