"""Reading the composer's form and drawing its page, for views/composer.py."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.http import TeamRequest
from accounts.models import User
from posts import content, reading
from posts.errors import UploadRefused
from posts.forms import FORM_TOKEN, ComposerForm
from posts.models import MediaAsset, Post
from posts.queries import comments
from posts.queries.choices import choices
from posts.queries.history import Change, changes
from posts.queries.post import platform_name
from posts.services import media, revisions, uploads
from posts.services.compose import Draft, VariantDraft, draft_of
from posts.services.composer import Plan
from posts.states import Stage
from posts.times import from_utc
from posts.views.sheet import Sheet, sheet, typed
from posts.views.stored import clock, stored_plan, stored_values
from publishers.models import Channel

PAGE = "posts/composer.html"
LIVE = "posts/live.html"
# A keystroke must not take back what reviewers decided: there the writer saves by hand.
SAVES_ITSELF = frozenset({Stage.IDEA, Stage.DRAFTING, Stage.CHANGES_REQUESTED})


@dataclass(frozen=True)
class Conflict:
    """What somebody else stored while this form was open, and how the form differs from it."""

    by: User | None
    post: Post
    changes: list[Change]


def zone_name() -> str:
    return timezone.get_current_timezone_name()


def find(request: TeamRequest, post_id: int) -> Post:
    posts = Post.objects.for_team(request.team).select_related("team", "campaign", "author")
    return get_object_or_404(posts.annotate(comments_now=comments.number_of()), pk=post_id)


def of_token(request: TeamRequest) -> Post | None:
    """The post that this form has already created, by autosave or by an earlier click."""
    token = request.POST.get("token", "")
    if not re.fullmatch(FORM_TOKEN, token):
        return None
    posts = Post.objects.for_team(request.team).select_related("team", "campaign", "author")
    return posts.filter(author=request.user, source_reference=token).first()


# -- from the browser


def form_of(request: TeamRequest, post: Post | None) -> tuple[ComposerForm, list[UploadRefused]]:
    """The form with the files that came along already stored as pictures of the post."""
    data, refused = request.POST.copy(), []
    files = request.FILES.getlist("files")
    try:
        media.require_few(files)
    except UploadRefused as error:
        files, refused = [], [error]
    for file in files:
        try:
            asset = media.store(team=request.team, by=request.user, upload=file)
        except UploadRefused as error:
            refused.append(error)
            continue
        data.appendlist("media", str(asset.pk))
        data.setdefault(f"alt_{asset.pk}", asset.alt)
    return ComposerForm(data, team=request.team, post=post, zone=zone_name()), refused


def is_blank(draft: Draft) -> bool:
    return not draft.title.strip() and not _begun(draft)


def _begun(draft: Draft) -> bool:
    texts = (draft.body, *(v.text or "" for v in draft.channels.values()))
    return any(text.strip() for text in texts) or bool(draft.media)


# -- to the browser


def sheet_of_form(
    request: TeamRequest,
    form: ComposerForm,
    post: Post | None,
    version: int | None = None,
    *,
    typing: bool = False,
) -> Sheet:
    """What was typed, whether it can be stored or not; as if made from `version`.
    `typing`: nobody has sent it, so that what was never begun lacks nothing yet.
    """
    form.is_valid()
    names = ("version", "token", "stagger", "stage", "note", "begun", *form.fields)
    values = {name: form.posted.get(name, "") for name in names}
    if not typing or _begun(form.draft):
        values["begun"] = "1"
    if version is not None:
        values["version"] = str(version)
    return sheet(
        team=request.team,
        post=post,
        draft=form.draft,
        values=values,
        times=_own_times(form),
        plan=form.plan,
        everywhere=form.channels.values(),
    )


def _own_times(form: ComposerForm) -> dict[int, tuple[str, str]]:
    posted = form.posted
    ids = form.channels if posted.get("stagger") else ()
    return {pk: (posted.get(f"date_{pk}", ""), posted.get(f"time_{pk}", "")) for pk in ids}


def sheet_of_post(request: TeamRequest, post: Post) -> Sheet:
    zone, stored = timezone.get_current_timezone(), content.snapshot(post)
    prefetch_related_objects([post], "tags")
    times = stored_plan(post, zone)
    at = from_utc(post.planned_at, zone_name()) if post.planned_at else None
    # No field of the post: it would be lost with the form that was refused.
    own = {"stagger": "on" if times else "", "note": request.POST.get("note", ""), "begun": "1"}
    return sheet(
        team=request.team,
        post=post,
        draft=draft_of(stored, post, {int(pk) for pk in stored["channels"]}),
        values=stored_values(post, zone) | own,
        times=times,
        plan=Plan(at) if at else None,
        everywhere=Channel.objects.for_team(request.team),
    )


def sheet_of_nothing(request: TeamRequest, token: str) -> Sheet:
    """An empty form, filled in as far as the link to it says."""
    asked = request.GET
    at = asked_time(asked.get("at", ""))
    healthy = Channel.objects.for_team(request.team).filter(state=Channel.State.CONNECTED)
    wanted = [reading.number(pk) for pk in asked.getlist("channel")]
    chosen = healthy.filter(pk__in=wanted) if wanted else healthy
    ids = [reading.number(pk) for pk in asked.getlist("media")]
    assets = MediaAsset.objects.for_team(request.team).in_bulk(ids)
    draft = Draft(
        channels={channel.pk: VariantDraft() for channel in chosen},
        media=[(pk, assets[pk].alt) for pk in ids if pk in assets],
        focal={pk: asset.focal for pk, asset in assets.items()},
    )
    values = {
        "token": token,
        "when": "pick" if at else "none",
        "stage": "idea" if asked.get("stage") == "idea" else "",
        "begun": "1" if _begun(draft) else "",
        **clock(at),
    }
    return sheet(
        team=request.team,
        post=None,
        draft=draft,
        values=values,
        times={},
        plan=None,
        everywhere=Channel.objects.for_team(request.team),
    )


def asked_time(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at.replace(tzinfo=None) if at else None


def show(
    request: TeamRequest,
    page: Sheet,
    *,
    errors: Sequence[str] = (),
    status: int = 200,
    conflict: Conflict | None = None,
) -> HttpResponse:
    context = {
        **frame(request, page),
        "errors": errors,
        "conflict": conflict,
        "choices": choices(request.team),
        "kinds": Post.Kind.choices,
        "comments": _comments(page.post) if page.post else 0,
        # Bars of its own take the place of the tab bar.
        "docked": True,
    }
    return render(request, PAGE, context, status=status)


def _comments(post: Post) -> int:
    """Of a post that `find` has not read, asked now."""
    known: int | None = getattr(post, "comments_now", None)
    return comments.count(post) if known is None else known


def frame(request: TeamRequest, page: Sheet) -> dict[str, Any]:
    """What the whole page and its fragments both need."""
    post, may = page.post, request.membership
    stage = Stage(post.stage) if post else Stage.DRAFTING
    reviewed = request.team.review_required and stage not in (Stage.APPROVED, Stage.SCHEDULED)
    return {
        "sheet": page,
        "stage": stage.value,
        "saves_itself": stage in SAVES_ITSELF,
        "reviewed": reviewed,
        "may_schedule": may.can("schedule"),
        "may_publish": may.can("publish"),
        "accept": media.ACCEPT,
        "video_mb": settings.VIDEO_BYTES // 1_000_000,
        "piece": uploads.PIECE,
        "most": uploads.largest(),
    }


def conflict_of(request: TeamRequest, form: ComposerForm, post: Post) -> Conflict:
    theirs = content.snapshot(post)
    page = sheet_of_form(request, form, post)
    picked = [panel.channel for panel in page.picked]
    mine = typed(request.team, form.draft, picked, page.tiles)
    everywhere = Channel.objects.for_team(request.team)
    names = {str(channel.pk): platform_name(channel) for channel in everywhere}
    writing = revisions.last_writing(post)
    return Conflict(writing.actor if writing else None, post, changes(theirs, mine, names))
