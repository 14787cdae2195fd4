"""After a time in which nothing was published: what becomes of all that waits, in one decision."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from delivery.forms import TimeForm, first_error
from delivery.models import Outage
from delivery.services import outages
from delivery.views.answers import answered, decided
from ui import dates
from ui.spoken import spoken


@member_can("publish")
@require_POST
def outage_paced(request: TeamRequest, pk: int) -> HttpResponse:
    return decided(request, _("Going out one by one"), outages.publish_paced, outage=pk)


@member_can("publish")
@require_POST
def outage_reschedule(request: TeamRequest, pk: int) -> HttpResponse:
    get_object_or_404(Outage, pk=pk)
    form = TimeForm(request.POST, auto_id="outage-%s")
    if not form.is_valid():
        return answered(request, first_error(form), 422, outage_form=form)
    moment = form.moment(timezone.get_current_timezone_name())
    at = dates.written(moment.local, "D j M, H:i")
    words = spoken(moment.note) or _("From %(time)s on") % {"time": at}
    typed = {"outage_form": form}
    return decided(request, words, outages.reschedule, typed, outage=pk, at=moment)


@member_can("publish")
@require_POST
def outage_drop(request: TeamRequest, pk: int) -> HttpResponse:
    return decided(request, _("Dropped"), outages.drop, outage=pk)
