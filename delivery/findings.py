"""What would keep a delivery from going out, found without publishing anything: words and the fix.

Called by the preflight. What a platform says while a post is prepared becomes a finding here too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from delivery import breaker
from delivery.queries.weather import clock, spared
from posts import payloads
from posts.models import Approval, Delivery
from posts.states import LEASED, DeliveryState
from publishers import fit
from publishers.contract import (
    NotPublished,
    Outcome,
    Payload,
    Processing,
    Reconnect,
    Rejected,
    Spec,
    TryLater,
    Uncertain,
)
from publishers.models import Channel, RateWindow
from publishers.sessions import Session

About = Delivery.About

AGAIN = 60
# How much of a picture or video is in memory while its bytes are looked over.
AT_ONCE = 1024 * 1024
# What the platform has refused it refuses again; the content has to change.
REFUSED = 300
# A channel that opens or closes is noticed without looking.
NOTICED = 24 * 3600


@dataclass(frozen=True)
class Finding:
    """`passing`: it may mend itself, so people hear of it only when time runs short. `after`:
    seconds until it is worth looking again.
    """

    about: About
    words: str
    passing: bool = False
    after: int = AGAIN


def channel(delivery: Delivery) -> Iterator[Finding]:
    """Only what a person did on purpose; whether we are signed in is the session's matter."""
    if delivery.channel.paused:
        words = _("Publishing on %(channel)s is paused. Resume it under Channels.")
        yield Finding(About.CHANNEL, words % {"channel": delivery.channel}, after=NOTICED)


def approval(delivery: Delivery) -> Iterator[Finding]:
    approved = Approval.objects.filter(
        post_id=delivery.post_id, content_hash=delivery.content_hash, revoked_at=None
    )
    if not approved.exists():
        words = _("It is no longer approved as it is. Send the post for review again.")
        yield Finding(About.APPROVAL, words)


def content(
    items: Sequence[Payload], spec: Spec, *, account: str, thread: bool
) -> Iterator[Finding]:
    """Limits and options of all items, and the bytes of their media. `account` is its kind."""
    for problem in fit.problems(items, spec.slug, account=account, thread=thread):
        if problem.level == "error":
            yield Finding(About.CONTENT, str(problem))
    for media in (media for payload in items for media in payload.media):
        try:
            with media.stream() as stream:
                while stream.read(AT_ONCE):
                    pass
        except payloads.TamperedContent as error:
            yield Finding(About.CONTENT, str(error))


def quota(delivery: Delivery, spec: Spec, due: datetime) -> Iterator[Finding]:
    """Whether what the platform allows until then lasts for the posts before it, and for it."""
    costs = {rate.name: rate.cost for rate in spec.rates}
    windows = RateWindow.objects.filter(
        Q(channel=None) | Q(channel=delivery.channel_id),
        platform=spec.slug,
        name__in=costs,
        resets_at__gt=due,
    )
    for window in windows if costs else ():
        posts = window.left // costs[window.name]
        if not posts or _before(delivery, due, window)[:posts].count() == posts:
            words = _(
                "What %(platform)s allows is used up by earlier posts, so it goes out at %(time)s "
                "at the earliest. Move it, or take another one off."
            )
            told = {"platform": spec.name, "time": clock(window.resets_at, delivery.post.team.zone)}
            yield Finding(About.PLATFORM, words % told)


def _before(delivery: Delivery, due: datetime, window: RateWindow) -> QuerySet[Delivery]:
    """What goes out first and takes from the same window."""
    first = Delivery.objects.filter(
        Q(due_at__lt=due) | Q(due_at=due, pk__lt=delivery.pk),
        state__in=[DeliveryState.QUEUED, *LEASED],
        channel__platform=window.platform,
        channel__state=Channel.State.CONNECTED,
        channel__paused=False,
    ).order_by()
    return first.filter(channel=window.channel_id) if window.channel_id else first


def platform(slug: str) -> Iterator[Finding]:
    """Whether it is well enough to be spoken to."""
    wait = spared().get(slug) if breaker.spares(slug) else None
    if wait is not None:
        yield Finding(About.PLATFORM, _hopeful(wait.sentence), passing=True)


def session(found: Session | NotPublished, delivery: Delivery, due: datetime) -> Iterator[Finding]:
    """Whether we are signed in, and shall be when it is due."""
    if not isinstance(found, Session):
        yield answer(found, delivery)
        return
    if found.lasts(due):
        return
    renewable = bool(found.channel.grant.refresh_token)
    if renewable:
        words = _("The access of %(channel)s could not be renewed yet. We keep trying.")
    else:
        words = _("The access of %(channel)s ends before. Connect it again under Channels.")
    yield Finding(About.CHANNEL, words % {"channel": delivery.channel}, passing=renewable)


def answer(outcome: Outcome, delivery: Delivery) -> Finding:
    """What a platform said instead of being ready."""
    match outcome:
        case Processing(after=after):
            words = _("The platform is still preparing it. It goes out as soon as it is ready.")
            return Finding(About.PLATFORM, words, passing=True, after=after)
        case Reconnect(reason=reason):
            words = _("%(channel)s must be connected again under Channels: %(reason)s")
            said = words % {"channel": delivery.channel, "reason": reason}
            return Finding(About.CHANNEL, said, after=NOTICED)
        case Rejected(reason=reason):
            return Finding(About.CONTENT, reason, after=REFUSED)
        case TryLater(reason=reason, after=int(after)):
            return Finding(About.PLATFORM, _hopeful(reason), passing=True, after=after)
        case TryLater(reason=reason) | Uncertain(reason=reason):
            return Finding(About.PLATFORM, _hopeful(reason), passing=True)
    raise TypeError(f"{outcome} before its time")  # pragma: no cover


def _hopeful(reason: str) -> str:
    return f"{reason} {_('We keep trying.')}"
