"""One post as its page shows it, in eight statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import Team
from posts import content, payloads, states
from posts.content import Snapshot
from posts.models import (
    Activity,
    Delivery,
    DeliveryPart,
    Post,
    PostMedia,
    Revision,
    Variant,
)
from posts.queries.activity import STEPS, TOLD, Entry, entries, steps
from posts.queries.comments import number_of
from posts.queries.parts import Item, listed
from posts.queries.said import Said, alike
from posts.queries.status import CHANGES, REJECT, status_of
from posts.queries.verdicts import Told, told
from posts.states import DeliveryState, Stage
from publishers import registry
from publishers.models import Channel

TIMELINE = 60
REVISIONS = 30


@dataclass(frozen=True)
class Line:
    """One channel's delivery, or a channel that has none yet."""

    channel: Channel
    platform: str
    delivery: Delivery | None
    status: str
    parts: Sequence[Item] = ()

    @property
    def held(self) -> bool:
        """It is due to go out, and will not before somebody sees to the channel."""
        stopped = self.channel.paused or self.channel.state != Channel.State.CONNECTED
        return stopped and self.status == DeliveryState.QUEUED


@dataclass(frozen=True)
class Can:
    """What may be done with the post in its state; rights are the viewer's own."""

    edit: bool
    schedule: bool
    publish: bool
    unschedule: bool
    review: bool
    trash: bool


@dataclass(frozen=True)
class Page:
    post: Post
    status: str
    said: list[Said]
    lines: list[Line]
    timeline: list[Entry]
    earlier: int | None
    steps: list[Entry]
    revisions: Sequence[Revision]
    pictures: int
    comments: int
    can: Can
    told: Told | None


def fetch(team: Team, pk: int) -> Post | None:
    """The post with all that its page draws."""
    return (
        Post.objects.for_team(team)
        .select_related("team", "author", "assignee", "campaign", "made_from__version__template")
        .defer("made_from__version__document")
        .prefetch_related(
            "tags",
            Prefetch("pictures", PostMedia.objects.select_related("asset")),
            Prefetch("variants", Variant.objects.select_related("channel")),
            Prefetch("deliveries", Delivery.objects.select_related("channel")),
        )
        .annotate(comments_now=number_of())
        .filter(pk=pk)
        .first()
    )


def _rejected(happened: Iterable[Activity]) -> bool:
    """`happened`: the latest first."""
    back = (row.kind for row in happened if row.kind in (REJECT, CHANGES))
    return next(back, None) == REJECT


def page(post: Post) -> Page:
    pictures, variants = list(post.pictures.all()), list(post.variants.all())
    deliveries = list(post.deliveries.all())
    happened = Activity.objects.filter(post=post).select_related("actor")
    rows = list(happened.filter(kind__in=TOLD)[: TIMELINE + 1])
    rows, more = rows[:TIMELINE], rows[TIMELINE:]
    # Many tries push its approval out of the timeline, not out of the page.
    decided = rows if len(rows) < TIMELINE else happened.filter(kind__in=STEPS)[:TIMELINE]
    channels = {v.channel_id: v.channel for v in variants}
    channels |= {d.channel_id: d.channel for d in deliveries}
    names = {pk: platform_name(channel) for pk, channel in channels.items()}
    open_states = [d.state for d in deliveries if d.state != DeliveryState.CANCELLED]
    document = content.document(post, pictures, variants)
    revisions = list(post.revisions.select_related("author").defer("snapshot")[:REVISIONS])
    return Page(
        post=post,
        status=status_of(
            post.stage,
            open_states,
            at_risk=any(d.at_risk for d in deliveries),
            rejected=_rejected(decided),
        ),
        said=alike(document, variants, pictures),
        lines=_lines(variants, deliveries, _parts(post, document, deliveries)),
        timeline=entries(rows, names),
        earlier=rows[-1].pk if more else None,
        steps=steps(entries(decided, names)),
        revisions=revisions,
        pictures=len(pictures),
        comments=getattr(post, "comments_now", 0),
        can=_can(post, open_states, begun=any(d.remote_id is not None for d in deliveries)),
        # What was never kept as a version was never looked at for more than a moment.
        told=told(post, post.content_hash) if revisions else None,
    )


