"""Teams, channels on simulated accounts, and posts by the thousand: approved, with a time.

Rows are written far in the future and brought to their time by `shift`, when everything is ready.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Max, QuerySet
from django.utils.text import slugify

from accounts.models import Team, User
from accounts.services.teams import add_person, create_team
from config.demo import channels as demo
from config.demo import past
from config.demo.past import Sent, Story
from posts.models import Delivery, Post
from posts.states import DeliveryState, Stage
from publishers import registry
from publishers.contract import Account
from publishers.models import Channel
from publishers.sandbox import accounts, faults
from publishers.sandbox.models import Account as SandboxAccount
from publishers.sandbox.models import Fault
from publishers.services import connect

AT_ONCE = 1000
PAGE = "organization"
# Longer than any world takes to be written, and further than anything looks ahead.
FAR = timedelta(hours=6)


@dataclass(frozen=True)
class Place:
    """A channel, whose posts they are, and the account with its token."""

    channel: Channel
    author: User
    account: Account


@dataclass(frozen=True)
class Batch:
    """Deliveries that were written together. `due` is that of the first."""

    after: int
    last: int
    due: datetime

    @property
    def rows(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(pk__gt=self.after, pk__lte=self.last)

    @property
    def posts(self) -> QuerySet[Post]:
        return Post.objects.filter(pk__in=self.rows.values("post_id"))


def now() -> datetime:
    """By the database's clock, which decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def places(
    count: int, *, teams: int, platforms: Sequence[str], latency_ms: int, label: str = "Bench"
) -> list[Place]:
    """`count` channels, dealt out to the teams and the platforms in turn."""
    owners = [_team(f"{label} {number}") for number in range(teams)]
    found = []
    for number in range(count):
        team, owner = owners[number % teams]
        account = _account(platforms[number % len(platforms)], f"{label} {number}", latency_ms)
        found.append(_connected(team, owner, account))
    return found


def _team(name: str) -> tuple[Team, User]:
    email = f"{slugify(name)}@demo.test"
    owner = add_person(email=email, name=name, password="drumbeat-demo")
    return create_team(name=name, time_zone="Europe/Lisbon", by=owner), owner


def _account(platform: str, name: str, latency_ms: int) -> SandboxAccount:
    account = person = accounts.create(platform, f"{slugify(name)}.sandbox.test", name)
    if set(registry.spec_for(platform).profile) == {PAGE}:
        # Of a person only what they run can be posted to.
        handle = f"{slugify(name)}-page"
        account = accounts.create(platform, handle, name, kind=PAGE, administrators=[person])
    if latency_ms:
        # A platform is slow for who asks, and for a page its person does.
        faults.arm(person, Fault.Kind.DELAY, times=None, parameter=str(latency_ms / 1000))
    return account


def _connected(team: Team, owner: User, there: SandboxAccount) -> Place:
    account, tokens = demo.sign_in(there.platform, there)
    channel = connect(team=team, platform=there.platform, account=account, tokens=tokens, by=owner)
    return Place(channel, owner, replace(account, token=account.token or tokens.access))


def text(label: str, number: int) -> str:
    """Every text its own: platforms refuse repetition, and the ledger tells posts apart by it."""
    return f"{label} {number}: the buoy off Peniche reports waves of two metres and a light wind."


def schedule(there: Sequence[Place], label: str, count: int, *, spread: float = 0.0) -> Batch:
    """A post per delivery, one place after the other, spread over so many seconds."""
    due, after = now() + FAR, _last()
    for first in range(0, count, AT_ONCE):
        stories: dict[Team, list[Story]] = {}
        for number in range(first, min(first + AT_ONCE, count)):
            place = there[number % len(there)]
            at = due + timedelta(seconds=spread * number / count)
            words = text(label, number)
            story = _story(place, words, Stage.SCHEDULED, at)
            stories.setdefault(place.channel.team, []).append(story)
        for team, some in stories.items():
            past.write(team, some)
    return Batch(after, _last(), due)


def published_long_ago(there: Sequence[Place], count: int) -> None:
    """Old deliveries, so many that a statement which reads them all would show it."""
    by_team: dict[Team, list[Place]] = {}
    for place in there:
        by_team.setdefault(place.channel.team, []).append(place)
    written, number, moment = 0, 0, now() - timedelta(days=400)
    while written < count:
        for team, some in by_team.items():
            stories = []
            for _ in range(max(1, AT_ONCE // len(some))):
                number, moment = number + 1, moment + timedelta(minutes=1)
                stories.append(_old_story(some[: count - written], number, moment))
                written += len(stories[-1].channels)
            past.write(team, [story for story in stories if story.channels])


def _old_story(chosen: Sequence[Place], number: int, at: datetime) -> Story:
    """On many channels at once, so that a quarter of a million of them is soon written."""
    author = chosen[0].author if chosen else None
    sent = {p.channel.pk: Sent(DeliveryState.PUBLISHED, f"old-{number}") for p in chosen}
    post = Post(author=author, title=f"Old {number}", body=text("Old", number))
    return Story(post, Stage.DONE, at, [place.channel for place in chosen], sent=sent)


def _story(place: Place, words: str, stage: Stage, at: datetime) -> Story:
    post = Post(author=place.author, title=words[:40], body=words)
    return Story(post, stage, at, [place.channel], reviewer=place.author)


def _last() -> int:
    return Delivery.objects.aggregate(last=Max("pk"))["last"] or 0


def shift(batch: Batch, due: datetime) -> Batch:
    """Bring a batch to its time; the first is then due at `due`."""
    by = due - batch.due
    batch.rows.update(due_at=F("due_at") + by, run_at=F("run_at") + by)
    return replace(batch, due=due)


def settle_down() -> None:
    """Statistics and visibility as they are in a database that has been running for a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
