"""How many posts a platform takes of one channel in a day, as its Spec declares it.

What is left of it at the moment is delivery's matter: this is known before anything is sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from publishers import registry
from publishers.contract import Spec

DAY = 86_400


@dataclass(frozen=True)
class Quota:
    """`aligned`: the day begins at midnight UTC; else it is any 24 hours."""

    platform: str
    most: int
    aligned: bool


def of_spec(spec: Spec) -> Quota | None:
    """The narrowest. What all channels of this installation share, one of them cannot exceed."""
    daily = [
        Quota(spec.slug, rate.limit // rate.cost, rate.aligned)
        for rate in spec.rates
        if rate.counts == "posts" and rate.seconds == DAY
    ]
    return min(daily, key=lambda quota: quota.most, default=None)


def known(platforms: Iterable[str] | None = None) -> list[Quota]:
    """Of all platforms, or of these; of those that declare none, nothing."""
    wanted = registry.ADAPTERS.keys() if platforms is None else set(platforms)
    return [
        quota
        for spec in registry.specs()
        if spec.slug in wanted and (quota := of_spec(spec)) is not None
    ]
