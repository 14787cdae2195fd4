"""Every address of the site, with something to fill each place in it."""

import re

from django.urls import reverse

from tests.architecture.test_urls import addresses, ours
from tests.security.conftest import filled

KWARGS = {
    "token": "x" * 40,
    "signed": "x",
    "name": "x.jpg",
    "request_id": 1,
    "asset_id": 1,
    "platform": "bluesky",
    "key": "x",
    "uidb36": "1",
    "pk": 1,
    "provider_id": "x",
}


def every_path(world) -> dict[str, str]:
    """Our addresses, and those of the libraries that can be written without an object."""
    paths = {}
    for address in ours():
        there = "<slug:team>" in address.route
        kwargs = (
            filled(address.name, address.route, world)
            if there
            else {n: KWARGS[n] for n in re.findall(r"<(?:\w+:)?(\w+)>", address.route)}
        )
        paths[address.name] = reverse(address.name, kwargs=kwargs)
    for address in addresses():
        if address.route.startswith("accounts/") and not re.search(r"[<(\\]", address.route):
            paths.setdefault(address.name, f"/{address.route}")
    assert {"account_login", "account_logout", "account_change_password"} <= set(paths)
    return paths
