"""Talking about a post: write, change, delete, resolve; and who is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from notifications import events
from notifications.live import announce
from notifications.models import Message
from notifications.services import tell_all
from posts import audited, mentions, workflow
from posts.errors import CommentGone, IllegalMove, NotTheAuthor, TooManyMentions
from posts.models import Comment, Post
from posts.queries import comments as query
from posts.queries import places
from posts.queries.places import WHOLE, Marked, Place

MOST_MENTIONS = 20
MOST_ANSWERS = 50
# The second click on a form that knows nothing of the first.
SAME_AGAIN = timedelta(seconds=10)


@dataclass(frozen=True)
class Words:
    """`text` as typed; `external`: people outside who review the post may read it; `on`: the key
    of what it is about (queries/places.py), or `marked` the words of it.
    """

    text: str
    external: bool = False
    on: str = ""
    marked: Marked | None = None


@transaction.atomic
def write(*, post: Post, by: User, words: Words, parent: int = 0) -> Comment:
    """A comment, or with `parent` an answer, which opens a resolved thread again.

    Raises CommentGone when there is nothing to answer, IllegalMove when the thread is full or what
    it is about has changed, and TooManyMentions. The same sent twice in a moment is one comment.
    """
    _one_at_a_time(post, by)
    first = _first(post, parent) if parent else None
    handles, text, ids = _read(post, words)
    about = _about(post, words) if first is None else _of(WHOLE)
    same = post.comments.filter(author=by, parent=first, text=text, **about)
    if again := same.filter(created_at__gt=timezone.now() - SAME_AGAIN).first():
        return again
    if first is not None:
        _make_room(first, by)
    comment = Comment.objects.create(
        team=post.team,
        post=post,
        parent=first,
        author=by,
        text=text,
        external=words.external and (first is None or first.external),
        mentions=ids,
        **about,
    )
    _tell(comment, by, handles, everybody=True)
    events.happened(
        team_id=post.team_id,
        name="comment.written",
        data=lambda: {**_letter(comment, by, handles), "post": post.pk},
    )
    workflow.record(post, "comment.answer" if first else "comment.write", by=by)
    announce(post.team_id, f"comments:{post.pk}", "board")
    return comment


@transaction.atomic
def edit(*, comment: Comment, by: User, words: Words) -> None:
    """Raises NotTheAuthor, CommentGone, TooManyMentions. Who is mentioned anew is told."""
    comment = _own(comment, by)
    handles, text, ids = _read(comment.post, words)
    external = words.external and (comment.parent is None or comment.parent.external)
    if (text, external) == (comment.text, comment.external):
        return
    edited = comment.edited_at if text == comment.text else timezone.now()
    comment.text, comment.external, comment.mentions = text, external, ids
    Comment.objects.filter(pk=comment.pk).update(
        text=text, external=external, mentions=ids, edited_at=edited
    )
    _tell(comment, by, handles, everybody=False)
    audited.post(comment.post, "comment.edit", by=by, after={"comment": comment.pk})
    announce(comment.team_id, f"comments:{comment.post_id}")


@transaction.atomic
def remove(*, comment: Comment, by: User) -> None:
    """Gone without a trace, or an empty place where answers hang on it. Raises as `edit` does."""
    comment = _own(comment, by)
    emptied = {"text": "", "mentions": [], "deleted_at": timezone.now()}
    if comment.answers.exists():
        Comment.objects.filter(pk=comment.pk).update(**emptied)
    else:
        Comment.objects.filter(pk=comment.pk).delete()
    if comment.parent is not None and comment.parent.deleted_at is not None:
        Comment.objects.filter(pk=comment.parent.pk, answers=None).delete()
    workflow.record(comment.post, "comment.remove", by=by)
    announce(comment.team_id, f"comments:{comment.post_id}", "board")


@transaction.atomic
def resolve(*, comment: Comment, by: User) -> None:
    """Raises IllegalMove when it is resolved already, or is an answer."""
    _settle(comment, by, "comment.resolve", resolved=True)


@transaction.atomic
def reopen(*, comment: Comment, by: User) -> None:
    """Raises IllegalMove when it is open, or is an answer."""
    _settle(comment, by, "comment.reopen", resolved=False)


def _settle(comment: Comment, by: User, kind: str, *, resolved: bool) -> None:
    rows = Comment.objects.filter(pk=comment.pk, parent=None, resolved_at__isnull=resolved)
    at, who = (timezone.now(), by) if resolved else (None, None)
    if not rows.update(resolved_at=at, resolved_by=who):
        done = _("resolved already") if resolved else _("open already")
        raise IllegalMove(_("Nothing was changed: this thread is %(done)s.") % {"done": done})
    workflow.record(comment.post, kind, by=by)
    announce(comment.team_id, f"comments:{comment.post_id}")


# -- what is there


def _one_at_a_time(post: Post, by: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"talk {post.pk} {by.pk}"]
        )


def _first(post: Post, pk: int) -> Comment:
    """The comment that is answered, held so that nobody deletes it meanwhile."""
    held = Comment.objects.for_team(post.team).select_for_update()
    first = held.filter(post=post, pk=pk, parent=None).first()
    if first is None:
        raise CommentGone(
            _("The comment you answered was deleted. Send yours as a new one, or drop it.")
        )
    return first


def _about(post: Post, words: Words) -> dict[str, Any]:
    """Words are looked for in what the post says now, whatever the page showed."""
    place: Place | None = WHOLE
    if words.marked is not None:
        place = places.ground(post).marked(words.marked)
    elif words.on:
        place = places.ground(post).place(words.on)
    if place is None:
        raise IllegalMove(_("What you commented on has changed meanwhile. Choose it again."))
    return _of(place)


def _of(place: Place) -> dict[str, Any]:
    return {
        "quote": place.quote,
        "place": place.at,
        "begins": place.begins,
        "channel_id": place.channel,
        "asset_id": place.asset,
    }


def _make_room(first: Comment, by: User) -> None:
    if first.answers.count() >= MOST_ANSWERS:
        raise IllegalMove(_("This thread has as many answers as it can hold. Begin a new one."))
    if first.resolved_at is not None:
        reopen(comment=first, by=by)


def _own(comment: Comment, by: User) -> Comment:
    """As it is now, held, with its thread."""
    if comment.author_id != by.pk:
        raise NotTheAuthor(_("Only whoever wrote a comment changes it."))
    if comment.parent_id is not None:
        Comment.objects.select_for_update().filter(pk=comment.parent_id).first()
    held = Comment.objects.select_for_update(of=("self",)).select_related("post__team", "parent")
    found = held.filter(pk=comment.pk, deleted_at=None).first()
    if found is None:
        raise CommentGone(_("This comment was deleted."))
    return found


def _read(post: Post, words: Words) -> tuple[dict[int, str], str, list[int]]:
    handles = query.handles(post.team) if "@" in words.text else {}
    text, ids = mentions.stored(words.text, handles)
    if len(ids) > MOST_MENTIONS:
        raise TooManyMentions(_("Mention at most %(n)s people at once.") % {"n": MOST_MENTIONS})
    return handles, text, ids


# -- who is told


def _tell(comment: Comment, by: User, handles: dict[int, str], *, everybody: bool) -> None:
    """Those mentioned; with `everybody` also the post's people and the thread's. Each once."""
    wanted = Q(pk__in=comment.mentions)
    if everybody:
        wanted |= Q(user__in=_concerned(comment))
    people = Membership.objects.for_team(comment.team).filter(wanted, user__is_active=True)
    new = list(people.exclude(user__in=[by.pk, *comment.told]).select_related("user"))
    if not new:
        return
    data = _letter(comment, by, handles)
    kinds = {True: "comment_mention", False: "comment_written"}
    tell_all(
        [
            Message(
                team=comment.team, user=one.user, kind=kinds[one.pk in comment.mentions], data=data
            )
            for one in new
        ]
    )
    told = [*comment.told, *(one.user_id for one in new)]
    Comment.objects.filter(pk=comment.pk).update(told=told)


def _concerned(comment: Comment) -> Iterable[int]:
    post = comment.post
    first = comment.parent_id or comment.pk
    thread = Comment.objects.filter(Q(pk=first) | Q(parent=first), deleted_at=None)
    writers = thread.order_by().values_list("author", flat=True).distinct()
    return {pk for pk in (post.author_id, post.assignee_id, *writers) if pk is not None}


def _letter(comment: Comment, by: User, handles: dict[int, str]) -> dict[str, str]:
    said = mentions.plain(comment.text, comment.mentions, handles, _("a former member"))
    page = reverse("posts:post", args=[comment.post.team.slug, comment.post_id])
    return {
        "by": str(by),
        "title": str(comment.post),
        "said": Truncator(" ".join(said.split())).chars(80),
        "comment": said,
        "url": f"{page}#talk",
    }
