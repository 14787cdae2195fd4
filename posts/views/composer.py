"""Writing a post: one form, with or without scripts; autosave and live checks are the same form."""

import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts.errors import BadTime, NotReady, PostsError, Stale, UnknownChannel
from posts.forms import ComposerForm, first_errors
from posts.models import Post
from posts.services import checks, composer, schedule
from posts.services.composer import Origin
from posts.states import Stage
from posts.views import desk
from ui.spoken import spoken

CHOOSING = {"library": "posts:library_choose", "hashtags": "posts:hashtags_pick"}


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: TeamRequest) -> HttpResponse:
    """An empty form; nothing is stored before something is written."""
    if request.method == "POST":
        return _save(request, desk.of_token(request))
    return desk.show(request, desk.sheet_of_nothing(request, secrets.token_hex(16)))


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TeamRequest, post_id: int) -> HttpResponse:
    post = desk.find(request, post_id)
    if request.method == "POST":
        return _save(request, post)
    if post.stage == Stage.DONE:
        return redirect("posts:post", team=request.team.slug, post_id=post.pk)
    return desk.show(request, desk.sheet_of_post(request, post))


@member_can("write")
@require_POST
def autosave(request: TeamRequest, post_id: int | None = None) -> HttpResponse:
    """Store what is typed and answer with the mark, the checks and the previews."""
    post = desk.of_token(request) if post_id is None else desk.find(request, post_id)
    form, _refused = desk.form_of(request, post)
    if not form.is_valid():
        return _live(request, form, post, problem=first_errors(form)[0], status=422)
    if post is None and desk.is_blank(form.draft):
        return _live(request, form, post)
    if post is not None and Stage(post.stage) not in desk.SAVES_ITSELF:
        return _live(request, form, post, problem=_("Not saved yet."))
    try:
        saved = _write(request, form, post)
    except Stale:
        return _live(request, form, post, status=409, stale=True)
    except PostsError as error:
        return _live(request, form, post, problem=str(error), status=409)
    response = _live(request, form, saved, saved=True)
    if post is None:
        response.headers["HX-Replace-Url"] = _edit_url(request, saved)
    return response


@member_can("write")
@require_POST
def preview(request: TeamRequest) -> HttpResponse:
    """Counters, checks and previews of what is typed; stores nothing."""
    form, _refused = desk.form_of(request, None)
    page = desk.sheet_of_form(request, form, None, typing=True)
    return render(
        request, f"{desk.LIVE}#composer_live", {**desk.frame(request, page), "swap": True}
    )


# -- saving


def _save(request: TeamRequest, post: Post | None) -> HttpResponse:
    form, refused = desk.form_of(request, post)
    errors = [*first_errors(form), *map(str, refused)]
    if not errors and post is None and desk.is_blank(form.draft):
        if request.POST.get("then") == "library":
            return _to_choose(request, "library")
        errors = [_("Write something first, or add a picture.")]
    if errors:
        status = refused[0].status if refused and form.is_valid() else 422
        return desk.show(
            request, desk.sheet_of_form(request, form, post), errors=errors, status=status
        )
    try:
        saved = _write(request, form, post)
    except Stale as stale:
        return _conflict(request, form, stale.post)
    except PostsError as error:
        status = 422 if isinstance(error, BadTime | UnknownChannel) else 409
        page = desk.sheet_of_form(request, form, post)
        return desk.show(request, page, errors=[str(error)], status=status)
    return _then(request, saved, form)


def _write(request: TeamRequest, form: ComposerForm, post: Post | None) -> Post:
    version, token = form.cleaned_data["version"], form.cleaned_data["token"]
    idea = request.POST.get("stage") == "idea"
    first_click = token and not version  # The second click of an empty form knows no version yet.
    origin = Origin(None if first_click else post, version, token, idea)
    return composer.write(
        team=request.team, by=request.user, origin=origin, draft=form.draft, plan=form.plan
    )


