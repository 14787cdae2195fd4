"""Tags and campaigns by the names that people write."""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Team
from posts.models import Campaign, Tag


def named[N: (Tag, Campaign)](model: type[N], team: Team, names: Iterable[str]) -> dict[str, N]:
    """Rows by their name in small letters, spelled as whoever came first did, also when two come
    at once. What is there already takes one statement.
    """
    wanted = {name.lower(): name for name in names}
    if not wanted:
        return {}
    rows = model.objects.for_team(team).annotate(small=Lower("name"))
    rows = rows.filter(Q(small__in=list(wanted)) | Q(name__in=list(wanted.values())))
    known: dict[str, N] = {row.name.lower(): row for row in rows}
    # In one order, so that two who add the same do not wait for each other.
    for low in sorted(wanted.keys() - known.keys()):
        found, _new = model.objects.get_or_create(
            team=team, name__iexact=wanted[low], defaults={"name": wanted[low]}
        )
        known[low] = found
    return known
