"""Where an adapter meets its wire: the only place that makes one, with the guarded HTTP client."""

from publishers import registrations, registry
from publishers.contract import Account, Adapter, Http
from publishers.http import Client
from publishers.registrations import Door


def http_for(door: Door) -> Http:
    """Trusts what this installation's own settings name, never a server that somebody typed."""
    app = registrations.app_for(Door(door.platform, door.way))
    return Client(trusted=frozenset({app.api_url, app.web_url}))


def adapter_for(door: Door | str, account: Account) -> Adapter:
    """A platform's name stands for its front door."""
    if isinstance(door, str):
        door = Door(door, host=account.host)
    app = registrations.app_for(door)
    return registry.adapter_for(door.platform)(http_for(door), app, account)
