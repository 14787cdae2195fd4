"""Pictures and videos without a description, where the platform has room for one."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.gates.contract import Facts, Mode, Said, Skip, Usual
from approvals.gates.platform import ALT
from publishers.problems import Problem


class Alt(Usual):
    slug = "alt"
    name = _("Descriptions of pictures")
    says = _("People who cannot see a picture or video hear its description instead.")
    usual: Mode = "warn"
    by_channel = True

    def look(self, said: Said, ready: Any, facts: Facts) -> Iterator[Problem | Skip]:
        yield from (problem for problem in said.limits if problem.code == ALT)
