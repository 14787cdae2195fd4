"""Acts on the posts that were chosen about when they go out, and about their stage."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.forms import MoveAllForm, ShiftForm, StageForm
from calendar_app.services.selection import Moving, Shifting, Unscheduling
from calendar_app.services.staging import Staging
from calendar_app.views.shown import zone_shown
from posts.views.selected import Sort, selected


@member_can("schedule")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_move(request: TeamRequest) -> HttpResponse:
    def make(form: MoveAllForm) -> Moving:
        said = form.cleaned_data
        return Moving(request.team, said["day"], zone_shown(), said["time"])

    return selected(request, Sort(_("Move to a day"), _("Move"), make, MoveAllForm, zoned=True))


@member_can("schedule")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_shift(request: TeamRequest) -> HttpResponse:
    def make(form: ShiftForm) -> Shifting:
        said = form.cleaned_data
        day, at = said["day"], said["time"]
        timeless = Moving(request.team, day, zone_shown(), at) if day else None
        return Shifting(request.team, said["days"], said["hours"], timeless)

    title = _("Shift by days and hours")
    return selected(request, Sort(title, _("Shift"), make, ShiftForm, zoned=True))


@member_can("schedule")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_unschedule(request: TeamRequest) -> HttpResponse:
    press = _("Take off the schedule")
    sort = Sort(_("Cancel the schedule"), press, lambda _form: Unscheduling(), zoned=True)
    return selected(request, sort)


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_stage(request: TeamRequest) -> HttpResponse:
    def make(form: StageForm) -> Staging:
        return Staging(form.cleaned_data["to"])

    final = _("There is no undo: each is moved back by hand.")
    sort = Sort(_("Move to another stage"), _("Move"), make, StageForm, final=final)
    return selected(request, sort)