def earlier(post: Post, before: int) -> tuple[list[Entry], int | None]:
    """The part of the timeline before the entry `before`, and where the part before that begins."""
    happened = Activity.objects.filter(post=post, pk__lt=before, kind__in=TOLD)
    rows = list(happened.select_related("actor")[: TIMELINE + 1])
    names = {channel.pk: platform_name(channel) for channel in Channel.objects.for_team(post.team)}
    more = rows[TIMELINE - 1].pk if len(rows) > TIMELINE else None
    return entries(rows[:TIMELINE], names), more


def platform_name(channel: Channel) -> str:
    adapter = registry.ADAPTERS.get(channel.platform)
    return f"{adapter.spec.name} ({channel})" if adapter else str(channel)


def _parts(
    post: Post, document: Snapshot, deliveries: Sequence[Delivery]
) -> Mapping[int, Sequence[Item]]:
    """Of deliveries that have begun, by their ids. Asked only where something may follow a post."""
    begun = {
        d.pk: d for d in deliveries if d.remote_id and str(d.channel_id) in document["channels"]
    }
    many = [pk for pk, d in begun.items() if len(payloads.pieces(document, d.channel_id)) > 1]
    live: dict[int, list[DeliveryPart]] = {pk: [] for pk in many}
    for part in DeliveryPart.objects.filter(delivery__in=many) if many else ():
        live[part.delivery_id].append(part)
    return {pk: listed(begun[pk], document, rows) for pk, rows in live.items()}


def _lines(
    variants: Sequence[Variant],
    deliveries: Sequence[Delivery],
    parts: Mapping[int, Sequence[Item]],
) -> list[Line]:
    """One per channel; a cancelled delivery only where nothing replaced it."""
    latest: dict[int, Delivery] = {}
    for delivery in sorted(deliveries, key=lambda d: (d.state != DeliveryState.CANCELLED, d.pk)):
        latest[delivery.channel_id] = delivery
    channels = {variant.channel_id: variant.channel for variant in variants}
    channels |= {pk: delivery.channel for pk, delivery in latest.items()}
    return [_line(channel, latest.get(pk), parts) for pk, channel in channels.items()]


def _line(channel: Channel, delivery: Delivery | None, parts: Mapping[int, Sequence[Item]]) -> Line:
    adapter = registry.ADAPTERS.get(channel.platform)
    name = adapter.spec.name if adapter else channel.platform
    if delivery is None:
        return Line(channel, name, None, DeliveryState.DRAFT)
    return Line(channel, name, delivery, delivery.state, parts.get(delivery.pk, ()))


def _can(post: Post, open_states: Sequence[str], *, begun: bool) -> Can:
    """`begun`: something of it is live, if only a part of a thread."""
    stage, found = Stage(post.stage), set(open_states)
    busy = bool(found & (states.IN_FLIGHT | {DeliveryState.NEEDS_HUMAN}))
    out = DeliveryState.PUBLISHED in found
    free = not post.team.review_required and stage != Stage.IN_REVIEW
    commits = stage == Stage.APPROVED or (free and stage not in (Stage.SCHEDULED, Stage.DONE))
    waiting = stage == Stage.SCHEDULED and DeliveryState.QUEUED in found
    return Can(
        edit=stage != Stage.DONE and not busy,
        schedule=stage != Stage.DONE and not busy,
        publish=(commits or waiting) and not busy,
        unschedule=(stage == Stage.SCHEDULED or post.planned_at is not None) and not (busy or out),
        review="submit" in states.POST[stage],
        trash=not (busy or out or begun),
    )
