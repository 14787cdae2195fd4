"""An open composer says that it is open, and hears who else has the post open."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts.models import Post
from posts.queries.presence import others
from posts.services.presence import beat


@member_can("write")
@require_POST
def presence(request: TeamRequest, post_id: int) -> HttpResponse:
    posts = Post.objects.for_team(request.team).select_related("team")
    post = get_object_or_404(posts, pk=post_id)
    beat(post=post, user=request.user)
    return render(request, "posts/presence.html#others", {"others": others(post, request.user)})
