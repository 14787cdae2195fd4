"""Keeps how deliveries were received. Called by who measures them."""

from collections.abc import Iterable

from posts.models import Reception


def keep(rows: Iterable[Reception]) -> None:
    """Each delivery's figures in place of those before, in one statement."""
    Reception.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["delivery"],
        update_fields=["impressions", "engagements", "measured_at", "next_at"],
    )
