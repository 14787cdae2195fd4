"""Days without posts: kept by people, and asked about whenever a time is chosen."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Team
from accounts.services.teams import take_turns
from notifications.live import announce
from posts import audited
from posts.errors import BadTime, IllegalMove
from posts.models import Blackout
from posts.times import Moment
from ui import dates

MOST = 200


def require_open(team: Team, *moments: Moment) -> None:
    """Raises BadTime with the name of the blackout that forbids one of them. One statement."""
    require_none(Blackout.objects.for_team(team).filter(blocks=True), team, *moments)


def require_none(blackouts: Iterable[Blackout], team: Team, *moments: Moment) -> None:
    """The same of blackouts that are at hand; those that do not block forbid nothing."""
    closed = [blackout for blackout in blackouts if blackout.blocks]
    for moment in moments if closed else ():
        day = moment.at.astimezone(team.zone).date()
        found = next((blackout for blackout in closed if blackout.covers(day)), None)
        if found is not None:
            raise BadTime(
                _("Nothing goes out on %(day)s: “%(name)s”. Choose another day.")
                % {"day": dates.written(day, "D j M"), "name": found}
            )


@transaction.atomic
def add(
    *, team: Team, name: str, starts_on: date, ends_on: date, yearly: bool, blocks: bool
) -> Blackout:
    """Raises IllegalMove for the same once more, or one too many. What is planned there stays."""
    take_turns(team)
    if Blackout.objects.for_team(team).count() >= MOST:
        raise IllegalMove(_("At most %(n)s of them. Remove one first.") % {"n": MOST})
    days = {"name": name, "starts_on": starts_on, "ends_on": ends_on}
    try:
        with transaction.atomic():
            made = Blackout.objects.create(team=team, yearly=yearly, blocks=blocks, **days)
    except IntegrityError:
        raise IllegalMove(_("“%(name)s” is there already.") % {"name": name}) from None
    audited.thing(made, "blackout.add", team=team.pk, after={**days, "blocks": blocks})
    announce(team.pk, "calendar")
    return made


@transaction.atomic
def remove(*, blackout: Blackout) -> None:
    before = {"starts_on": blackout.starts_on, "ends_on": blackout.ends_on}
    audited.thing(blackout, "blackout.remove", team=blackout.team_id, before=before)
    blackout.delete()
    announce(blackout.team_id, "calendar")
