"""The platforms of this installation: one line each."""

import os

from django.conf import settings

from publishers.adapters.bluesky import Bluesky
from publishers.adapters.linkedin import LinkedIn
from publishers.adapters.x import X
from publishers.contract import Adapter, App, Reconcile, Spec

_ADAPTERS: tuple[type[Adapter], ...] = (
    X,
    LinkedIn,
    Bluesky,
)
ADAPTERS: dict[str, type[Adapter]] = {adapter.spec.slug: adapter for adapter in _ADAPTERS}


def adapter_for(slug: str) -> type[Adapter]:
    return ADAPTERS[slug]


def specs() -> list[Spec]:
    return [adapter.spec for adapter in ADAPTERS.values()]


def spec_for(slug: str) -> Spec:
    return ADAPTERS[slug].spec


def reconcile_of(slug: str, kind: str) -> Reconcile:
    """Of an account of this kind; on a platform that is gone only a person can look."""
    adapter = ADAPTERS.get(slug)
    return adapter.spec.reconcile_of(kind) if adapter else "ask"


def app_for(slug: str) -> App:
    """Read at each call, so that a test or an administrator can change the environment."""
    spec, prefix = spec_for(slug), f"{settings.PLATFORM_ENV_PREFIX}{slug.upper()}"
    sandbox = f"{settings.SANDBOX_URL}/{slug}" if settings.SANDBOX else ""
    api_url = os.environ.get(f"{prefix}_API_URL", sandbox) or spec.api_url
    return App(
        client_id=os.environ.get(f"{prefix}_CLIENT_ID", "drumbeat" if sandbox else ""),
        client_secret=os.environ.get(f"{prefix}_CLIENT_SECRET", "sandbox" if sandbox else ""),
        api_url=api_url,
        web_url=os.environ.get(f"{prefix}_WEB_URL", "")
        or (api_url if api_url != spec.api_url else spec.web_url),
    )
