"""Fetching a picture or video from an address that a client gave, as some platforms do.

The address must be of this installation: nothing leaves the machine. What answers may be the very
web server that waits here, so exchange.py fetches before it opens a transaction, and no connection
to the database is held meanwhile. Spoilt by the fault `fetch_failed`.
"""

import time
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import connection

from publishers.sandbox import faults, files, pictures, uploads
from publishers.sandbox.models import Account, Fault, Picture
from publishers.sandbox.shapes import Fetched

LARGEST = 300_000_000
SECONDS = 30.0


def fetch(account: Account, address: str) -> Fetched:
    """What is at this address, at most LARGEST bytes in SECONDS."""
    if faults.called_for(account, Fault.Kind.FETCH_FAILED):
        return Fetched(problem="the address did not answer")
    if not ours(address):
        return Fetched(problem="the address is not of this installation")
    if not connection.in_atomic_block:
        connection.close()
    name = files.new()
    problem = _into(name, address)
    shape = None if problem else uploads.look(files.path(name))
    if shape is None:
        files.drop(name)
        return Fetched(problem=problem or "it is neither a picture nor a video")
    return Fetched(name, shape)


def keep(account: Account, remote_id: str, fetched: Fetched, *, works: bool = True) -> Picture:
    """The row of what was fetched, under the platform's own id."""
    assert fetched.shape is not None
    row = Picture(account=account, remote_id=remote_id)
    return pictures.fill_from(row, fetched.name, fetched.shape, works=works)


def ours(address: str) -> bool:
    asked, here = urlsplit(address), urlsplit(settings.SITE_URL)
    return asked[:2] == here[:2]


def _into(name: str, address: str) -> str:
    """Why it did not come, or nothing."""
    ends, size = time.monotonic() + SECONDS, 0
    try:
        with (
            requests.get(address, stream=True, timeout=SECONDS, allow_redirects=False) as answer,
            files.path(name).open("wb") as file,
        ):
            if answer.status_code != 200:
                return f"the address answered {answer.status_code}"
            for piece in answer.iter_content(files.CHUNK):
                size += len(piece)
                if size > LARGEST or time.monotonic() > ends:
                    return "it is too large or too slow"
                file.write(piece)
    except requests.RequestException as error:
        return f"the address did not answer ({type(error).__name__})"
    return ""
