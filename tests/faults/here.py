"""This process, pointed at an arena: its models, settings and adapters work on what is there."""

import contextlib
from collections.abc import Iterator
from typing import Any

import dj_database_url
from django.db import connections, router
from django.test.utils import override_settings


class PlatformRouter:
    """The simulated platforms remember in a database of their own."""

    def db_for_read(self, model, **hints):
        return "platform" if model._meta.app_label == "sandbox" else None

    db_for_write = db_for_read


@contextlib.contextmanager
def pointed_at(product: str, platforms: str, **changed: Any) -> Iterator[None]:
    """The two databases by URL, and settings that are other ones meanwhile."""
    databases = {
        "default": dj_database_url.parse(product),
        "platform": dj_database_url.parse(platforms),
    }
    for one in databases.values():
        one.setdefault("OPTIONS", {}).update(application_name="faults", connect_timeout=5)
    known, routers = connections.settings, router.routers
    ours = connections.configure_settings(databases)
    outside = connections["default"]
    del connections["default"]
    connections.__dict__["settings"], router.__dict__["routers"] = ours, [PlatformRouter()]
    try:
        with override_settings(**changed):
            yield
    finally:
        let_go()
        del connections["default"]
        connections.__dict__["settings"], router.__dict__["routers"] = known, routers
        connections["default"] = outside


def let_go() -> None:
    """Close this thread's connections: the next statement opens new ones."""
    for alias in list(connections.settings):
        with contextlib.suppress(Exception):
            connections[alias].close()
