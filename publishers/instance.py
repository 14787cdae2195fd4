"""Whose channels these are: an installation has one name, kept in its database and outside of it.

A copy of the database holds the tokens too. Where the two names differ, nothing is published and no
token is renewed, which would take it from the original. Called by sessions, disconnecting, and
delivery/instance.py.
"""

import os
import secrets
import tempfile
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction

from publishers.models import Instance

log = structlog.get_logger(__name__)

FOREIGN = (
    "This database belongs to another installation of Drumbeat. Nothing is published from here "
    "until an administrator says whether this is its new home or a copy."
)
NAMELESS = "This installation cannot keep its name in {path}: {why}. Nothing is published."


def own() -> str:
    """What this installation is called; empty when it has no name yet."""
    if settings.INSTANCE:
        return str(settings.INSTANCE)
    try:
        return _file().read_text().strip()
    except FileNotFoundError:
        return ""


def stored() -> str:
    """What the database says whose it is; empty when it says nothing yet."""
    return Instance.objects.values_list("key", flat=True).first() or ""


def foreign() -> str | None:
    """Why this installation must leave the channels alone; None when they are its own."""
    return judge(stored())


def judge(key: str) -> str | None:
    """The same for a `stored` name that was just read. A database without a name is adopted."""
    try:
        if not key:
            key = adopt()
        return None if key == own() else FOREIGN
    except OSError as error:
        return NAMELESS.format(path=_file(), why=error.strerror)


def adopt() -> str:
    """Give a database that has no owner ours, and say whose it is now: somebody may be first."""
    name = own() or _new_name()
    _, made = Instance.objects.get_or_create(defaults={"key": name})
    if made:
        log.info("instance.adopted", instance=name, file=str(_file()))
    return stored()


def take_over() -> None:
    """From now on the database is ours, whoever's it was."""
    name = own() or _new_name()
    with transaction.atomic():
        Instance.objects.update_or_create(defaults={"key": name})
    log.warning("instance.taken_over", instance=name)


def _file() -> Path:
    return Path(settings.DATA_DIR) / "instance"


def _new_name() -> str:
    """Written whole or not at all; of two processes that start at once, the first one's holds."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(16) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(scratch, path)
    except FileExistsError:
        pass
    finally:
        Path(scratch).unlink()
    return own()