def _conflict(request: TeamRequest, form: ComposerForm, post: Post) -> HttpResponse:
    """Both texts: theirs to read, mine still in the form, ready to become the next version."""
    conflict = desk.conflict_of(request, form, post)
    page = desk.sheet_of_form(request, form, post, version=post.version)
    return desk.show(request, page, conflict=conflict, status=409)


# -- and then


def _then(request: TeamRequest, post: Post, form: ComposerForm) -> HttpResponse:
    """What the pressed button asks for beyond saving. What was saved stays saved."""
    then = request.POST.get("then", "")
    if then in CHOOSING:
        return _to_choose(request, then, post)
    now = then == "publish" or form.cleaned_data.get("when") == "now"
    try:
        if form.cleaned_data.get("when") == "queue":
            return _to_queue(request, post, then)
        if then == "review":
            return _to_review(request, post)
        if then in ("schedule", "publish"):
            return _commit(request, post, now=now)
    except PostsError as error:
        post.refresh_from_db()
        lines = (
            [spoken(str(p)) for _pk, p in error.problems]
            if isinstance(error, NotReady)
            else [str(error)]
        )
        status = 422 if isinstance(error, NotReady | BadTime) else 409
        page = desk.sheet_of_post(request, post)
        return desk.show(request, page, errors=list(dict.fromkeys(lines)), status=status)
    messages.success(request, _("Saved."))
    anchor = "#media" if request.FILES or "arrange" in request.POST else ""
    return redirect(_edit_url(request, post) + anchor)


def _to_choose(request: TeamRequest, what: str, post: Post | None = None) -> HttpResponse:
    """What goes with the post; where scripts run there is a dialog for it."""
    url = reverse(CHOOSING[what], kwargs={"team": request.team.slug})
    return redirect(f"{url}?post={post.pk}" if post else url)


def _to_review(request: TeamRequest, post: Post) -> HttpResponse:
    """Hand the same POST on to the room that asks the reviewers."""
    checks.require_ready(post)
    url = reverse("approvals:post_review", kwargs={"team": request.team.slug, "post_id": post.pk})
    return HttpResponseRedirect(url, preserve_request=True)


def _to_queue(request: TeamRequest, post: Post, then: str) -> HttpResponse:
    """Hand the same POST on to the room that knows the slots; it hands on what goes to review."""
    if not request.membership.can("schedule"):
        raise PermissionDenied(_("Your role does not allow this."))
    if then == "review":
        checks.require_ready(post)
    url = reverse("calendar_app:queue_add", kwargs={"team": request.team.slug, "post_id": post.pk})
    return HttpResponseRedirect(url, preserve_request=True)


def _commit(request: TeamRequest, post: Post, *, now: bool) -> HttpResponse:
    if not request.membership.can("publish" if now else "schedule"):
        raise PermissionDenied(_("Your role does not allow this."))
    if now:
        schedule.publish_now(post=post, by=request.user)
        messages.success(request, _("On its way. This page shows what becomes of it."))
    else:
        schedule.schedule(post=post, by=request.user)
        messages.success(request, _("Scheduled."))
    return redirect("posts:post", team=request.team.slug, post_id=post.pk)


# -- fragments


def _live(
    request: TeamRequest,
    form: ComposerForm,
    post: Post | None,
    *,
    saved: bool = False,
    stale: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    version = post.version if post and saved else None
    page = desk.sheet_of_form(request, form, post, version, typing=True)
    context = {
        **desk.frame(request, page),
        "swap": True,
        "saved_at": timezone.now() if saved else None,
        "stale": stale,
        "problem": problem,
    }
    return render(request, f"{desk.LIVE}#composer_saved", context, status=status)


def _edit_url(request: TeamRequest, post: Post) -> str:
    return reverse("posts:edit", kwargs={"team": request.team.slug, "post_id": post.pk})
