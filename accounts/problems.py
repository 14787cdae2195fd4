"""What programs are told when they are refused: RFC 9457, in the words of a person."""

from collections.abc import Mapping

from django.http import JsonResponse
from django.utils.translation import gettext as _

from accounts.permissions import Action

_REALM = 'Bearer realm="drumbeat"'


def problem(
    status: int, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> JsonResponse:
    said = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    kind = "application/problem+json"
    return JsonResponse(said, status=status, content_type=kind, headers=headers)


def no_key() -> JsonResponse:
    detail = _("Send an API key as “Authorization: Bearer drum_…”.")
    return problem(401, _("No API key"), detail, {"WWW-Authenticate": _REALM})


def wrong_key() -> JsonResponse:
    """One answer for unknown, expired, revoked and left, so that a guess learns nothing."""
    detail = _("This API key is unknown, has expired or was revoked.")
    told = f'{_REALM}, error="invalid_token"'
    return problem(401, _("The API key is not valid"), detail, {"WWW-Authenticate": told})


def out_of_scope(action: Action) -> JsonResponse:
    detail = _("The API key, or whoever it belongs to, may not do this: %(action)s.")
    told = f'{_REALM}, error="insufficient_scope", scope="{action}"'
    return problem(403, _("Not allowed"), detail % {"action": action}, {"WWW-Authenticate": told})


def too_often(wait: int) -> JsonResponse:
    detail = _("Too many unknown API keys from here. Try again in %(wait)s seconds.")
    headers = {"Retry-After": str(wait)}
    return problem(429, _("Too many tries"), detail % {"wait": wait}, headers)
