"""What a worker must know when it begins, by one statement that is written once.

Django would put the same joins and ninety columns together again for each delivery, which costs as
much as sending one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model

from posts import workflow
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
_FROM = f"""
SELECT clock_timestamp(), (
    SELECT a.not_before FROM posts_approval a
    WHERE a.post_id = d.post_id AND a.content_hash = d.content_hash AND a.revoked_at IS NULL
    LIMIT 1), {_COLUMNS}
FROM {{deliveries}} d
JOIN publishers_channel c ON c.id = d.channel_id
LEFT JOIN publishers_grant g ON g.channel_id = c.id
LEFT JOIN posts_revision r ON r.id = d.revision_id
"""
_READ = f"{_FROM.format(deliveries='posts_delivery')} WHERE d.id = %s"
_TAKE = f"""
WITH taken AS ({workflow.TAKE})
{_FROM.format(deliveries="taken")}
"""


class Begun(NamedTuple):
    """The delivery with its channel, grant and revision, at which time of the database, and from
    when its content is approved: None for at once.
    """

    delivery: Delivery
    clock: datetime
    allowed_from: datetime | None


def read(delivery_id: int) -> Begun:
    """As it is. Raises Delivery.DoesNotExist."""
    begun = _begun(_READ, delivery_id)
    if begun is None:
        raise Delivery.DoesNotExist
    return begun


def take(
    delivery_id: int, attempt_no: int, *, offered: str, owner: str, lease: timedelta
) -> Begun | None:
    """As it is once it is `owner`'s; None when the claim is no longer on offer."""
    return _begun(_TAKE, owner, lease, delivery_id, attempt_no, offered)


def _begun(statement: str, *given: Any) -> Begun | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        row = cursor.fetchone()
    if row is None:
        return None
    clock, allowed_from, *values = row
    made = _made(iter(values))
    delivery = next(made)
    assert isinstance(delivery, Delivery)
    # A missing one is known to be missing: nothing asks for it again.
    delivery.channel, grant, delivery.revision = next(made), next(made), next(made)
    Channel.grant.related.set_cached_value(delivery.channel, grant)
    return Begun(delivery, clock, allowed_from)


def _made(values: Iterator[Any]) -> Iterator[Any]:
    for model, names, converters in _shapes():
        given = list(islice(values, len(names)))
        for place, convert in converters:
            given[place] = convert(given[place], None, connection)
        yield model.from_db("default", names, given) if given[0] is not None else None


@cache
def _shapes() -> list[tuple[type[Model], list[str], list[tuple[int, Any]]]]:
    """Of each part the columns, and what makes a value of what is stored, by its place."""
    return [
        (
            model,
            [field.attname for field in model._meta.concrete_fields],
            [
                (place, field.from_db_value)
                for place, field in enumerate(model._meta.concrete_fields)
                if hasattr(field, "from_db_value")
            ],
        )
        for _alias, model in _PARTS
    ]
