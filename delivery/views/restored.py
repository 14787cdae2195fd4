"""What a restored database has forgotten: posts that are looked up, and posts nobody knows."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from delivery.models import Rewind, Stray
from delivery.queries import standing
from delivery.services import instance as services
from ui.htmx import go, toast

PER_PAGE = 40


@member_can("view")
@require_GET
def restored(request: TeamRequest) -> HttpResponse:
    strays = standing.strays(request.team).select_related("channel")
    page = Paginator(strays, PER_PAGE).get_page(request.GET.get("page"))
    doubted = standing.doubted(request.team).select_related("post", "channel")
    rewind = Rewind.objects.first()
    lapsed = standing.lapsed(request.team, rewind)
    context = {
        "rewind": rewind,
        "lapsed": Paginator(lapsed, PER_PAGE).get_page(request.GET.get("lapsed")),
        "doubted": Paginator(doubted, PER_PAGE).get_page(request.GET.get("doubted")),
        "page": page,
        "may_publish": request.membership.can("publish"),
    }
    return render(request, "delivery/restored.html", context)


@member_can("publish")
@require_POST
def stray_noted(request: TeamRequest, pk: int) -> HttpResponse:
    """Somebody has looked at the channel. Noted twice, the first one stays."""
    stray = get_object_or_404(Stray.objects.for_team(request.team), pk=pk)
    services.note(stray, by=request.user)
    back = go(request, reverse("delivery:restored", args=[request.team.slug]))
    return toast(back, _("Noted"))
