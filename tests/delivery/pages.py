"""Addresses of this room's pages, and what their answers are made of."""

from django.urls import reverse

from posts.models import Delivery

HTMX = {"HX-Request": "true"}
ACTS = ("retry", "cancel", "confirm", "drop", "reschedule")
CHOICES = ("retry", "live", "reschedule", "cancel", "hold", "resume")


def list_url(team, query: str = "") -> str:
    return reverse("delivery:list", args=[team.slug]) + query


def url(delivery: Delivery, act: str = "", *, team=None) -> str:
    name = f"delivery:delivery_{act}" if act else "delivery:delivery"
    return reverse(name, args=[(team or delivery.team).slug, delivery.pk])


def choice_url(team, act: str) -> str:
    return reverse(f"delivery:selection_{act}", args=[team.slug])


def partials(response) -> set[str]:
    return {template.name for template in response.templates}


def sections(response) -> dict[str, int]:
    return {section.place.key: section.total for section in response.context["sections"]}


def lanes(response) -> dict[str, int]:
    return {lane.key: lane.count for lane in response.context["overview"].lanes}
