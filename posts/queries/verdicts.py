"""What gates said of a version when they last looked at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from posts.models import Post, Verdict

_WORST = (Verdict.Outcome.BLOCKED, Verdict.Outcome.WARNED, Verdict.Outcome.SKIPPED)


@dataclass(frozen=True)
class Told:
    """`said`: the worst first; `passed`: how many gates found nothing. `apart`: it is not said of
    one channel alone.
    """

    said: Sequence[Verdict]
    passed: int
    when: str

    @property
    def apart(self) -> bool:
        return len({verdict.channel_id for verdict in self.said if verdict.channel_id}) > 1


def told(post: Post, content_hash: str) -> Told | None:
    """None where nobody has looked at exactly this. In one statement."""
    rows = Verdict.objects.filter(post=post, revision__content_hash=content_hash)
    latest = rows.order_by("-at").values("at")[:1]
    found = list(rows.filter(at=latest).select_related("channel"))
    if not found:
        return None
    said = [row for row in found if row.outcome != Verdict.Outcome.PASSED]
    said.sort(key=lambda row: (_WORST.index(Verdict.Outcome(row.outcome)), row.pk))
    return Told(said, len(found) - len(said), found[0].get_when_display())
