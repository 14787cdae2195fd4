"""The calls alone: what a bare thread pool gets out of the same platforms, and what they cost.

The same requests as the adapters make, down to URL, headers and body. Twice: by `requests`, which
is the limit for anybody, and by the adapters through the guarded client, for their share of CPU.
"""

import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests
from django.utils import timezone

from bench.world import Place, now, text
from config.demo.wire import Memory
from delivery.lanes import THREADS
from publishers import clients, registrations, registry
from publishers.contract import (
    Account,
    Adapter,
    App,
    Payload,
    Prepares,
    Published,
    Spec,
    TryLater,
)
from publishers.registrations import Door

PATIENCE = 60


@dataclass(frozen=True)
class Pace:
    """`cpu_ms` is of one call, by the clock of the thread that made it."""

    per_second: float
    cpu_ms: float
    count: int


@dataclass(frozen=True)
class Call:
    method: str
    url: str
    headers: Mapping[str, str]
    json: Any

    def make(self) -> None:
        answer = requests.request(
            self.method, self.url, headers=dict(self.headers), json=self.json, timeout=PATIENCE
        )
        if answer.status_code >= 300:
            raise RuntimeError(f"{self.url} answered {answer.status_code}: {answer.text[:200]}")


class Listener:
    """`contract.Http` that notes the request that would publish, and sends nothing.

    Only one that carries JSON: those are all that a limit is made of.
    """

    def __init__(self) -> None:
        self.heard: Call | None = None

    def send(self, method: str, url: str, **request: Any) -> TryLater:
        if request.pop("commits", False) and request.get("json") is not None:
            self.heard = Call(method, url, request["headers"], request["json"])
        return TryLater("Only listening.")


def platforms() -> list[str]:
    """Those where a text alone is published by one call with nothing before it."""
    return [spec.slug for spec in registry.specs() if _is_one_call(spec)]


def _is_one_call(spec: Spec) -> bool:
    listener, step, payload = Listener(), Memory(), Payload("Plain", (), "plain", timezone.now())
    somebody = Account("1", "bench", token="bench")
    app = App("", "", spec.api_url, spec.web_url)
    adapter = registry.adapter_for(spec.slug)(listener, app, somebody)
    if not spec.takes_words_alone or Door(spec.slug).registers:
        return False
    if isinstance(adapter, Prepares) and adapter.prepare(payload, step) is not None:
        return False
    adapter.publish(payload, step)
    return listener.heard is not None


def limit(places: Sequence[Place], count: int, threads: int) -> Pace:
    """Posts that nobody scheduled, made as fast as the platforms take them."""
    calls = []
    for number in range(count + threads):
        place, listener = places[number % len(places)], Listener()
        adapter = registry.adapter_for(place.channel.platform)(
            listener, registrations.app_for(Door(place.channel.platform)), place.account
        )
        _publish(adapter, _payload("Limit", number))
        if listener.heard is None:
            raise RuntimeError(f"The adapter of {place.channel.platform} made no call.")
        calls.append(listener.heard.make)
    return _pace(calls, threads)


def adapters(places: Sequence[Place], count: int, threads: int) -> Pace:
    """The same through the adapters, as a worker calls them."""
    return _pace(
        [_Publishing(places[n % len(places)], n).make for n in range(count + threads)], threads
    )


@dataclass(frozen=True)
class _Publishing:
    place: Place
    number: int

    def make(self) -> None:
        adapter = clients.adapter_for(self.place.channel.platform, self.place.account)
        outcome = _publish(adapter, _payload("Adapter", self.number))
        if not isinstance(outcome, Published):
            raise RuntimeError(f"{self.place.channel} did not take a post: {outcome}")


def _payload(label: str, number: int) -> Payload:
    return Payload(text(label, number), (), str(uuid.uuid4()), now())


def _publish(adapter: Adapter, payload: Payload) -> object:
    step = Memory()
    if isinstance(adapter, Prepares):
        adapter.prepare(payload, step)
    return adapter.publish(payload, step)


def _pace(calls: Sequence[Callable[[], None]], threads: int) -> Pace:
    """The first of each thread warms up."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(_cpu_of, calls[:threads]))
        started = time.monotonic()
        spent = sum(pool.map(_cpu_of, calls[threads:]))
        seconds = time.monotonic() - started
    count = len(calls) - threads
    return Pace(count / seconds, spent * 1000 / count, count)


def _cpu_of(call: Callable[[], None]) -> float:
    before = time.thread_time()
    call()
    return time.thread_time() - before


def pool_size(platforms: Collection[str]) -> int:
    """How many calls the product makes at once: what the limit is measured with."""
    return THREADS * len(platforms)
