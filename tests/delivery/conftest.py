import pytest

from delivery import breaker, budgets, dispatcher, outages
from publishers import registry
from tests.delivery.parrot import PARROTS
from tests.delivery.platform import Platform


@pytest.fixture
def platform(monkeypatch):
    """A scripted platform that answers over HTTP, known to the registry in three characters."""
    server = Platform()
    server.start()
    for slug, adapter in PARROTS.items():
        monkeypatch.setitem(registry.ADAPTERS, slug, adapter)
        monkeypatch.setenv(f"PLATFORM_{slug.upper()}_API_URL", server.url)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def all_read_anew():
    """What this process knows of outages, budgets and breakers is another test's."""
    outages.forget()
    breaker.forget()
    budgets.forget()


@pytest.fixture(autouse=True)
def quick(settings):
    settings.DELIVERY_QUIET_SECONDS = 600
    settings.DELIVERY_READ_GAP_SECONDS = 120


@pytest.fixture
def ticking():
    """Something publishes."""
    dispatcher.beat("dispatch")
