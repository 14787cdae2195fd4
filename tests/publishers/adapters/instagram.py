"""Instagram on the played server: one account behind each door, and what is ready at once."""

from dataclasses import replace

import pytest

from publishers.adapters.instagram import Instagram
from publishers.adapters.instagram.spec import PAGE
from publishers.contract import Account

ME = Account("17841", "tide", "Tide", token="hush")
V = "/v26.0"
CREATE, PUBLISH = f"{V}/17841/media", f"{V}/17841/media_publish"
CONTAINER, POST = f"{V}/501", f"{V}/901"
PERMALINK = "https://www.instagram.com/p/DCkkKl/"
FINISHED = {"status_code": "FINISHED", "status": "Finished: Media has been uploaded"}


@pytest.fixture
def quiet(server):
    """Without a script."""
    return server.adapter(Instagram, ME)


@pytest.fixture
def paged(server):
    """Behind the other door."""
    adapter = server.adapter(Instagram, ME)
    adapter.app = replace(adapter.app, way=PAGE)
    return adapter


@pytest.fixture
def instagram(server):
    server.on("POST", CREATE, 200, {"id": "501"})
    server.on("GET", CONTAINER, 200, {**FINISHED, "id": "501"})
    server.on("POST", PUBLISH, 200, {"id": "901"})
    server.on("GET", POST, 200, {"id": "901", "permalink": PERMALINK})
    return server.adapter(Instagram, ME)
