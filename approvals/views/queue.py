"""The review queue: what waits for me, what for others, what is late, and what was decided."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django_stubs_ext import StrOrPromise

from accounts.access import member_can
from accounts.http import TeamRequest
from approvals.queue import DECIDED, MINE, MOST, OTHERS, OVERDUE, VIEWS, Wanted, counts, page
from approvals.queueform import KINDS, QueueForm
from posts import reading
from posts.queries.values import every
from ui import htmx

_LABELS: dict[str, StrOrPromise] = {
    MINE: _("For me"),
    OTHERS: _("For others"),
    OVERDUE: _("Overdue"),
    DECIDED: _("Decided"),
}


@dataclass(frozen=True)
class Tab:
    key: str
    label: StrOrPromise
    query: str
    count: int

    @property
    def more(self) -> bool:
        return self.count > MOST

    @property
    def shown(self) -> int:
        return min(self.count, MOST)


@member_can("view")
@require_GET
def queue(request: TeamRequest) -> HttpResponse:
    """What waits for me, unless another part is asked for."""
    may_review = request.membership.can("review")
    form = QueueForm(request.GET, every(request.team, KINDS), view=MINE if may_review else OTHERS)
    wanted = form.wanted
    counted = counts(request.membership, wanted)
    context = {
        "wanted": wanted,
        "tabs": [Tab(key, _LABELS[key], _query(wanted, key), counted[key]) for key in VIEWS],
        "page": page(request.membership, wanted, reading.number(request.GET.get("page", ""))),
        "query": _query(wanted, wanted.view),
        "filter": form,
        "may_review": may_review,
        "choosing": may_review and wanted.view != DECIDED,
    }
    return htmx.partial(request, "approvals/queue.html", "review_list", context)


def _query(wanted: Wanted, view: str) -> str:
    """The address of a part, with what it is narrowed to."""
    said = {
        "view": view,
        "channel": wanted.channel,
        "author": wanted.author,
        "campaign": wanted.campaign,
    }
    return urlencode({name: value for name, value in said.items() if value})
