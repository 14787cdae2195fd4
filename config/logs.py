"""Structured logs: one line per event, with request and delivery ids and without secrets.

Django calls `configure` through LOGGING_CONFIG, Celery through config/celery.py, and the web server
asks for `formatter` in supervisor/granian.json. Workers bind `delivery_id` with structlog's
`bound_contextvars`; it then stands in every line that is written meanwhile.
"""

import logging
import logging.config
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponseBase
from structlog.typing import EventDict, Processor, WrappedLogger

from config.scrub import clean, escape
from config.settings import env

log = structlog.stdlib.get_logger("drumbeat.request")


def configure(options: dict[str, Any]) -> None:
    structlog.configure(
        processors=[*_context(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"drumbeat": {"()": "config.logs.formatter", "json": options["json"]}},
            "handlers": {
                "console": {
                    "class": "logging.StreamHandler",
                    "formatter": "drumbeat",
                    "stream": "ext://sys.stdout",
                }
            },
            "filters": {"unasked": {"()": "config.logs.Unasked"}},
            "root": {"handlers": ["console"], "level": options["level"]},
            "loggers": {
                # The request line below says the same, with the request's id.
                "django.server": {"level": "WARNING"},
                "django.request": {"level": "ERROR", "filters": ["unasked"]},
                "httpx": {"level": "WARNING"},
                # Its warnings write whole addresses, and some platforms want tokens there.
                "urllib3": {"level": "ERROR"},
                # At their debug level they write signatures, and whole addresses that let one in.
                "boto3": {"level": "WARNING"},
                "botocore": {"level": "WARNING"},
                "s3transfer": {"level": "WARNING"},
                # Beat speaks of every tick, the worker of every task: at their debug level only.
                "celery.beat": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
                "celery.app.trace": {"level": "WARNING"},
            },
        }
    )


class Unasked(logging.Filter):
    """Not being ready is an answer, not an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        return not getattr(request, "path", "").startswith("/health/")


def formatter(json: bool | None = None) -> logging.Formatter:
    """What turns a record of any library into our line. None asks the environment."""
    as_json = env.boolean("DRUMBEAT_LOG_JSON", True) if json is None else json
    renderer: list[Processor] = (
        [structlog.processors.JSONRenderer()]
        if as_json
        else [_escaped, structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_context(), structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _scrubbed,
            *renderer,
        ],
    )


def _context() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _scrubbed(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {key: clean(value, key) for key, value in event.items()}


def _escaped(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """JSON escapes by itself; on a terminal a name could otherwise write lines of its own."""
    return {
        key: escape(value, keep="\n" if key == "exception" else "")
        if isinstance(value, str)
        else value
        for key, value in event.items()
    }


SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
QUIET = ("/static/", "/health/", "/metrics")


class RequestIdMiddleware:
    """Names each request, in every log line and in the response, and writes one line about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SANE_ID.fullmatch(given) else uuid.uuid4().hex
        start = time.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            say = log.debug if request.path.startswith(QUIET) else log.info
            say(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round((time.monotonic() - start) * 1000),
            )
        response.headers["X-Request-ID"] = request_id
        return response
