"""What a worker must know when it begins, by one statement that is written once.

Django would put the same joins and ninety columns together again for each delivery, which costs as
much as sending one.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from posts.models import Delivery, Revision
from publishers.models import Channel, Grant

_PARTS: tuple[tuple[str, type[Model]], ...] = (
    ("d", Delivery),
    ("c", Channel),
    ("g", Grant),
    ("r", Revision),
)
_COLUMNS = ", ".join(
    f'{alias}."{field.column}"' for alias, model in _PARTS for field in model._meta.concrete_fields
)
_READ = f"""
SELECT clock_timestamp(), (
    SELECT a.not_before FROM posts_approval a
    WHERE a.post_id = d.post_id AND a.content_hash = d.content_hash AND a.revoked_at IS NULL
    LIMIT 1), {_COLUMNS}
FROM posts_delivery d
JOIN publishers_channel c ON c.id = d.channel_id
LEFT JOIN publishers_grant g ON g.channel_id = c.id
LEFT JOIN posts_revision r ON r.id = d.revision_id
WHERE d.id = %s
"""


def read(delivery_id: int) -> tuple[Delivery, datetime, datetime | None]:
    """The delivery with its channel, grant and revision; the database's time; and from when its
    content is approved, None for at once. Raises Delivery.DoesNotExist.
    """
    with connection.cursor() as cursor:
        cursor.execute(_READ, [delivery_id])
        row = cursor.fetchone()
    if row is None:
        raise Delivery.DoesNotExist
    clock, allowed_from, *values = row
    made = _made(iter(values))
    delivery = next(made)
    assert isinstance(delivery, Delivery)
    # A missing one is known to be missing: nothing asks for it again.
    delivery.channel, grant, delivery.revision = next(made), next(made), next(made)
    Channel.grant.related.set_cached_value(delivery.channel, grant)
    return delivery, clock, allowed_from


def _made(values: Iterator[Any]) -> Iterator[Any]:
    for _alias, model in _PARTS:
        fields = model._meta.concrete_fields
        given = [_converted(field, next(values)) for field in fields]
        known = given[0] is not None
        yield model.from_db("default", [f.attname for f in fields], given) if known else None


def _converted(field: Any, value: Any) -> Any:
    convert = getattr(field, "from_db_value", None)
    return convert(value, None, connection) if convert else value
