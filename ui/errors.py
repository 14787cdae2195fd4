"""Pages for what went wrong: each says what happened and the next step. Named in config/urls.py.

For htmx the words travel as a toast, so that nothing on the page is replaced by an error.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from ui.htmx import toast


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400, _("The server did not understand that. Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    reason = str(exception or "") or _("Your role does not allow this.")
    return _answer(request, 403, reason, reason=reason)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    said = exception.args[0] if isinstance(exception, Http404) and exception.args else ""
    reason = said if isinstance(said, str) else ""
    return _answer(request, 404, reason or _("That is not here any more."), reason=reason)


def conflict(request: HttpRequest, reason: str) -> HttpResponse:
    """For views: somebody was first, or the state no longer allows it."""
    return _answer(request, 409, reason, reason=reason)


def server_error(request: HttpRequest) -> HttpResponse:
    """Reads nothing from the database: it may be what failed."""
    words = _("That did not work on our side. Nothing was lost; try again in a moment.")
    return _answer(request, 500, words, plain=True)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(
        request,
        403,
        _("This page is too old to be sent safely. Reload it and try again."),
        reason=_("This page is too old to be sent safely. Go back, reload it and try again."),
    )


def _answer(
    request: HttpRequest, status: int, words: str, *, plain: bool = False, **context: Any
) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        answer = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
        answer.headers["HX-Reswap"] = "none"
        return toast(answer, words, tone="bad")
    values = {"at": request.path, **context}
    if plain:
        return HttpResponse(render_to_string(f"{status}.html", values), status=status)
    return render(request, f"{status}.html", values, status=status)
