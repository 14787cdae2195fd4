"""The simulated X: an account, a client with its token, the vendor's schemas and one consent."""

import base64
import hashlib
import json
from pathlib import Path

import jsonschema
import pytest

from publishers.sandbox import accounts, oauth
from publishers.sandbox.models import Account
from publishers.sandbox.registry import twin_for
from tests.sandbox.conftest import Api

CONTRACT = Path(__file__).parents[3] / "shared/contracts/x/openapi-2.167-docs.json"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
SCOPES = "tweet.read tweet.write users.read media.write offline.access"


@pytest.fixture
def tidewater(site) -> Account:
    return accounts.create("x", "tidewater", "Tidewater")


@pytest.fixture
def api(connect, tidewater) -> Api:
    return connect(tidewater)


@pytest.fixture(scope="module")
def conforms():
    """`conforms(body, "GetPostsByIdResponse")` by the vendor's OpenAPI, where it is at hand."""
    if not CONTRACT.exists():
        pytest.skip("contracts are not beside this checkout")
    schemas = json.loads(CONTRACT.read_text())["components"]["schemas"]

    def check(body, name):
        root = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": closed(schemas)}}
        jsonschema.Draft202012Validator(root).validate(body)

    return check


def closed(schemas):
    """OpenAPI 3.0 says `nullable`; JSON schema says it in the type."""
    if isinstance(schemas, list):
        return [closed(part) for part in schemas]
    if not isinstance(schemas, dict):
        return schemas
    found = {name: closed(part) for name, part in schemas.items()}
    if found.get("nullable") and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found


def token(api, auth=("drumbeat", "sandbox"), **form):
    return api.post("2/oauth2/token", data=form, auth=auth)


@pytest.fixture
def code(tidewater, site):
    query = {
        "client_id": "drumbeat",
        "redirect_uri": f"{site.url}/connect/callback/",
        "scope": SCOPES,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return oauth.grant_code(twin_for("x"), tidewater, query)


@pytest.fixture
def form(code, site):
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{site.url}/connect/callback/",
        "code_verifier": VERIFIER,
    }
