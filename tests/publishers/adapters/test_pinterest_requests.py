"""Every request to Pinterest against pinterest/openapi-v5.json."""

import jsonschema
import pytest

from publishers.adapters.pinterest.spec import SPEC
from publishers.contract import (
    Published,
)
from tests.contracts.openapi import Document
from tests.contracts.vectors import load, needs_vectors
from tests.publishers.adapters.kit import film, picture, png, prepared
from tests.publishers.adapters.pinterest import (
    ON_BOARD,
    PIN,
    USER,
    pin,
    pinterest,
    row,
)

__all__ = ["pinterest"]

DOCUMENT = Document(load("pinterest/openapi-v5.json"), base="/v5")
MAST = picture("A mast", png((200, 60, 40)))


@needs_vectors
@pytest.mark.parametrize(
    "payload",
    [pin(), pin(picture(), MAST), pin(film()), pin(film(), picture(), link="")],
    ids=["picture", "carousel", "video", "video with cover"],
)
def test_a_whole_journey_fits_openapi_v5(server, pinterest, step, payload):
    server.on("GET", ON_BOARD, 200, {"items": [row("9")] * 3, "bookmark": "Y2JVSG"})
    server.on("GET", ON_BOARD, 200, {"items": []})
    server.on("PATCH", PIN, 200, row())
    server.on("GET", PIN, 200, row())
    server.on("DELETE", PIN, 204)
    server.on("GET", USER, 200, {"id": "27", "username": "tide"})
    pinterest.accounts()
    assert isinstance(prepared(pinterest, payload, step), Published)
    pinterest.find(payload, step)
    pinterest.edit("813", payload)
    pinterest.measure(["813"])
    pinterest.audience()
    assert pinterest.remove("813") is None
    for request in (one for one in server.requests if one.path.startswith("/v5")):
        DOCUMENT.check_request(request)


@needs_vectors
def test_the_check_against_openapi_v5_can_fail(server, pinterest, step):
    prepared(pinterest, pin(text="a" * 801), step)
    with pytest.raises(jsonschema.ValidationError):
        DOCUMENT.check_request(server.requests[-1])


@needs_vectors
def test_every_right_is_known():
    flows = DOCUMENT.found["components"]["securitySchemes"]["pinterest_oauth2"]["flows"]
    assert set(SPEC.auth.scopes) <= set(flows["authorizationCode"]["scopes"])
