"""A Wednesday in December, for the database as well, as far as people's decisions ask it."""

from datetime import UTC, datetime, time

import pytest
import time_machine
from django.utils import timezone

from calendar_app.models import Slot
from posts import clock

NOW = datetime(2026, 12, 9, 14, 20, tzinfo=UTC)


@pytest.fixture
def wednesday(monkeypatch):
    monkeypatch.setattr(clock, "ask", timezone.now)
    with time_machine.travel(NOW, tick=True):
        yield NOW


@pytest.fixture
def give():
    """`give(channel, "09:30", days=(0, 2))`: slots of that channel's week."""

    def slots(channel, *times: str, days=range(7)):
        return Slot.objects.bulk_create(
            Slot(team=channel.team, channel=channel, weekday=day, at=time.fromisoformat(at))
            for day in days
            for at in times
        )

    return slots


@pytest.fixture
def free_team(team):
    """A team that asks for no review."""
    team.review_required = False
    team.save(update_fields=["review_required"])
    return team
