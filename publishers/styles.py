"""The platforms' colours as a stylesheet, made from the Specs: no other CSS names a platform."""

import hashlib
import re

from django.urls import reverse

from publishers import registry

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def sheet() -> str:
    """One rule per platform: whatever carries `data-platform` may use `--platform`."""
    return "".join(
        f'[data-platform="{spec.slug}"] {{ --platform: {spec.colour}; }}\n'
        for spec in registry.specs()
        if _HEX.fullmatch(spec.colour)
    )


def version() -> str:
    return hashlib.sha256(sheet().encode()).hexdigest()[:12]


def address() -> str:
    """With its version in the query, so that browsers may keep it for ever."""
    return f"{reverse('publishers:platforms_css')}?v={version()}"
