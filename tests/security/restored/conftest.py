"""What an older backup of the database is restored under: a post in review, and a platform."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from publishers import registry
from tests.delivery.parrot import PARROTS
from tests.delivery.platform import Platform
from tests.security.restored.backup import backed_up


@pytest.fixture
def platform(monkeypatch) -> Iterator[Platform]:
    server = Platform()
    server.start()
    monkeypatch.setitem(registry.ADAPTERS, "parrot_read", PARROTS["parrot_read"])
    monkeypatch.setenv("PLATFORM_PARROT_READ_API_URL", server.url)
    yield server
    server.stop()


@pytest.fixture
def past(team, bob, settings, platform) -> SimpleNamespace:
    return backed_up(team, bob, settings)
