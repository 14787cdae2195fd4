"""Opening the addresses that posts name, in the background: each of a team at most once a day.

Rows are the queue. What posts name is found by a tick in those that changed of late, so that no
page waits for it, stores it, or makes anybody call. Called by tasks.py.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Team
from approvals.facts import key_of
from approvals.gates import links as gate
from approvals.gates.reader import Reader, host_of, shown
from approvals.models import Link
from approvals.rules import in_force
from posts import content
from posts.models import Delivery, Post
from posts.states import DeliveryState
from publishers.contract import Rejected, Reply
from publishers.http import Client

log = structlog.get_logger(__name__)

# A worker has other things to do as well.
SECONDS = 5.0
AT_ONCE, POSTS_AT_ONCE, MOST_HOPS = 20, 50, 5
# Of one team's addresses that wait: who writes more of them waits for those before.
MOST_WAITING = 200
LATELY, AHEAD = timedelta(minutes=15), timedelta(hours=2)
GOOD_FOR, SELDOM = timedelta(days=1), timedelta(minutes=30)
SOON, LEASE = timedelta(seconds=20), timedelta(minutes=2)
KEPT = timedelta(days=60)
# For one answer, and for all that one address leads to.
PATIENCE, IN_ALL = 8.0, 15.0
MOST_BYTES = 3_000_000
# It is there, and does not speak to programs, or not now.
_NOT_TO_US = frozenset({401, 402, 403, 405, 406, 407, 408, 425, 429, 451, 501, 999})
_ASK_WHOLE = frozenset({400, 403, 404, 405, 406, 410, 501})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
State = Link.State


@dataclass(frozen=True)
class Answer:
    state: str
    words: str = ""


def tick(client: Client | None = None) -> None:
    """`client`: for tests, whose servers are on this machine."""
    for team in _busy():
        rules = in_force(team)
        if rules.on("links") and rules.teams["links"].options["dead"]:
            find(team)
    until, own = time.monotonic() + SECONDS, client or Client(max_bytes=MOST_BYTES)
    try:
        for link in _claimed():
            if time.monotonic() > until:
                break
            store(link, opened(link.url, own))
    finally:
        if client is None:
            own.close()


def _busy() -> QuerySet[Team]:
    """Teams with gates, and with posts to look at."""
    lately, due = _lately().filter(team=OuterRef("pk")), _due().filter(team=OuterRef("pk"))
    chosen = Team.objects.filter(gates__isnull=False)
    return chosen.filter(Exists(lately) | Exists(due)).order_by("pk")


def _lately() -> QuerySet[Post]:
    return Post.objects.filter(trashed_at=None, updated_at__gte=timezone.now() - LATELY)


def _due() -> QuerySet[Delivery]:
    now = timezone.now()
    return Delivery.objects.filter(state=DeliveryState.QUEUED, due_at__range=(now, now + AHEAD))


def find(team: Team) -> None:
    """Note what is named by posts that were saved of late, or go out soon."""
    lately = _lately().filter(team=team).order_by("-updated_at")
    due = Post.objects.for_team(team).filter(pk__in=_due().filter(team=team).values("post"))
    posts = {post.pk: post for rows in (lately, due) for post in rows[:POSTS_AT_ONCE]}
    urls = dict.fromkeys(url for post in posts.values() for url in _named(post))
    note(team, urls)


def note(team: Team, urls: Iterable[str]) -> None:
    """Those that are new wait; those that were looked at long ago do so again."""
    now, wanted = timezone.now(), {key_of(url): url for url in urls}
    known = dict(Link.objects.for_team(team).filter(key__in=wanted).values_list("key", "look_at"))
    waiting = Link.objects.for_team(team).filter(state=State.WAITING).count()
    new = [
        Link(team=team, key=key, url=url)
        for key, url in wanted.items()
        if key not in known and not gate.inside(host_of(url) or "localhost")
    ]
    Link.objects.bulk_create(new[: max(0, MOST_WAITING - waiting)], ignore_conflicts=True)
    Link.objects.for_team(team).filter(key__in=known).update(asked_at=now)
    Link.objects.for_team(team).filter(asked_at__lt=now - KEPT).delete()


def _named(post: Post) -> Iterator[str]:
    reader, document = Reader(), content.snapshot(post)
    for own in document["channels"].values():
        texts = [*content.texts_of(own), own["first_comment"]]
        yield from reader.all_links(texts)


def _claimed() -> list[Link]:
    """Those whose time has come, as long as somebody names them; teams take turns by waiting."""
    now = timezone.now()
    with transaction.atomic():
        due = Link.objects.filter(look_at__lte=now, asked_at__gte=now - AHEAD)
        rows = list(
            due.select_for_update(skip_locked=True, of=("self",)).order_by("look_at", "pk")[
                :AT_ONCE
            ]
        )
        mine = [link.pk for link in rows]
        Link.objects.filter(pk__in=mine).update(look_at=now + LEASE)
    return rows


def store(link: Link, answer: Answer) -> None:
    """What opens nothing is asked once more, soon, before anybody is told so."""
    now, state = timezone.now(), answer.state
    again = SELDOM if state == State.UNSURE else GOOD_FOR
    failed = state == State.BROKEN
    if failed and link.tries == 0:
        state, again = link.state, SOON
    Link.objects.filter(pk=link.pk).update(
        state=state,
        words=answer.words[:300],
        tries=F("tries") + 1 if failed else 0,
        looked_at=now,
        look_at=now + again,
    )


# -- one address


def opened(url: str, client: Client) -> Answer:
    """Where it leads, over a few redirects, each looked at as if somebody had written it."""
    until = time.monotonic() + IN_ALL
    for _hop in range(MOST_HOPS + 1):
        if time.monotonic() > until:
            return _unsure(shown(host_of(url)))
        if gate.inside(host_of(url) or "localhost") and not client.trusts(url):
            return Answer(State.PRIVATE)
        reply = _asked(url, client)
        if isinstance(reply, Answer):
            return reply
        where = reply.headers.get("Location", "")
        if reply.status not in _REDIRECTS or not where:
            return _meaning(reply.status)
        try:
            url = urljoin(url, where)
        except ValueError:
            return Answer(State.BROKEN, "It leads to what is no address.")
    return Answer(State.BROKEN, "It leads on and on.")


def _asked(url: str, client: Client) -> Reply | Answer:
    """With HEAD; servers that refuse that are asked for the page."""
    reply = client.send("HEAD", url, seconds=PATIENCE)
    if isinstance(reply, Reply) and reply.status in _ASK_WHOLE:
        whole = client.send("GET", url, seconds=PATIENCE)
        reply = whole if isinstance(whole, Reply) else reply
    if isinstance(reply, Reply):
        return reply
    if isinstance(reply, Rejected):
        return Answer(State.PRIVATE)
    host = shown(host_of(url))
    if "could not be reached" in reply.reason:
        return Answer(State.BROKEN, f"{host} could not be reached.")
    return _unsure(host)


def _unsure(host: str) -> Answer:
    return Answer(State.UNSURE, f"{host} gave no full answer.")


def _meaning(status: int) -> Answer:
    if status < 400:
        return Answer(State.OK)
    if status in _NOT_TO_US or status >= 500:
        return Answer(State.UNSURE, f"The server answered with {status}.")
    return Answer(State.BROKEN, f"The server answered with {status}.")
