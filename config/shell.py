"""What the frame around every team page shows: teams to switch to, and counts beside the navigation."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    team = getattr(request, "team", None)
    return {"team": team, "membership": getattr(request, "membership", None)}
