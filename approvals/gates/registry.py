"""Every gate, in the order in which pages show them. A new one is a file and a line here."""

from collections.abc import Sequence

from approvals.gates.alt import Alt
from approvals.gates.banned import Banned
from approvals.gates.contract import Gate
from approvals.gates.hashtags import Hashtags
from approvals.gates.links import Links
from approvals.gates.platform import Platform
from approvals.gates.reading import Reading
from approvals.gates.required import Required
from approvals.gates.rights import RightsOfMedia
from approvals.gates.same import SameText

_GATES: Sequence[Gate] = (
    Platform(),
    Alt(),
    Banned(),
    Required(),
    Links(),
    Hashtags(),
    SameText(),
    Reading(),
    RightsOfMedia(),
)
GATES: dict[str, Gate] = {gate.slug: gate for gate in _GATES}
