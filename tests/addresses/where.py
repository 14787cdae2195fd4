"""The addresses of a team, and how each is asked."""

from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from tests.architecture.test_urls import Address, ours
from tests.security.conftest import filled

HTMX = {"HX-Request": "true"}
ADDRESSES = [a for a in ours() if "<slug:team>" in a.route]


def path_of(address: Address, there: SimpleNamespace, **other: Any) -> str:
    return reverse(address.name, kwargs={**filled(address.name, address.route, there), **other})
