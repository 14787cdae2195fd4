"""Fixtures of the adapter tests."""

import pytest

from tests.publishers.adapters.kit import Memory, Server


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def step():
    return Memory()
