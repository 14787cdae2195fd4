"""What the platforms take. Their limits hold whatever a team chooses; it chooses about warnings."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.gates.contract import Facts, Mode, Said, Skip, Usual
from posts import gatekeeper
from publishers.problems import Problem

# Has a gate of its own.
ALT = "alt_missing"


class Platform(Usual):
    slug = gatekeeper.PLATFORM
    name = _("Limits of the platforms")
    says = _(
        "What a platform would refuse always stops a post. Choose what becomes of the rest, such "
        "as a picture that a platform gets much smaller."
    )
    usual: Mode = "warn"
    always = True

    def look(self, said: Said, ready: Any, facts: Facts) -> Iterator[Problem | Skip]:
        yield from (problem for problem in said.limits if problem.code != ALT)
