"""Groups of hashtags: made, changed, removed, and put behind a post's own."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Team, User
from accounts.services.teams import take_turns
from posts import audited, content, hashtags
from posts.errors import NameTaken, Outdated, PostsError
from posts.models import HashtagGroup, Post
from posts.models.hashtags import MOST_TAGS
from posts.services import compose

MOST = 200


@transaction.atomic
def create(*, team: Team, name: str, tags: Sequence[str]) -> HashtagGroup:
    """Raises NameTaken, whatever the capitals; PostsError where there are too many."""
    take_turns(team)
    if HashtagGroup.objects.for_team(team).count() >= MOST:
        raise PostsError(_("At most %(n)s groups. Remove one first.") % {"n": MOST})
    try:
        with transaction.atomic():
            made = HashtagGroup.objects.create(team=team, name=name, tags=list(tags))
    except IntegrityError:
        raise _taken(name) from None
    audited.thing(made, "hashtags.create", team=team.pk, after={"tags": tags})
    return made


@transaction.atomic
def change(*, group: HashtagGroup, name: str, tags: Sequence[str], version: int) -> None:
    """Raises Outdated, NameTaken."""
    rows = HashtagGroup.objects.filter(pk=group.pk, version=version)
    try:
        with transaction.atomic():
            changed = rows.update(name=name, tags=list(tags), version=version + 1)
    except IntegrityError:
        raise _taken(name) from None
    if not changed:
        raise Outdated(
            _("Somebody changed “%(name)s” meanwhile. This is how it stands now.") % {"name": group}
        )
    before, after = audit.changed(
        {"name": group.name, "tags": group.tags}, {"name": name, "tags": list(tags)}
    )
    audited.thing(group, "hashtags.change", team=group.team_id, before=before, after=after)


@transaction.atomic
def remove(*, group: HashtagGroup) -> None:
    before = {"tags": group.tags}
    audited.thing(group, "hashtags.remove", team=group.team_id, before=before)
    group.delete()


def add(*, post: Post, tags: Sequence[str], by: User) -> Post:
    """Behind those that the post has. Raises what `compose.save` raises, and PostsError for too
    many of them.
    """
    draft = compose.draft_of(content.snapshot(post), post)
    every = hashtags.together(draft.hashtags, tags)
    if len(every) > MOST_TAGS:
        raise PostsError(_("A post takes up to %(n)s hashtags.") % {"n": MOST_TAGS})
    changed = replace(draft, hashtags=every)
    return compose.save(post=post, draft=changed, version=post.version, by=by)


def _taken(name: str) -> NameTaken:
    return NameTaken(_("There is a group “%(name)s” already.") % {"name": name})
