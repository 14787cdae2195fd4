"""The demo's HTTP: requests of the real adapters answered by the sandbox inside this process.

The demo is loaded before the web server is up, and still every account and published post of it is
what an adapter made of it and a simulated platform accepted.
"""

from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import requests
from django.test import Client

from publishers import bodies, registrations, registry
from publishers.contract import Account, Adapter, Payload, Prepares, Published, Reply
from publishers.registrations import Door


class SandboxWire:
    """`contract.Http` without a network."""

    def send(  # noqa: PLR0913  (the contract's own signature)
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        data: bytes | BinaryIO | None = None,
        length: int | None = None,
        files: Mapping[str, tuple[str, bytes | BinaryIO, str]] | None = None,
        seconds: float | None = None,
        commits: bool = False,
    ) -> Reply:
        body, kind = bodies.of(form=form, data=data, length=length, files=files)
        request = requests.Request(
            method, url, headers={**kind, **(headers or {})}, params=params, json=json, data=body
        ).prepare()
        server = urlsplit(url)
        response = Client(SERVER_NAME=server.hostname, SERVER_PORT=str(server.port or 80)).generic(
            method,
            request.path_url,
            _whole(request.body),
            content_type=request.headers.get("Content-Type", ""),
            headers=request.headers,
        )
        content = b"".join(response) if response.streaming else response.content
        is_json = "json" in response.headers.get("Content-Type", "")
        return Reply(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            content,
            response.json() if is_json else None,
        )


def _whole(body: Any) -> bytes | str:
    """What a server would have read by now."""
    if isinstance(body, bytes | str):
        return body
    return b"".join(iter(lambda: body.read(bodies.AT_ONCE), b"")) if body else b""


def adapter_for(platform: str, account: Account) -> Adapter:
    app = registrations.app_for(Door(platform, host=account.host))
    return registry.adapter_for(platform)(SandboxWire(), app, account)


class Memory:
    """`contract.Step` for a send that is never interrupted."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._kept.get(name)

    def keep(self, name: str, value: str) -> None:
        self._kept[name] = value


def publish(platform: str, account: Account, payload: Payload) -> Published:
    adapter, step = adapter_for(platform, account), Memory()
    if isinstance(adapter, Prepares):
        adapter.prepare(payload, step)
    outcome = adapter.publish(payload, step)
    if not isinstance(outcome, Published):
        raise RuntimeError(f"The sandbox did not take the demo's post: {outcome}")
    return outcome
