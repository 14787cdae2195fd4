"""The accounts of one simulated platform; the usual ones appear when they are first asked for."""

from django.db import transaction
from django.db.models import QuerySet

from publishers.sandbox.models import Account
from publishers.sandbox.twin import Twin


def of(twin: Twin) -> QuerySet[Account]:
    rows = Account.objects.filter(platform=twin.slug)
    if not rows.exists():
        seed(twin)
    return rows


def find(twin: Twin, name: str) -> Account | None:
    """By handle or by the platform's own id, as addresses on the web use both."""
    if "\0" in name:
        return None
    rows = of(twin)
    return rows.filter(handle__iexact=name).first() or rows.filter(remote_id=name).first()


@transaction.atomic
def seed(twin: Twin) -> None:
    made = {one.handle: add(twin, one.handle, one.name, kind=one.kind) for one in twin.seeds}
    for one in twin.seeds:
        for handle in one.runs:
            made[handle].administrators.add(made[one.handle])


def add(
    twin: Twin,
    handle: str,
    name: str,
    *,
    kind: Account.Kind = Account.Kind.PERSON,
    password: str = "",
) -> Account:
    """The account of that handle, made now if there is none."""
    fresh = {
        "name": name or handle,
        "kind": kind,
        "password": password or twin.sample_password,
        "remote_id": twin.new_account_id(kind),
    }
    return Account.objects.get_or_create(platform=twin.slug, handle=handle, defaults=fresh)[0]
