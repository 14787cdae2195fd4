"""The posts that a page shows, as a file."""

from itertools import chain

from django.http import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from posts.exportform import ExportForm
from posts.models import Post
from posts.queries import exporting
from posts.queries.filters import narrow
from ui.handout import handed_out


@member_can("view")
@require_GET
def export(request: TeamRequest, ending: str) -> HttpResponseBase:
    """The posts that the page's query names; what it says of other things is not asked here."""
    wanted = ExportForm(request.GET, team=request.team).wanted
    posts = narrow(Post.objects.for_team(request.team), request.team, wanted.filters)
    posts = wanted.within(posts, request.team)
    sheet = exporting.sheet(posts, request.team)
    said = exporting.cut_off(sheet)
    rows = chain([sheet.headings], sheet.rows, [[said]] if said else [])
    name = f"{request.team.slug}-posts-{timezone.localdate()}"
    return handed_out(request, ending, name=name, rows=rows)
