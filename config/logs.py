"""Structured logs: one line of JSON per event, with request and delivery ids and without secrets."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponseBase


def configure(options: dict[str, Any]) -> None:
    logging.basicConfig(level=options["level"])


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with structlog.contextvars.bound_contextvars(request_id=uuid.uuid4().hex):
            return self.get_response(request)
