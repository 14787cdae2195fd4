"""Looking for a post by its words: a page of its own, and the list of the command palette."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from posts import reading
from posts.queries import find as queries
from ui.htmx import partial


@member_can("view")
@require_GET
def find(request: TeamRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    if reading.unstorable(text):
        text = ""
    context = {"q": text, "asked": text.lower(), "hits": queries.find(request.team, text)}
    return partial(request, "posts/find.html", "found", context)
