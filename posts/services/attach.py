"""Putting what was chosen in the library behind what a post has already."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.models import User
from posts import content
from posts.errors import PostsError
from posts.models import MediaAsset, Post
from posts.services import compose

MOST = 20


def attach(*, post: Post, assets: Sequence[MediaAsset], by: User) -> Post:
    """Raises what `compose.save` raises, and PostsError where the post would have too many."""
    draft = compose.draft_of(content.snapshot(post), post)
    here = {pk for pk, _alt in draft.media}
    new = [one for one in assets if one.pk not in here]
    media = [*draft.media, *((one.pk, one.alt) for one in new)]
    focal = {**draft.focal, **{one.pk: one.focal for one in new}}
    if len(media) > MOST:
        raise PostsError(_("At most %(n)s pictures.") % {"n": MOST})
    changed = replace(draft, media=media, focal=focal)
    return compose.save(post=post, draft=changed, version=post.version, by=by)
