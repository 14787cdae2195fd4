"""The simulated LinkedIn: a member, a page, and clients that speak for either."""

import pytest

from publishers.sandbox import accounts
from tests.sandbox.conftest import Api

VERSION = {"Linkedin-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
MEMBER = "openid profile email w_member_social"
FEED = "w_member_social_feed w_organization_social_feed"
PARTNER = f"{MEMBER} w_organization_social r_organization_social rw_organization_admin {FEED}"


class Rest(Api):
    def call(self, method, path, **more):
        return super().call(method, path, headers={**VERSION, **more.pop("headers", {})}, **more)


@pytest.fixture
def ines(site):
    return accounts.create("linkedin", "inesduarte")


@pytest.fixture
def page(ines):
    return ines.organizations.get(handle="tidewater")


@pytest.fixture
def rest(site, ines):
    def make(account=ines, scopes=PARTNER):
        token = accounts.mint_tokens(account, scopes.split()).access
        return Rest(f"{site.url}/sandbox/linkedin", token)

    return make


def person(account):
    return f"urn:li:person:{account.remote_id}"


def organization(account):
    return f"urn:li:organization:{account.remote_id}"


def body(author, commentary="High water at 09:30", **more):
    return {
        "author": author,
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    } | more


def first_error(answer):
    return answer.json()["errorDetails"]["inputErrors"][0]["code"]
