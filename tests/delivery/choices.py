"""Rows that are chosen, and what is said and seen of them afterwards."""

import json
from datetime import timedelta

from django.utils import timezone

from posts.models import Delivery

TOMORROW = {"day": f"{timezone.now() + timedelta(days=1):%Y-%m-%d}", "time": "09:30"}


def chosen(*deliveries, **more) -> dict:
    return {"id": [delivery.pk for delivery in deliveries], **TOMORROW, **more}


def states(*deliveries) -> list[str]:
    found = dict(Delivery.objects.values_list("pk", "state"))
    return [found[delivery.pk] for delivery in deliveries]


def toast(response) -> dict:
    return json.loads(response.headers["HX-Trigger"])["drum:toast"]
