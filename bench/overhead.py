"""What an adapter costs beside its requests: the same requests, to the letter, by bare `requests`.

One thread, real HTTP to the simulated platforms, and the CPU time of that thread: how long they
take to answer is not in it.
"""

import hashlib
import statistics
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Any

import requests
from PIL import Image

from bench import gauges
from bench.posting import through
from bench.world import Place, now, places, text
from publishers import clients
from publishers.contract import (
    Adapter,
    Http,
    Media,
    Payload,
    Processing,
    Published,
    Spec,
)
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import Picture

WARM = 3
PATIENCE = 60
# Some platforms take ten posts a day of an account.
PER_ACCOUNT = 5
# JPEG, as every platform with pictures takes it.
MIME = "image/jpeg"


@dataclass
class Noted:
    """`contract.Http` that hands on what it is given, and keeps it to be sent again."""

    http: Http
    calls: "list[Bare]" = field(default_factory=list)

    def send(self, method: str, url: str, **given: Any) -> Any:
        whole = {name: _whole(value) for name, value in given.items()}
        self.calls.append(_bare(method, url, whole))
        return self.http.send(method, url, **whole)


def _whole(value: Any) -> Any:
    """Streams as bytes, so that they can be sent twice."""
    if isinstance(value, Mapping):
        return {name: _whole(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_whole(part) for part in value)
    return value.read() if hasattr(value, "read") else value


type Bare = Callable[[requests.Session], object]


def _bare(method: str, url: str, given: Mapping[str, Any]) -> Bare:
    data, length = given.get("data"), given.get("length")
    if isinstance(data, bytes) and length is not None:
        data = data[:length]
    kept: dict[str, Any] = {
        name: given.get(name) for name in ("headers", "params", "json", "files")
    }
    body = given.get("form") if data is None else data
    return lambda session: session.request(method, url, data=body, timeout=PATIENCE, **kept)


def figures(
    specs: Sequence[Spec], count: int, options: Mapping[str, str], address: str
) -> dict[str, Any]:
    """Milliseconds of CPU per post, by platform; `address` is where the platforms' site is."""
    before, found = gauges.read({}), {}
    films = [spec for spec in specs if spec.limits.media_least and not spec.limits.images]
    for spec in specs:
        if spec in films:
            continue
        needed = -(-2 * (count + WARM) // PER_ACCOUNT)
        label = f"For {spec.slug}"
        there = places(needed, teams=1, platforms=[spec.slug], latency_ms=0, label=label)
        Simulated.objects.update(processing_seconds=0.0)
        found[spec.slug] = _of(spec, there, count, options, address)
    return {
        "posts": count,
        "platforms": found,
        "only_for_films": [spec.slug for spec in films],
        "slowest_overhead_ms": max((one["overhead_ms"] for one in found.values()), default=0.0),
        "busy_elsewhere": gauges.read({}).since(before).elsewhere,
        "machine": gauges.machine(),
    }


def _of(
    spec: Spec, there: Sequence[Place], count: int, options: Mapping[str, str], address: str
) -> dict[str, float]:
    each = count + WARM
    posts = [
        (there[n // PER_ACCOUNT], _payload(spec, n, options, address)) for n in range(2 * each)
    ]
    by_us = [_cpu_of(partial(_publish_anew, *one)) for one in posts[:each]]
    noted = [_noted(*one) for one in posts[each:]]
    bare = [_cpu_of(partial(_all_of, calls)) for calls in noted]
    ours, theirs = (1000 * statistics.mean(spent[WARM:]) for spent in (by_us, bare))
    return {
        "calls": round(statistics.mean(len(calls) for calls in noted[WARM:]), 1),
        "cpu_ms": round(ours, 2),
        "bare_ms": round(theirs, 2),
        "overhead_ms": round(ours - theirs, 2),
    }


def _publish_anew(there: Place, payload: Payload) -> None:
    _publish(_adapter(there), payload)


def _all_of(calls: Sequence[Bare]) -> None:
    """On connections that are kept, as ours are."""
    with requests.Session() as session:
        for call in calls:
            call(session)


def _adapter(there: Place) -> Adapter:
    return clients.adapter_for(there.channel.platform, there.account)


def _noted(there: Place, payload: Payload) -> Sequence[Bare]:
    adapter = _adapter(there)
    adapter.http = noted = Noted(adapter.http)
    _publish(adapter, payload)
    return noted.calls


def _publish(adapter: Adapter, payload: Payload) -> None:
    outcome, _broke = through(adapter, payload)
    if not isinstance(outcome, Published | Processing):
        raise RuntimeError(f"{adapter.spec.name} did not take a post: {outcome}")


def _payload(spec: Spec, number: int, options: Mapping[str, str], address: str) -> Payload:
    """A text with a picture, where the platform takes one."""
    known = {option.name for option in spec.options}
    return Payload(
        text("Adapter", number),
        (_picture(number, address),) if spec.limits.images else (),
        str(uuid.uuid4()),
        now(),
        title=f"Buoy {number}" if spec.limits.title else "",
        options={name: value for name, value in options.items() if name in known},
    )


def _picture(number: int, address: str) -> Media:
    """Of a colour of its own; at an address, for those who fetch it."""
    out = BytesIO()
    Image.new("RGB", (320, 320), (number % 256, 110, 150)).save(out, "JPEG")
    content = out.getvalue()
    owner = Simulated.objects.order_by("pk").first()
    row = Picture(account=owner, remote_id=f"bench-{uuid.uuid4()}", mime=MIME)
    row.data, row.size = content, len(content)
    row.save()
    return Media(
        sha256=hashlib.sha256(content).hexdigest(),
        mime=MIME,
        width=320,
        height=320,
        size=len(content),
        alt="A buoy",
        read=lambda: content,
        url=f"{address}/sandbox/pictures/{row.pk}/",
    )


def _cpu_of(work: Callable[[], object]) -> float:
    before = time.thread_time()
    work()
    return time.thread_time() - before
