"""Sending one post for review: who will be asked, and asking them."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from approvals import outlook
from approvals.errors import NobodyToAsk
from approvals.forms import AskForm
from approvals.models import Review
from approvals.services.ask import ask
from posts import states
from posts.errors import NotReady, PostsError
from posts.models import Post
from posts.states import Stage
from ui.htmx import toast


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def post_review(request: TeamRequest, post_id: int) -> HttpResponse:
    """Who will be asked; a POST asks. htmx gets a toast, a form goes back to where it came from."""
    found = Post.objects.for_team(request.team).select_related("team", "author")
    post = get_object_or_404(found, pk=post_id)
    if request.method != "POST":
        return _question(request, post)
    form = AskForm(request.POST)
    if not form.is_valid():
        return refused(request, post, str(form.errors["note"][0]), 422)
    try:
        asked = ask(post=post, by=request.user, note=form.cleaned_data["note"])
    except (NotReady, NobodyToAsk) as error:
        return refused(request, post, str(error), 422)
    except PostsError as error:
        return refused(request, post, str(error), 409)
    return _done(request, post, asked)


def _question(request: TeamRequest, post: Post) -> HttpResponse:
    context = {
        "post": post,
        "outlook": outlook.outlook(post),
        "can_ask": "submit" in states.POST[Stage(post.stage)],
    }
    return render(request, "approvals/ask.html", context)


def _done(request: TeamRequest, post: Post, asked: Review) -> HttpResponse:
    names = ", ".join(person.name for person in asked.requests.all())
    said = _("Sent for review. %(names)s will get a mail.") % {"names": names}
    waived = asked.state == Review.State.APPROVED
    if waived:
        said = _("No review is needed for this post. It is approved.")
    if request.htmx:
        return toast(HttpResponse(status=204), said)
    if waived:
        messages.success(request, said)
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("posts:post", team=request.team.slug, post_id=post.pk)


def refused(request: TeamRequest, post: Post, message: str, status: int) -> HttpResponse:
    if request.htmx:
        return toast(HttpResponse(status=status), message, tone="bad")
    context = {"post": post, "message": message, "note": request.POST.get("note", "").strip()}
    return render(request, "approvals/refused.html", context, status=status)
