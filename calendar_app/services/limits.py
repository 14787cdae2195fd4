"""How many posts a team wants in each column at most."""

from collections.abc import Mapping

from django.db import transaction

from accounts import audit
from accounts.models import Team
from calendar_app.models import StageLimit
from notifications.live import announce


@transaction.atomic
def set_limits(*, team: Team, most: Mapping[str, int | None]) -> None:
    """By column; None takes a limit away."""
    before = dict(StageLimit.objects.for_team(team).values_list("column", "most"))
    for column, number in most.items():
        if number is None:
            StageLimit.objects.for_team(team).filter(column=column).delete()
        else:
            StageLimit.objects.update_or_create(team=team, column=column, defaults={"most": number})
    audit.write("limits.set", team=team.pk, before=before, after=most)
    announce(team.pk, "board")
