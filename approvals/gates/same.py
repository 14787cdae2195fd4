"""The same text again on a channel, within some days before or after."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.gates.contract import Facts, Option, Said, Skip, Usual, found
from approvals.gates.reader import shown
from publishers.problems import Problem


class SameText(Usual):
    slug = "same"
    name = _("The same text again")
    says = _("A platform may hide, or refuse, what says the same as a post shortly before it.")
    options = (Option("days", _("Within so many days"), "number", 30, least=1, most=365),)

    def look(self, said: Said, ready: Mapping[str, Any], facts: Facts) -> Iterator[Problem | Skip]:
        other = facts.same.get((said.number, said.channel.pk))
        if other is not None:
            at = other.at.astimezone(said.zone)
            day, name, channel = f"{at.day} {at:%B}", shown(other.name), str(said.channel)
            message = f"“{name}” says the same on {channel}, on {day}."
            yield found("same_text", message, "Write it anew, or leave one of them out.")
