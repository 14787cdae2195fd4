"""Where an adapter meets its wire: the only place that makes one, with the guarded HTTP client."""

from publishers import registry
from publishers.contract import Account, Adapter, Http
from publishers.http import Client


def http_for(platform: str) -> Http:
    app = registry.app_for(platform)
    return Client(trusted=frozenset({app.api_url, app.web_url}))


def adapter_for(platform: str, account: Account) -> Adapter:
    return registry.adapter_for(platform)(http_for(platform), registry.app_for(platform), account)
