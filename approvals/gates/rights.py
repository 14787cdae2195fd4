"""Whether the team may publish its pictures and videos, also on the day on which it does."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.gates.contract import Facts, Option, Said, Skip, Usual, found
from approvals.gates.reader import shown
from publishers.problems import Problem


class RightsOfMedia(Usual):
    slug = "rights"
    name = _("Rights to pictures and videos")
    says = _("What is said of them in the library: made by us, or licensed, and until when.")
    options = (
        Option(
            "said",
            _("The library must say why each may be published"),
            "flag",
            True,
            _("Without it only rights that have ended are pointed out."),
        ),
    )

    def look(self, said: Said, ready: Mapping[str, Any], facts: Facts) -> Iterator[Problem | Skip]:
        day = (said.due or said.now).astimezone(said.zone).date()
        for picture in said.media:
            rights = facts.rights.get(picture["asset"])
            if rights is None:
                continue
            name = shown(rights.name)
            if ready["said"] and not rights.said:
                message = f"Nobody has said why “{name}” may be published."
                yield found("rights_unsaid", message, "Say it in the library, or take it out.")
            if rights.until is not None and rights.until < day:
                ends = f"{rights.until.day} {rights.until:%B}"
                message = f"The rights to “{name}” end on {ends}."
                fix = "Publish it before then, say a later day in the library, or take it out."
                yield found("rights_end", message, fix)
