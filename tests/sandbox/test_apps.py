"""The sandbox lets anybody in: it must refuse to start where that would matter."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.urls import get_resolver

from publishers import registry
from publishers.sandbox.registry import TWINS


def test_refuses_to_load_outside_the_sandbox(settings):
    settings.SANDBOX = False
    with pytest.raises(ImproperlyConfigured, match="must never run in production"):
        apps.get_app_config("sandbox").ready()
    del settings.SANDBOX
    with pytest.raises(ImproperlyConfigured):
        apps.get_app_config("sandbox").ready()


def test_every_address_is_marked():
    resolver = next(
        one for one in get_resolver().url_patterns if getattr(one, "app_name", "") == "sandbox"
    )

    def views(patterns):
        for pattern in patterns:
            nested = getattr(pattern, "url_patterns", None)
            yield from views(nested) if nested is not None else [pattern.callback]

    found = list(views(resolver.url_patterns))
    assert len(found) > 30
    assert all(view.access_policy == "sandbox" for view in found)


def test_each_twin_is_a_line():
    assert set(TWINS) == set(registry.ADAPTERS)
