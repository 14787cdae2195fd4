"""Every address says who may open it, and has a test."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from tests.architecture import tree

# Pages by others, which guard themselves, and the simulated platforms, which are another site.
_OTHERS = ("accounts/", "admin/", "sandbox/")
TEAMLESS = {"public", "signed_in", "staff", "key"}


class Address(NamedTuple):
    name: str
    route: str
    view: object
    module: str


def addresses(
    resolver: URLResolver | None = None, namespace: str = "", prefix: str = ""
) -> Iterator[Address]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + (
            pattern.pattern._route
            if isinstance(pattern.pattern, RoutePattern)
            else str(pattern.pattern)
        )
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace or ""]))
            yield from addresses(pattern, inner, route)
        elif isinstance(pattern, URLPattern):
            name = ":".join(filter(None, [namespace, pattern.name or ""]))
            view = pattern.callback
            module = getattr(view, "__module__", "") or type(view).__module__
            yield Address(name, route, view, module)


def ours() -> list[Address]:
    found = [a for a in addresses() if not (a.route.startswith(_OTHERS) and not _by_us(a))]
    assert found
    return found


def _by_us(address: Address) -> bool:
    room = address.module.split(".")[0]
    return room in tree.ROOMS and not address.module.startswith("publishers.sandbox")


def policy(address: Address) -> str:
    return getattr(address.view, "access_policy", "")


def test_every_address_has_an_access_policy():
    bare = [a.route for a in ours() if not policy(a)]
    assert not bare, f"Mark the view with a guard of accounts.access: {bare}"


def test_a_teams_page_is_for_its_members():
    loose = [a.route for a in ours() if "<slug:team>" in a.route and policy(a) in TEAMLESS]
    assert not loose, f"Pages under /t/<team>/ need member_can: {loose}"
    teamless = [
        a.route for a in ours() if "<slug:team>" not in a.route and policy(a) not in {"", *TEAMLESS}
    ]
    assert not teamless, f"member_can needs <slug:team> in the address: {teamless}"


def test_every_address_is_named_and_has_a_test():
    said = "\n".join(path.read_text() for path in tree.files("tests", ".py"))
    untested = [
        a.name or a.route
        for a in ours()
        if not a.name or not re.search(rf"[\"']{re.escape(a.name)}[\"']", said)
    ]
    assert not untested, f"No test reverses these names: {sorted(untested)}"
