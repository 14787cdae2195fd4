"""The boards of an account: each has the same few. How all lists are told, page by page."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox.models import Account
from publishers.sandbox.platforms.pinterest.errors import invalid, needs
from publishers.sandbox.twin import Asked, answer

NAMES = ("Tide tables", "Harbour walks", "Recipes")
USUAL, MOST = 25, 250


def of(who: Account) -> dict[str, str]:
    """Names by number."""
    return {f"{who.remote_id}{n:02}": name for n, name in enumerate(NAMES, 1)}


def listed(asked: Asked) -> HttpResponse:
    needs(asked, "boards:read")
    rows = [shown(asked.who, number, name) for number, name in of(asked.who).items()]
    return page(asked, rows)


def shown(who: Account, number: str, name: str) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "description": "",
        "privacy": "PUBLIC",
        "owner": {"username": who.handle},
        "pin_count": who.posts.public().filter(body__board_id=number).count(),
    }


def page(asked: Asked, rows: list[dict[str, Any]]) -> HttpResponse:
    said, first = asked.request.GET.get("page_size", str(USUAL)), asked.request.GET.get("bookmark")
    if not said.isdecimal() or not 1 <= int(said) <= MOST:
        raise invalid(f"Parameter 'page_size' was {said}")
    if first is not None and not first.isdecimal():
        raise invalid("Parameter 'bookmark' is unknown")
    begin, size = int(first or 0), int(said)
    more = str(begin + size) if len(rows) > begin + size else None
    return answer({"items": rows[begin : begin + size], "bookmark": more})
