"""What concerns more than one post: why this machine holds everything back, what a restore did.

Called by instance.py and rewind.py. Pages read the rows (queries/standing.py).
"""

import socket
from collections.abc import Iterable
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext, ngettext, override

from accounts import languages
from accounts.models import Membership, Team
from delivery.models import Heartbeat, Rewind, Stray
from notifications.services import tell
from posts.models import Activity, Delivery, Post
from posts.states import DeliveryState
from ui import dates

HELD = "held:"
# Owners hear of it once; and again when it was well for so long in between.
QUIET = timedelta(minutes=30)
# Whose posts are due so soon.
SOON = timedelta(hours=1)
_ON_THEIR_WAY = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.SENDING)


def held(reason: str, *, alarm: bool) -> None:
    """Note why this machine publishes nothing; empty: it does again."""
    name = f"{HELD}{socket.gethostname()[:34]}"
    with transaction.atomic():
        row = Heartbeat.objects.select_for_update().annotate(now=Now()).filter(name=name).first()
        Heartbeat.objects.update_or_create(
            name=name, defaults={"at": Now(), "detail": reason[:200]}
        )
        news = row is None or row.at < row.now - QUIET
        if reason and alarm and news:
            waiting = Team.objects.filter(
                deliveries__state__in=_ON_THEIR_WAY,
                deliveries__run_at__lt=Now() + SOON,
            )
            _tell(waiting.distinct(), "publishing_held", reason=reason)


def rewound(rewind: Rewind) -> None:
    """The owners of every team whose posts are in doubt, or are in review no more."""
    doubted = Delivery.objects.filter(unknown_since=rewind.noticed_at)
    stray = Stray.objects.filter(noticed_at=rewind.noticed_at)
    lapsed = Activity.objects.filter(kind="post.lapse", data__rewind=rewind.pk)
    concerned = (doubted, stray, lapsed)
    teams = Team.objects.filter(
        reduce(or_, (Q(pk__in=rows.values("team_id")) for rows in concerned))
    )
    for team in teams:
        words = _words(*(rows.filter(team=team).count() for rows in concerned))
        _tell([team], "database_rewound", reason=words)


def lapsed(post: Post) -> None:
    """Who wrote it and who sent it for review: by itself it stays where it is past its time."""
    asked = post.activity.filter(kind="post.submit").first()
    concerned = [pk for pk in (post.author_id, asked.actor_id if asked else None) if pk]
    url = reverse("posts:post", args=[post.team.slug, post.pk])
    found = Membership.objects.for_team(post.team).filter(user__in=concerned).order_by("pk")
    for member in found.select_related("user") if post.trashed_at is None else ():
        with override(languages.of_mail(member.user)):
            data = {"title": str(post), "reason": _again(post), "url": url}
        tell(kind="review_lapsed", team=post.team, user=member.user, data=data)


def _again(post: Post) -> str:
    """A mail has no clock but the team's."""
    if post.planned_at is None:
        return gettext("Send it for review again")
    when = dates.placed(post.planned_at, "D j M, H:i", post.team.zone)
    return gettext("Send it for review again: it is planned for %(when)s") % {"when": when}


def _words(doubted: int, stray: int, lapsed: int) -> str:
    looked = ngettext(
        "%(n)d post is looked up before anything is sent.",
        "%(n)d posts are looked up before anything is sent.",
        doubted,
    )
    gone = ngettext(
        "%(n)d post may be live that Drumbeat no longer knows.",
        "%(n)d posts may be live that Drumbeat no longer knows.",
        stray,
    )
    again = ngettext(
        "%(n)d post is no longer in review. Members and reviewers who were removed may be back: "
        "look through them, then send it for review again.",
        "%(n)d posts are no longer in review. Members and reviewers who were removed may be back: "
        "look through them, then send the posts for review again.",
        lapsed,
    )
    every = ((looked, doubted), (gone, stray), (again, lapsed))
    said = [words % {"n": n} for words, n in every if n]
    return " ".join(said)


def _tell(teams: Iterable[Team], kind: str, **data: str) -> None:
    for team in teams:
        url = reverse("delivery:restored", args=[team.slug])
        owners = Membership.objects.for_team(team).filter(role=Membership.Role.OWNER)
        for member in owners.select_related("user"):
            tell(kind=kind, team=team, user=member.user, data={"url": url, **data})
