"""A post at a glance: what the calendar shows beside a chip that is pointed at or focused."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from posts.models import Post
from posts.queries.cards import cards
from ui.htmx import partial

PAGE = "calendar_app/peek.html"


@member_can("view")
@require_GET
def post_peek(request: TeamRequest, post_id: int) -> HttpResponse:
    post = get_object_or_404(Post.objects.for_team(request.team).only("pk"), pk=post_id)
    card = cards(request.team, [post.pk], states=True).get(post.pk)
    if card is None:  # trashed since
        raise Http404
    status = card.status(card.states, at_risk=card.at_risk)
    return partial(request, PAGE, "peek_card", {"card": card, "status": status})
