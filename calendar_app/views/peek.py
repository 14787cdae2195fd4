"""A post at a glance: what the calendar shows beside a chip that is pointed at or focused."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from posts.queries.cards import cards
from posts.queries.status import status_of
from ui.htmx import partial

PAGE = "calendar_app/peek.html"


@member_can("view")
@require_GET
def post_peek(request: TeamRequest, post_id: int) -> HttpResponse:
    card = cards(request.team, [post_id], states=True).get(post_id)
    if card is None:
        raise Http404
    status = status_of(card.post.stage, card.states, at_risk=card.at_risk)
    return partial(request, PAGE, "peek_card", {"card": card, "status": status})
