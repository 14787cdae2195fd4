"""The team's groups of hashtags, and what its own posts of late have used with what success."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Substr
from django.utils import timezone

from accounts.models import Team
from posts import hashtags
from posts.hashtags import Used
from posts.models import Delivery, HashtagGroup, Post, Variant
from posts.queries.reception import by_post
from posts.states import DeliveryState

DAYS = 90
# Of the latest posts; more of them say nothing new.
MOST_POSTS = 1000
# Hashtags stand at the beginning or the end of what people write, and that is short.
LONGEST_TEXT = 5000
# In seconds. Each letter asks anew, and posts teach few new ones an hour.
LEARNT_FOR = 300
SHOWN = 24
COMPLETED = 8


@dataclass(frozen=True)
class Learnt:
    """`posts`: how many published ones it was learnt from; `all`: whether that were all of them."""

    used: list[Used]
    posts: int
    all: bool


def groups(team: Team) -> QuerySet[HashtagGroup]:
    return HashtagGroup.objects.for_team(team)


def learnt(team: Team) -> Learnt:
    """From what the team published in the last 90 days, in three statements."""
    since = timezone.now() - timedelta(days=DAYS)
    out = Delivery.objects.for_team(team).filter(state=DeliveryState.PUBLISHED, due_at__gte=since)
    posts = Post.objects.for_team(team).filter(pk__in=out.values("post")).order_by("-pk")
    rows = list(posts.values_list("pk", "hashtags", _if_tagged("body"))[:MOST_POSTS])
    said: defaultdict[int, list[str]] = defaultdict(list)
    for pk, tags, body in rows:
        said[pk] += [*tags, *hashtags.within(body)]
    own = Variant.objects.filter(post__in=[pk for pk, _tags, _body in rows])
    tagged = own.filter(Q(text__contains="#") | Q(first_comment__contains="#"))
    for pk, text, comment in tagged.values_list(
        "post_id", _if_tagged("text"), _if_tagged("first_comment")
    ):
        said[pk] += [*hashtags.within(text), *hashtags.within(comment)]
    tagged_posts = [pk for pk, tags in said.items() if tags]
    did = by_post(team, tagged_posts) if tagged_posts else {}
    return Learnt(hashtags.most_used(said, did), len(rows), len(rows) < MOST_POSTS)


def _if_tagged(field: str) -> Case:
    text = Substr(field, 1, LONGEST_TEXT)
    return Case(
        When(**{f"{field}__contains": "#"}, then=text), default=Value(""), output_field=TextField()
    )


def beginning(team: Team, letters: str) -> list[Used]:
    """For a tag that is being typed: the team's own, most used first, then those of its groups."""
    key = letters.casefold()
    used = [one for one in _learnt_of_late(team) if one.tag.casefold().startswith(key)]
    known = {one.tag.casefold() for one in used}
    for tags in groups(team).values_list("tags", flat=True):
        for tag in tags:
            if tag.casefold().startswith(key) and tag.casefold() not in known:
                known.add(tag.casefold())
                used.append(Used(tag, 0))
    return used[:COMPLETED]


def _learnt_of_late(team: Team) -> list[Used]:
    key = f"hashtags:{team.pk}"
    known: list[tuple[str, int]] | None = cache.get(key)
    if known is None:
        known = [(one.tag, one.posts) for one in learnt(team).used]
        cache.set(key, known, LEARNT_FOR)
    return [Used(tag, posts) for tag, posts in known]
