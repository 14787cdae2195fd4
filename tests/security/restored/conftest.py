"""What an older backup of the database is restored under: a post in review, and a platform."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from delivery import instance
from posts.states import Stage
from publishers import registry
from tests.approvals.answering import answer
from tests.delivery.parrot import PARROTS
from tests.delivery.platform import Platform
from tests.security.restored.backup import backed_up, send_what_is_due, stage_of


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


@pytest.fixture
def lapsed(past, platform, settings) -> SimpleNamespace:
    """Published by an answer that the backup does not know; the platform lost it, too."""
    settings.DELIVERY_QUIET_SECONDS = settings.DELIVERY_READ_GAP_SECONDS = 0
    assert answer(past.ruth).status_code == 302
    send_what_is_due()
    platform.posts.clear()
    past.restore()
    assert instance.locked() is None
    assert stage_of(past.post) == Stage.DRAFTING
    return past
