"""Posts as rows of text, for a file that a spreadsheet opens and an import takes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Team
from posts.models import Delivery, Post, PostMedia, Variant
from posts.queries.status import rejected, status_of
from posts.states import Stage
from publishers.models import Channel
from ui.formulas import harmless

MAX_ROWS = 20_000
# Columns for texts of single channels.
MAX_OWN = 30
_AT_ONCE = 250
_STAGES = {Stage.IDEA: "idea", Stage.DRAFTING: "drafting"}
COLUMNS = (
    "text", "title", "channels", "date", "time", "zone", "tags", "campaign", "assignee", "comment",
    "stage", "media",
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """`total`: how many there are; the rows end at MAX_ROWS, and are read while they are taken."""

    headings: list[str]
    rows: Iterator[list[str]]
    total: int


def sheet(posts: QuerySet[Post], team: Team) -> Sheet:
    """`posts` are the team's, narrowed as somebody likes; times are the team's zone's."""
    own = _own_texts(posts)
    headings = [*COLUMNS, *(f"text:{name_of(channel)}" for channel in own), "status", "link"]
    headings[3], headings[4] = (f"{word} ({team.time_zone})" for word in headings[3:5])
    return Sheet(headings, _rows(posts, team, own), posts.count())


def name_of(channel: Channel) -> str:
    """As an import understands it, whatever other channels there are."""
    return f"{channel.platform}:{channel.handle.removeprefix('@')}"


def _own_texts(posts: QuerySet[Post]) -> list[Channel]:
    said = Variant.objects.filter(post__in=posts.order_by(), text__isnull=False)
    return list(Channel.objects.filter(pk__in=said.values("channel"))[:MAX_OWN])


def _rows(posts: QuerySet[Post], team: Team, own: Sequence[Channel]) -> Iterator[list[str]]:
    """What is found is settled at the beginning; then a handful at a time is read. Nothing is held
    open in between: whoever takes the rows may be slow.
    """
    ordered = posts.order_by(F("planned_at").asc(nulls_last=True), "pk")
    ids = list(ordered.values_list("pk", flat=True)[:MAX_ROWS])
    fetched = Post.objects.for_team(team).select_related("campaign", "assignee")
    fetched = fetched.annotate(sent_back=rejected())
    fetched = fetched.prefetch_related(
        Prefetch("variants", Variant.objects.select_related("channel")),
        Prefetch("pictures", PostMedia.objects.select_related("asset")),
        Prefetch("deliveries", Delivery.objects.order_by("due_at", "pk")),
        "tags",
    )
    for handful in batched(ids, _AT_ONCE):
        found = fetched.in_bulk(handful)
        for post in (found[pk] for pk in handful if pk in found):
            yield [harmless(cell) for cell in _row(post, team, own)]


def _row(post: Post, team: Team, own: Sequence[Channel]) -> list[str]:
    variants = list(post.variants.all())
    deliveries = list(post.deliveries.all())
    texts = {variant.channel_id: variant.text or "" for variant in variants}
    comments = (variant.first_comment for variant in variants if variant.first_comment)
    at_risk = any(delivery.at_risk for delivery in deliveries)
    return [
        "\n\n".join(filter(None, [post.body, " ".join(f"#{tag}" for tag in post.hashtags)])),
        post.title,
        ", ".join(name_of(variant.channel) for variant in variants),
        *_when(post.planned_at, ZoneInfo(team.time_zone)),
        team.time_zone if post.planned_at else "",
        ", ".join(tag.name for tag in post.tags.all()),
        post.campaign.name if post.campaign else "",
        post.assignee.email if post.assignee else "",
        next(comments, ""),
        _STAGES.get(Stage(post.stage), ""),
        ", ".join(picture.asset.name for picture in post.pictures.all()),
        *(texts.get(channel.pk, "") for channel in own),
        status_of(
            post.stage,
            [delivery.state for delivery in deliveries],
            at_risk=at_risk,
            rejected=getattr(post, "sent_back", False),
        ),
        next((delivery.permalink for delivery in deliveries if delivery.permalink), ""),
    ]


def _when(at: datetime | None, zone: ZoneInfo) -> tuple[str, str]:
    local = at.astimezone(zone) if at else None
    return (f"{local:%Y-%m-%d}", f"{local:%H:%M}") if local else ("", "")


def cut_off(sheet: Sheet) -> str:
    """What to say where the rows end before the posts do; empty where they do not."""
    if sheet.total <= MAX_ROWS:
        return ""
    said = _("Only the first %(most)s of %(all)s posts are here. Narrow the filters for the rest.")
    return said % {"most": f"{MAX_ROWS:,}", "all": f"{sheet.total:,}"}
