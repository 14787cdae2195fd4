"""Templates as their pages show them: the list, one of them, and what a version changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Team
from posts import diff, placeholders
from posts import outline as outlines
from posts.models import Delivery, Post, Template, TemplateUse, TemplateVersion
from posts.models.post import words
from posts.outline import Outline, Placeholder
from posts.performance import UNKNOWN, Performance
from posts.queries.history import Change
from posts.queries.reception import by_template
from posts.states import DeliveryState

MOST_WORDS = 10
MOST_CATEGORIES = 100


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for. `archived`: those, and only those."""

    text: str = ""
    category: str = ""
    archived: bool = False

    @property
    def narrowed(self) -> bool:
        return bool(self.text or self.category or self.archived)


@dataclass(frozen=True)
class Usage:
    """Posts made from it; `published` are those that are live somewhere."""

    posts: int = 0
    published: int = 0
    last: datetime | None = None


@dataclass(frozen=True)
class Row:
    template: Template
    outline: Outline
    usage: Usage
    performance: Performance


def found(team: Team, wanted: Wanted) -> QuerySet[Template]:
    """Every word is in its name, its category or its text."""
    rows = Template.objects.for_team(team).filter(archived_at__isnull=not wanted.archived)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    for word in words(wanted.text)[:MOST_WORDS]:
        latest = TemplateVersion.objects.filter(
            template=OuterRef("pk"), number=OuterRef("version"), document__body__icontains=word
        )
        named = Q(name__icontains=word) | Q(category__icontains=word)
        rows = rows.filter(named | Q(Exists(latest)))
    return rows


def rows(team: Team, templates: Sequence[Template]) -> list[Row]:
    """In three statements."""
    ids = [template.pk for template in templates]
    latest = TemplateVersion.objects.filter(template__in=ids, number=F("template__version"))
    said = {version.template_id: outlines.read(version.document) for version in latest}
    used = usage(ids)
    did = by_template(team, ids) if used else {}
    return [
        Row(one, said[one.pk], used.get(one.pk, Usage()), did.get(one.pk, UNKNOWN))
        for one in templates
    ]


def usage(ids: Sequence[int]) -> dict[int, Usage]:
    """By the template's id; none where it has made no post."""
    live = Delivery.objects.filter(post=OuterRef("post"), state=DeliveryState.PUBLISHED)
    made = TemplateUse.objects.filter(version__template__in=ids).order_by()
    counted = made.values("version__template").annotate(
        posts=Count("pk"), out=Count("pk", filter=Q(Exists(live))), last=Max("created_at")
    )
    rows = counted.values_list("version__template", "posts", "out", "last")
    return {pk: Usage(posts, out, last) for pk, posts, out, last in rows}


def outline(template: Template) -> Outline:
    """What it says now."""
    return outlines.read(template.versions.get(number=template.version).document)


def outline_of(post: Post) -> Outline:
    """What a template made from the post would begin with: nothing of its pictures and times."""
    variants = list(post.variants.all())
    begun = Outline(
        name=post.title[:120],
        title=post.title,
        body=post.body,
        kind=post.kind,
        first_comment=next(filter(None, (one.first_comment for one in variants)), ""),
        hashtags=post.hashtags,
        tags=[tag.name for tag in post.tags.all()],
        channels={one.channel_id: one.text for one in variants},
    )
    return replace(begun, placeholders=outlines.settled(placeholders.names(begun.texts), {}))


def categories(team: Team) -> list[str]:
    """Those that a template has, archived or not."""
    rows = Template.objects.for_team(team).exclude(category="").order_by("category")
    return list(rows.values_list("category", flat=True).distinct()[:MOST_CATEGORIES])


def versions(template: Template) -> QuerySet[TemplateVersion]:
    """`posts`: how many were made from it."""
    rows = template.versions.select_related("author").defer("document")
    return rows.annotate(posts=Count("uses")).order_by("-number")


def made(template: Template) -> QuerySet[Post]:
    """Posts from any of its versions, the latest first."""
    posts = Post.objects.for_team(template.team).filter(made_from__version__template=template)
    return posts.select_related("made_from__version").order_by("-made_from__pk")


# -- what differs


def changes(before: Outline, after: Outline, names: Mapping[int, str]) -> list[Change]:
    """Field by field, word by word. `names` maps channel ids to what people call them."""
    old, new = dict(_fields(before, names)), dict(_fields(after, names))
    labels = [*new, *(label for label in old if label not in new)]
    return [
        Change(label, diff.words(old.get(label, ""), new.get(label, "")))
        for label in labels
        if old.get(label, "") != new.get(label, "")
    ]


def _fields(outline: Outline, names: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    called = {pk: names.get(pk, _("A removed channel")) for pk in outline.channels}
    yield _("Name"), outline.name
    yield _("Category"), outline.category
    yield _("Type"), str(Post.Kind(outline.kind).label)
    yield _("Title"), outline.title
    yield _("Text for all channels"), outline.body
    yield _("First comment"), outline.first_comment
    yield _("Hashtags"), " ".join(f"#{tag}" for tag in outline.hashtags)
    yield _("Tags"), ", ".join(outline.tags)
    yield _("Channels"), "\n".join(called.values())
    for pk, text in outline.channels.items():
        yield _("Text on %(channel)s") % {"channel": called[pk]}, text or ""
    yield _("Placeholders"), "\n".join(map(_told, outline.placeholders))


def _told(one: Placeholder) -> str:
    need = _("required") if one.required else _("optional")
    default = f", “{one.default}”" if one.default else ""
    return f"{one.name}: {one.shown}, {need}{default}"
