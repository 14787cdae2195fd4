"""Which posts somebody wants to see: on the calendar, the board and in the list."""

from dataclasses import dataclass, replace

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower

from accounts.models import Team
from posts.models import Post, Variant
from posts.models.post import WORDS, words
from posts.queries.status import called
from publishers.models import Channel


@dataclass(frozen=True)
class Filters:
    """What is empty asks for nothing. Values of one field are alternatives, fields add up.

    `people`: who writes it or has it assigned.
    """

    channels: tuple[int, ...] = ()
    platforms: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    tags: tuple[int, ...] = ()
    authors: tuple[int, ...] = ()
    assignees: tuple[int, ...] = ()
    campaigns: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        return self != NOTHING

    @property
    def by_channel(self) -> bool:
        return bool(self.channels or self.platforms)

    @property
    def of_posts(self) -> "Filters":
        """Without what asks for channels, for what is known to be on one of these."""
        return replace(self, channels=(), platforms=())


NOTHING = Filters()


def narrow(posts: QuerySet[Post], team: Team, filters: Filters) -> QuerySet[Post]:
    """Those of `posts`, which are the team's, that match."""
    if filters.by_channel:
        on = Variant.objects.filter(channel__in=channels(team, filters).values("pk"))
        posts = posts.filter(pk__in=on.values("post"))
    if filters.tags:
        tagged = Post.tags.through.objects.filter(tag__in=filters.tags, tag__team=team)
        posts = posts.filter(pk__in=tagged.values("post"))
    if filters.statuses:
        posts = posts.filter(called(team, filters.statuses))
    if filters.text:
        posts = posts.alias(words=WORDS).filter(words=asked(filters.text))
    return posts.filter(_people(filters))


def channels(team: Team, filters: Filters) -> QuerySet[Channel]:
    found = Channel.objects.for_team(team)
    if filters.channels:
        found = found.filter(pk__in=filters.channels)
    return found.filter(platform__in=filters.platforms) if filters.platforms else found


def _people(filters: Filters) -> Q:
    found = Q()
    if filters.authors:
        found &= Q(author__in=filters.authors)
    if filters.assignees:
        found &= Q(assignee__in=filters.assignees)
    if filters.people:
        found &= Q(author__in=filters.people) | Q(assignee__in=filters.people)
    if filters.campaigns:
        found &= Q(campaign__in=filters.campaigns)
    return found


def asked(text: str) -> SearchQuery:
    """Every word of it, each as the beginning of a word."""
    every = " & ".join(f"'{word}':*" for word in words(text))
    return SearchQuery(Lower(Value(every)), config="simple", search_type="raw")
