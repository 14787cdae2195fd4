"""The comments of a post as its pages show them, and what may be mentioned in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.queries import members
from posts import mentions
from posts.mentions import Part
from posts.models import Comment, Post
from posts.queries import places
from posts.queries.places import Anchor, Ground, Place

PER_PAGE = 20
SUGGESTED = 8


@dataclass(frozen=True)
class Said:
    """One comment. `typed` is its text as its author edits it, `anchor` what it is about."""

    comment: Comment
    parts: Sequence[Part]
    typed: str
    mine: bool
    anchor: Anchor | None = None

    @property
    def edit_form(self) -> str:
        return f"edit-{self.comment.pk}"


@dataclass(frozen=True)
class Thread:
    first: Said
    answers: Sequence[Said]

    @property
    def answer_form(self) -> str:
        return f"answer-{self.first.comment.pk}"


@dataclass(frozen=True)
class Talk:
    """Some threads, oldest first. `older`: where those before them begin, for `before`."""

    post: Post
    threads: Sequence[Thread]
    count: int
    older: int | None = None
    ground: Ground | None = None

    @property
    def places(self) -> Sequence[Place]:
        """What a new one may be about: asked where somebody may write one."""
        return (self.ground or places.ground(self.post)).places()

    @property
    def forms(self) -> set[str]:
        """Where one answers or edits."""
        said = [one for thread in self.threads for one in (thread.first, *thread.answers)]
        edits = {one.edit_form for one in said if one.mine and one.comment.deleted_at is None}
        return edits | {thread.answer_form for thread in self.threads}


def talk(post: Post, *, reader: User, before: int = 0) -> Talk:
    """The latest threads, or the latest before the thread `before`; six statements at most."""
    firsts = Comment.objects.for_team(post.team).filter(post=post, parent=None)
    if before:
        firsts = firsts.filter(pk__lt=before)
    found = list(_shown(firsts).order_by("-pk")[: PER_PAGE + 1])
    answers = Comment.objects.for_team(post.team).filter(parent__in=found[:PER_PAGE])
    ground = _ground(post, found)
    return Talk(
        post=post,
        threads=_threads(post.team, found[:PER_PAGE], answers, reader, ground),
        count=count(post),
        older=found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        ground=ground,
    )


def count(post: Post) -> int:
    return Comment.objects.for_team(post.team).filter(post=post, deleted_at=None).count()


def number_of() -> Coalesce:
    """How many there are, as a column of posts."""
    shown = Comment.objects.filter(post=OuterRef("pk"), deleted_at=None).order_by()
    return Coalesce(Subquery(shown.values("post").annotate(n=Count("pk")).values("n")), 0)


def external(post: Post) -> list[Thread]:
    """What somebody outside the team may read: the latest external threads, without the rest."""
    shown = Comment.objects.for_team(post.team).filter(post=post, external=True)
    firsts = list(_shown(shown.filter(parent=None)).order_by("-pk")[:PER_PAGE])
    answers = shown.filter(parent__in=firsts, deleted_at=None)
    threads = _threads(post.team, firsts, answers, None, _ground(post, firsts))
    return [one for one in threads if one.answers or one.first.comment.deleted_at is None]


def _ground(post: Post, firsts: Iterable[Comment]) -> Ground | None:
    """Where one of them is about a part of it."""
    about = any(one.quote or one.asset_id for one in firsts)
    return places.ground(post) if about else None


def _shown(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    return comments.select_related("author", "resolved_by")


def _threads(
    team: Team,
    firsts: Sequence[Comment],
    answers: QuerySet[Comment],
    reader: User | None,
    ground: Ground | None,
) -> list[Thread]:
    """`firsts` newest first; the threads oldest first."""
    below = list(_shown(answers).order_by("pk")) if firsts else []
    names = names_for(team, [*firsts, *below])
    said = {comment.pk: _said(comment, names, reader) for comment in [*firsts, *below]}
    if ground:
        for one in firsts:
            said[one.pk] = replace(said[one.pk], anchor=ground.anchor(one))
    return [
        Thread(said[one.pk], [said[a.pk] for a in below if a.parent_id == one.pk])
        for one in reversed(firsts)
    ]


def _said(comment: Comment, names: Mapping[int, str], reader: User | None) -> Said:
    gone = _("a former member")
    text, ids = comment.text, comment.mentions
    mine = reader is not None and comment.author_id == reader.pk
    typed = mentions.plain(text, ids, names, gone) if mine else ""
    return Said(comment, mentions.parts(text, ids, names, gone), typed, mine)


def names_for(team: Team, comments: Iterable[Comment]) -> dict[int, str]:
    """The handles of the team's members, asked only where somebody is mentioned."""
    return handles(team) if any(comment.mentions for comment in comments) else {}


def handles(team: Team) -> dict[int, str]:
    return mentions.handles((one.pk, str(one.user)) for one in members(team).order_by("pk"))


def suggested(team: Team, *, by: User, beginning: str) -> list[tuple[str, str]]:
    """(handle, role) of members of whose name some word begins so, but for the writer."""
    wanted, known = " ".join(beginning.casefold().split()), handles(team)
    found = []
    for one in members(team).exclude(user=by).filter(user__is_active=True):
        handle = known[one.pk].casefold()
        if handle.startswith(wanted) or f" {wanted}" in handle:
            found.append((known[one.pk], one.get_role_display()))
    return found[:SUGGESTED]
