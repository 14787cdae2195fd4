"""Acts on the posts that were chosen that are about review."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from accounts.places import address
from approvals.models import Decision
from approvals.selectionforms import ChangesForm, RejectForm
from approvals.services.decide import Trace
from approvals.services.selection import Approving, Asking, Rejecting, RequestingChanges
from posts.views.selected import Sort, selected


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_submit(request: TeamRequest) -> HttpResponse:
    title = _("Send for review")
    final = _("Mails go out with it. To take one back, withdraw its review.")
    sort = Sort(title, title, lambda _form: Asking(request.team), final=final)
    return selected(request, sort)


@member_can("review")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_approve(request: TeamRequest) -> HttpResponse:
    act = Approving(request.membership, _trace(request))
    final = _("An answer can be taken back until publishing starts.")
    return selected(request, Sort(_("Approve"), _("Approve"), lambda _form: act, final=final))


@member_can("review")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_changes(request: TeamRequest) -> HttpResponse:
    def make(form: ChangesForm) -> RequestingChanges:
        comment = form.cleaned_data["comment"]
        return RequestingChanges(request.membership, _trace(request), comment=comment)

    title = _("Request changes")
    final = _("An answer can be taken back until publishing starts.")
    return selected(request, Sort(title, title, make, ChangesForm, final=final))


@member_can("review")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_reject(request: TeamRequest) -> HttpResponse:
    def make(form: RejectForm) -> Rejecting:
        comment = form.cleaned_data["comment"]
        return Rejecting(request.membership, _trace(request), comment=comment)

    final = _("An answer can be taken back until publishing starts.")
    sort = Sort(_("Reject"), _("Reject"), make, RejectForm, danger=True, final=final)
    return selected(request, sort)


def _trace(request: TeamRequest) -> Trace:
    agent = request.headers.get("User-Agent", "")
    return Trace(Decision.Via.PAGE, address(request), agent)
