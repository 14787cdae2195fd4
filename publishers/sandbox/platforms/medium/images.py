"""Pictures on Medium: uploaded one by one, and then anybody's who has the address."""

import re
import secrets

from django.http import HttpResponse
from django.urls import reverse

from publishers.sandbox import pictures
from publishers.sandbox.models import Picture
from publishers.sandbox.platforms.medium.errors import invalid
from publishers.sandbox.twin import Asked, answer

TYPES = ("image/jpeg", "image/png", "image/gif")


def upload(asked: Asked) -> HttpResponse:
    file = asked.request.FILES.get("image")
    if file is None:
        raise invalid("An image is required.")
    data = file.read()
    shape = pictures.examine(data)
    if shape is None or shape.mime not in TYPES or file.content_type not in TYPES:
        raise invalid("The image is of a kind that is not supported.")
    row = pictures.fill(Picture(account=asked.who, remote_id=secrets.token_hex(8)), data, shape)
    url = asked.request.build_absolute_uri(reverse("sandbox:picture", args=[row.pk]))
    return answer({"data": {"url": url, "md5": row.digest[:32]}}, 201)


def number_in(url: str) -> int:
    """The row of the picture at an address that was given out; 0: another one."""
    found = re.search(r"/sandbox/pictures/(\d{1,18})/$", url)
    return int(found[1]) if found else 0
