"""How LinkedIn says no, and the headers without which it says nothing else."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from publishers.sandbox.exchange import json_object
from publishers.sandbox.twin import Asked, Refused, answer

# The versions that answer; each lives about a year.
VERSIONS = frozenset(f"2026{month:02}" for month in range(1, 10))
REFUSALS = {
    401: (
        401,
        "INVALID_ACCESS_TOKEN",
        "The token has been revoked by the user",
    ),
    415: (400, "MEDIA_ASSET_PROCESSING_FAILED", "Media asset processing has failed"),
    422: (400, "INVALID_VALUE_FOR_FIELD", "The post was refused"),
    429: (
        429,
        "TOO_MANY_REQUESTS",
        "Resource level throttle limit is reached.",
    ),
    500: (500, "INTERNAL_SERVER_ERROR", "Internal Server Error"),
    504: (504, "GATEWAY_TIMEOUT", "Gateway Timeout"),
}
DAY_SPENT = (
    429,
    "TOO_MANY_REQUESTS",
    "Resource level throttle MEMBER DAY limit for calls to this resource is reached.",
)
SERVICE_CODES = {401: 65601, 403: 100, 426: 100}


def error(
    status: int, code: str, message: str, inputs: list[dict[str, Any]] | None = None
) -> HttpResponse:
    data: dict[str, Any] = {"message": message, "status": status, "code": code}
    if status in SERVICE_CODES:
        data["serviceErrorCode"] = SERVICE_CODES[status]
    if inputs:
        data |= {
            "errorDetailType": "com.linkedin.common.error.BadRequest",
            "errorDetails": {"inputErrors": inputs},
        }
    return answer(data, status)


def bad_field(path: str, code: str, message: str, status: int = 400) -> Refused:
    found = {"description": message, "input": {"inputPath": {"fieldPath": path}}, "code": code}
    return Refused(error(status, code, message, [found]))


def denied(what: str) -> Refused:
    message = f"Not enough permissions to access: {what}"
    return Refused(error(403, "ACCESS_DENIED", message))


def needs(asked: Asked, *scopes: str, what: str) -> None:
    """One of the scopes is enough."""
    if not any(asked.token.allows(scope) for scope in scopes):
        raise denied(what)


def versioned(request: HttpRequest) -> None:
    """Both headers of the versioned API, with a version that is still alive."""
    version = request.headers.get("Linkedin-Version", "")
    if not version:
        raise Refused(error(400, "VERSION_MISSING", "A version must be present. Specify a version"))
    if version not in VERSIONS:
        message = f"Requested version {version} is not active"
        raise Refused(error(426, "NONEXISTENT_VERSION", message))
    if request.headers.get("X-Restli-Protocol-Version") != "2.0.0":
        message = "Header X-Restli-Protocol-Version must be 2.0.0"
        raise Refused(error(400, "ILLEGAL_ARGUMENT", message))


def patch_of(asked: Asked) -> dict[str, Any]:
    """What a partial update sets."""
    if asked.request.headers.get("X-RestLi-Method", "").upper() != "PARTIAL_UPDATE":
        message = "POST to an entity needs the header X-RestLi-Method: PARTIAL_UPDATE"
        raise Refused(error(400, "ILLEGAL_ARGUMENT", message))
    patch = body_of(asked).get("patch")
    if not isinstance(patch, dict):
        raise bad_field("patch", "MISSING_FIELD", "patch is required")
    return patch


def body_of(asked: Asked) -> dict[str, Any]:
    found = json_object(asked.request.body)
    if found is None:
        raise Refused(error(400, "ILLEGAL_ARGUMENT", "The body is not a JSON object"))
    return found
