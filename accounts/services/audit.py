"""How long a team keeps its audit log, and letting go of what is older."""

from django.db import connection, transaction

from accounts import audit, refusals
from accounts.audit import About
from accounts.models import Team

AT_ONCE = 5000
# A tick must end before the next one begins; the rest waits for it.
ROUNDS = 20
# As the migration that guards the table has it.
_REFUSALS_DAYS = 365

_SWEEP = """
DELETE FROM accounts_auditentry WHERE id IN (
  SELECT id FROM accounts_auditentry
  WHERE {which} AND at < clock_timestamp() - make_interval(days => %s)
  ORDER BY at LIMIT %s)"""


def sweep() -> None:
    refusals.tell_left_out()
    for team in Team.objects.filter(audit_days__isnull=False).order_by("pk"):
        _sweep_team(team)
    _rounds("team_id IS NULL AND kind = 'refusal'", [], _REFUSALS_DAYS)


@transaction.atomic
def _sweep_team(team: Team) -> None:
    """What went is told in the same transaction, beside what stays."""
    gone = _rounds("team_id = %s", [team.pk], team.audit_days or 0)
    if gone:
        after = {"count": gone, "days": team.audit_days}
        about = About("team", team.pk, team.name)
        audit.write("audit.swept", team=team.pk, about=about, after=after)


def _rounds(which: str, given: list[int], days: int) -> int:
    gone = 0
    for _round in range(ROUNDS):
        some = _some(which, given, days)
        gone += some
        if some < AT_ONCE:
            break
    return gone


@transaction.atomic
def _some(which: str, given: list[int], days: int) -> int:
    with connection.cursor() as cursor:
        # Of this transaction alone: nobody else can delete meanwhile.
        cursor.execute("SELECT set_config('drumbeat.audit_sweep', 'on', true)")
        cursor.execute(_SWEEP.format(which=which), [*given, days, AT_ONCE])
        gone = int(cursor.rowcount)
        cursor.execute("SELECT set_config('drumbeat.audit_sweep', 'off', true)")
    return gone
