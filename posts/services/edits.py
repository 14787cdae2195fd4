"""Acts on many posts that change what belongs to them: tags, channels, who sees to them; the trash.

Each saves the working copy as the composer does (compose.save), as its next version.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from posts import clock, content
from posts.models import Post, Variant
from posts.models.post import MOST_TAGS
from posts.services import checks, compose, schedule, trash
from posts.services.commitment import open_deliveries
from posts.services.compose import Draft, VariantDraft
from posts.services.selection import Line, begun, settled
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from publishers.models import Channel
from ui.templatetags.ui import status_label

_BOUND = frozenset({Stage.IN_REVIEW, Stage.APPROVED, Stage.SCHEDULED})


def draft_now(post: Post) -> Draft:
    return compose.draft_of(content.snapshot(post), post)


def rewrite(post: Post, by: User, **changed: Any) -> Post:
    """Save the post with some fields of its Draft changed."""
    draft = replace(draft_now(post), **changed)
    return compose.save(post=post, draft=draft, version=post.version, by=by)


@dataclass(frozen=True)
class Tagging:
    """Give posts these tags, or with `off` take them away."""

    names: Sequence[str]
    off: bool = False
    kind: str = "tags"

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        return [self._line(post) for post in posts]

    def _line(self, post: Post) -> Line:
        now, then = _tags(post), self._then(post)
        why_not = settled(post)
        if not why_not and len(then) > MOST_TAGS:
            why_not = _("It would have more than %(n)s tags.") % {"n": MOST_TAGS}
        if not why_not and then == now:
            why_not = _("It has none of them.") if self.off else _("It has them already.")
        return Line(post, _listed(now, _("no tags")), _listed(then, _("no tags")), why_not)

    def _then(self, post: Post) -> list[str]:
        """Told apart without regard to capitals; what is there is spelled as it was."""
        now = {name.lower(): name for name in _tags(post)}
        asked = {name.lower(): name for name in self.names}
        if self.off:
            return [name for low, name in now.items() if low not in asked]
        return [*now.values(), *(name for low, name in asked.items() if low not in now)]

    def do(self, post: Post, *, by: User) -> None:
        rewrite(post, by, tags=self._then(post))

    def keep(self, post: Post) -> dict[str, Any]:
        return {}

    def said(self, n: int) -> str:
        words = ngettext("%(n)s post has other tags now.", "%(n)s posts have other tags now.", n)
        return words % {"n": n}


def _tags(post: Post) -> list[str]:
    return sorted(tag.name for tag in post.tags.all())


def _listed(names: Iterable[str], none: str) -> str:
    return ", ".join(sorted(names, key=str.lower)) or none


@dataclass(frozen=True)
class Assigning:
    """Say who sees to posts; None is nobody."""

    person: User | None
    kind: str = "assignee"

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        return [self._line(post) for post in posts]

    def _line(self, post: Post) -> Line:
        why_not, wanted = settled(post), self.person.pk if self.person else None
        if not why_not and post.assignee_id == wanted:
            why_not = _("It is with them already.") if wanted else _("It is with nobody already.")
        was, to = (str(who or _("nobody")) for who in (post.assignee, self.person))
        return Line(post, was, to, why_not)

    def do(self, post: Post, *, by: User) -> None:
        rewrite(post, by, assignee=self.person.pk if self.person else None)

    def keep(self, post: Post) -> dict[str, Any]:
        return {}

    def said(self, n: int) -> str:
        named = {"n": n, "who": self.person or _("nobody")}
        return (
            ngettext("%(n)s post is with %(who)s now.", "%(n)s posts are with %(who)s now.", n)
            % named
        )


@dataclass(frozen=True)
class Channelling:
    """Send posts to this channel as well, or with `off` no longer."""

    channel: Channel
    off: bool = False
    kind: str = "channels"

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        return [self._line(post) for post in posts]

    def _line(self, post: Post) -> Line:
        now = {variant.channel_id: variant.channel for variant in post.variants.all()}
        then = {**now, self.channel.pk: self.channel}
        if self.off:
            del then[self.channel.pk]
        why_not = begun(post) if post.stage in _BOUND else settled(post)
        if not why_not and len(then) == len(now):
            why_not = _("It does not go there.") if self.off else _("It goes there already.")
        was, to = (_listed(map(str, some.values()), _("no channel")) for some in (now, then))
        note = _("Goes back to drafting: this is not what was sent for review.")
        bound = post.stage in _BOUND and not why_not
        warned = () if self.off or why_not else self._problems(post)
        return Line(post, was, to, why_not, note if bound else "", warned)

    def _problems(self, post: Post) -> list[str]:
        """What the channel would not take of it."""
        variants = [*post.variants.all(), Variant(post=post, channel=self.channel)]
        document = content.document(post, list(post.pictures.all()), variants)
        found = checks.subject(post, document, {self.channel.pk: self.channel}).limits
        return [problem.message for _pk, problem in found if problem.level == "error"]

    def do(self, post: Post, *, by: User) -> None:
        channels = dict(draft_now(post).channels)
        if self.off:
            channels.pop(self.channel.pk, None)
        else:
            channels[self.channel.pk] = VariantDraft()
        _timed(rewrite(post, by, channels=channels), by)

    def keep(self, post: Post) -> dict[str, Any]:
        own = next((v for v in post.variants.all() if v.channel_id == self.channel.pk), None)
        said: Mapping[str, Any] | None = None
        if own is not None:
            said = asdict(VariantDraft(own.text, own.media, own.first_comment, own.options))
        return {"channel": [self.channel.pk, said]}

    def said(self, n: int) -> str:
        named = {"n": n, "channel": self.channel}
        if self.off:
            words = ngettext(
                "%(n)s post no longer goes to %(channel)s.",
                "%(n)s posts no longer go to %(channel)s.",
                n,
            )
        else:
            words = ngettext(
                "%(n)s post goes to %(channel)s as well.",
                "%(n)s posts go to %(channel)s as well.",
                n,
            )
        return words % named


def _timed(post: Post, by: User) -> None:
    """A new channel goes out with the others, which keep their times; what is past is left."""
    post.refresh_from_db()
    if post.planned_at is None or post.planned_at < clock.ask():
        return
    at = from_utc(post.planned_at, post.planned_zone or post.team.time_zone)
    times = {
        d.channel_id: from_utc(d.due_at, d.zone or at.zone)
        for d in open_deliveries(post)
        if d.due_at
    }
    schedule.plan(post=post, at=at, per_channel=times, by=by)


@dataclass(frozen=True)
class Trashing:
    """Put posts in the trash, as the page of one does."""

    kind: str = "trash"

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        return [self._line(post) for post in posts]

    def _line(self, post: Post) -> Line:
        rows = post.deliveries.all()
        why_not = begun(post)
        if not why_not and any(d.remote_id or d.state == DeliveryState.PUBLISHED for d in rows):
            why_not = _("It is public on one of its channels.")
        note = _("What is planned is cancelled, its approval ends.")
        return Line(
            post,
            status_label(post.stage),
            _("in the trash"),
            why_not,
            note if post.stage in _BOUND and not why_not else "",
        )

    def do(self, post: Post, *, by: User) -> None:
        trash.trash(post=post, by=by)

    def keep(self, post: Post) -> dict[str, Any]:
        return {}

    def said(self, n: int) -> str:
        words = ngettext("%(n)s post is in the trash.", "%(n)s posts are in the trash.", n)
        return words % {"n": n}
