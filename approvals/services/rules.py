"""Changing what a team's gates go by."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.audit import About
from accounts.models import Team, User
from approvals import rules
from approvals.gates.contract import Gate
from approvals.models import Ruleset
from notifications.live import announce


@transaction.atomic
def set_gate(*, team: Team, gate: Gate, said: Mapping[str, Any], by: User) -> Ruleset | None:
    """From now on. `said`: its mode, its options, and the same of single channels. What is the same
    as before is no new row.
    """
    held = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    document = dict(rules.document_of(held))
    was = document.get(gate.slug, {})
    if was == said:
        return None
    document[gate.slug] = dict(said)
    made = Ruleset.objects.create(team=held, document=document, by=by)
    Team.objects.filter(pk=held.pk).update(gates=made.pk)
    team.gates = made.pk
    before, after = audit.changed(_told(was), _told(said))
    about = About("gate", None, f"“{gate.name}”")
    audit.write("gate.set", team=team.pk, by=by, about=about, before=before, after=after)
    announce(team.pk, "gates")
    return made


def _told(said: Mapping[str, Any]) -> dict[str, Any]:
    """One field each, so that the log shows what differs."""
    channels = {f"channel {pk}": own for pk, own in said.get("channels", {}).items()}
    return {"mode": said.get("mode", ""), **said.get("options", {}), **channels}
