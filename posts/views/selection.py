"""Acts on the posts that were chosen that change what belongs to them."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from posts.selectionforms import ChannelForm, PersonForm, TagForm
from posts.services.edits import Assigning, Channelling, Tagging, Trashing
from posts.views.selected import Sort, selected


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_tags(request: TeamRequest) -> HttpResponse:
    def make(form: TagForm) -> Tagging:
        return Tagging(form.cleaned_data["tags"], off=form.off)

    return selected(request, Sort(_("Tags"), _("Change the tags"), make, TagForm))


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_channels(request: TeamRequest) -> HttpResponse:
    def make(form: ChannelForm) -> Channelling:
        return Channelling(form.cleaned_data["channel"], off=form.off)

    return selected(request, Sort(_("Channels"), _("Change the channels"), make, ChannelForm))


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_assign(request: TeamRequest) -> HttpResponse:
    def make(form: PersonForm) -> Assigning:
        return Assigning(form.cleaned_data["person"])

    return selected(request, Sort(_("Assign"), _("Assign"), make, PersonForm))


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def selection_delete(request: TeamRequest) -> HttpResponse:
    sort = Sort(_("Move to trash"), _("Move to trash"), lambda _form: Trashing(), danger=True)
    return selected(request, sort)
