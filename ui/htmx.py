"""Answering a browser that asks by htmx: fragments, toasts, refreshes. Called by all views."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

TOAST = "drum:toast"


def wants_fragment(request: HttpRequest) -> bool:
    """True for an htmx swap; a boosted link or a restored page needs the whole document."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and not (
        headers.get("HX-Boosted") or headers.get("HX-History-Restore-Request")
    )


def partial(
    request: HttpRequest,
    template: str,
    name: str,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or only its partial `name` when htmx asked."""
    page = f"{template}#{name}" if wants_fragment(request) else template
    return varied(render(request, page, context, status=status))


def varied[R: HttpResponseBase](response: R) -> R:
    """For a page or a part of it: caches must not mix the two up."""
    patch_vary_headers(response, ("HX-Request", "HX-Boosted"))
    return response


def toast[R: HttpResponseBase](
    response: R, message: str, *, undo_url: str = "", tone: str = "good"
) -> R:
    """Say what happened; with `undo_url` (answers to POST) offer the way back for 7 seconds."""
    return trigger(response, TOAST, {"message": str(message), "undo": undo_url, "tone": tone})


def tell(request: HttpRequest, message: str, *, undo_url: str = "") -> None:
    """The same without htmx: the page that comes next says it, and its way back is a form."""
    messages.success(request, str(message), extra_tags=undo_url)


def trigger[R: HttpResponseBase](response: R, event: str, detail: Any = None) -> R:
    """Fire `event` in the browser, beside those that the answer already fires."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps({**events, event: detail})
    return response


def refresh(message: str = "", *, undo_url: str = "") -> HttpResponse:
    """Nothing to swap: the page reads itself again."""
    response = HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return toast(response, message, undo_url=undo_url) if message else response


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Leave for another page after a POST: by header for htmx, by redirect without it."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
