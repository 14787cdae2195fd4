"""The mark that every address here carries: anybody who can reach a sandbox may use it."""

from collections.abc import Callable

from django.http import HttpResponseBase

POLICY = "sandbox"


def open_to_all[View: Callable[..., HttpResponseBase]](view: View) -> View:
    view.access_policy = POLICY  # type: ignore[attr-defined]  # read by the test over all URLs
    return view
