"""One world with something in it for every address of a team."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache

from tests.security.conftest import furnish


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def world(team, alice) -> SimpleNamespace:
    return furnish(team, alice)


@pytest.fixture
def owner(as_user, alice):
    return as_user(alice)
