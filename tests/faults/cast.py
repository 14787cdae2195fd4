"""Teams, channels on simulated accounts, and posts due there, made as people make them.

Everything goes through the services of the rooms, so that what is due has really been written,
approved and scheduled. Works on whatever database the models point at; see arena.py.
"""

import random
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models.functions import Now

from accounts.models import Team, User
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from bench.calls import platforms as one_call_platforms
from delivery import dispatcher
from delivery.models import Heartbeat
from posts.models import Delivery, MediaAsset, Post
from posts.services import compose, schedule
from posts.services.compose import Draft, VariantDraft
from posts.times import from_utc
from publishers import clients, registry
from publishers.contract import Account, AppPassword, OAuth2, Tokens
from publishers.models import Channel
from publishers.sandbox import accounts, faults
from publishers.sandbox.ledger import posts as remote_posts
from publishers.sandbox.models import Account as RemoteAccount
from publishers.sandbox.models import RemotePost
from publishers.sandbox.registry import TWINS
from publishers.services import connect
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory
from tests.factories.posts import MediaAssetFactory
from tests.processes import wait_until

SEA = (
    "anchor beacon bollard breeze buoy calm captain chart cliff cloud coast compass crew "
    "current dawn deck depth drift dusk ebb estuary ferry flag fog gale gauge gull harbour "
    "haul heron horizon hull island jetty keel kelp knot lagoon lantern ledge lighthouse log "
    "mast mist mooring net north oar pebble pier pilot plank port quay rain reef ridge rope "
    "rudder sail salt sand shoal signal sky squall star stern storm surge swell tide tiller "
    "vessel voyage wake watch wave west wharf wind "
)
WORDS = SEA.split()


def words(rng: random.Random) -> str:
    """A text that is like no other, short enough for every platform."""
    said = " ".join(rng.choice(WORDS) for _ in range(rng.randint(5, 22)))
    return f"{said.capitalize()} {rng.getrandbits(48):012x}."


@dataclass(frozen=True)
class Crew:
    """A team and who does what in it. `review`: somebody must approve."""

    team: Team
    owner: User
    editor: User
    review: bool = False


def crew(*, review: bool = False) -> Crew:
    name = f"Crew {secrets.token_hex(4)}"
    team = TeamFactory(name=name, slug=name.lower().replace(" ", "-"), review_required=review)
    owner, editor = (UserFactory(email=f"{role}@{team.slug}.test") for role in ("alice", "bob"))
    MembershipFactory(team=team, user=owner, role="owner")
    MembershipFactory(team=team, user=editor, role="editor")
    return Crew(team, owner, editor, review)


# -- channels


@dataclass
class Place:
    """A channel, the account behind it on the other side, and whose requests it answers there."""

    channel: Channel
    account: RemoteAccount = field(repr=False)
    asker: RemoteAccount = field(repr=False)

    def arm(self, kind: str, **how: object) -> None:
        faults.arm(self.asker, kind, **how)

    def met(self) -> bool:
        """Whether a request has come for everything that was armed."""
        return not self.asker.faults.armed().exists()

    def live(self) -> list[RemotePost]:
        """What the platform has accepted here, oldest first."""
        return list(remote_posts(self.account))


def kinds() -> list[tuple[str, str]]:
    """Every platform where a text is one call, with every kind of account that it knows.

    What needs more is held to the same promises over HTTP, by the tests of adapters.
    """
    plain = one_call_platforms()
    return [
        (slug, kind)
        for slug, twin in TWINS.items()
        if slug in plain
        for kind in sorted({str(seed.kind) for seed in twin.seeds})
    ]


def can_be_read(slug: str, kind: str) -> bool:
    """Whether a doubtful post is settled without a person: by its key, or by reading it back."""
    return registry.reconcile_of(slug, kind) != "ask"


READABLE = [one for one in kinds() if can_be_read(*one)]
BLIND = [one for one in kinds() if one not in READABLE]


def place(crew: Crew, slug: str, kind: str = "person") -> Place:
    name = f"place-{secrets.token_hex(5)}"
    person = account = accounts.create(slug, f"{name}.sandbox.test", name)
    if kind != "person":
        page = f"{name}-page"
        account = accounts.create(slug, page, page, kind=kind, administrators=[person])
    ours, tokens = sign_in(account)
    channel = connect(team=crew.team, platform=slug, account=ours, tokens=tokens, by=crew.owner)
    return Place(channel, account, person)


def places(crew: Crew, count: int, *, readable: bool = True) -> list[Place]:
    """One after the other on every platform; `readable`: only where no person need be asked."""
    usable = READABLE if readable else kinds()
    return [place(crew, *usable[number % len(usable)]) for number in range(count)]


def sign_in(account: RemoteAccount) -> tuple[Account, Tokens]:
    """What connecting brings: our view of the account, and tokens for it."""
    slug = account.platform
    auth = registry.spec_for(slug).auth
    if isinstance(auth, AppPassword):
        adapter = clients.adapter_for(slug, Account("", account.handle))
        return adapter.sign_in(account.handle, account.password)
    asked = auth.scopes if isinstance(auth, OAuth2) else ()
    minted = accounts.mint_tokens(account, asked)
    tokens = Tokens(minted.access, minted.refresh, minted.expires_in, minted.scopes)
    listed = clients.adapter_for(slug, Account("", "", token=minted.access)).accounts()
    ours = [one for one in listed if one.name == account.name] if isinstance(listed, list) else []
    assert ours, f"{slug} does not list {account.name}: {listed}"
    return ours[0], tokens


def reconnect(place: Place) -> None:
    """A person signs in again."""
    ours, tokens = sign_in(place.account)
    channel = Channel.objects.select_related("team").get(pk=place.channel.pk)
    owner = User.objects.filter(memberships__team=channel.team, memberships__role="owner").get()
    connect(team=channel.team, platform=channel.platform, account=ours, tokens=tokens, by=owner)


# -- posts


def soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def scheduled(
    crew: Crew,
    channels: Iterable[Channel],
    at: datetime,
    body: str,
    *,
    pictures: Sequence[MediaAsset] = (),
) -> Post:
    """A post that is approved and due at that moment, by the hands of this crew's people."""
    draft = Draft(
        body=body,
        channels={channel.pk: VariantDraft() for channel in channels},
        media=[(picture.pk, "A buoy") for picture in pictures],
    )
    post = compose.create(team=crew.team, by=crew.editor, draft=draft)
    moment = from_utc(at, "UTC")
    if not crew.review:
        return schedule.schedule(post=post, by=crew.editor, at=moment)
    schedule.plan(post=post, at=moment, by=crew.editor)
    return approve(post, crew)


def approve(post: Post, crew: Crew) -> Post:
    """Send it for review, and say yes to what was sent."""
    review = ask(post=post, by=crew.editor)
    request = review.requests.get(membership__user=crew.owner)
    decide(request=request, kind="approve", seen_hash=review.content_hash, trace=Trace(via="page"))
    post.refresh_from_db()
    return post


def due(
    crew: Crew, places: Iterable[Place], *, seconds: float = 0.0, pictures: int = 0
) -> list[Delivery]:
    """A post of its own on each of these, all due so many seconds from now."""
    rng, at = random.Random(secrets.randbits(64)), soon(seconds)
    posts = [
        scheduled(
            crew, [one.channel], at, words(rng), pictures=[picture(crew) for _ in range(pictures)]
        )
        for one in places
    ]
    return list(of(posts))


def of(posts: Iterable[Post]) -> Iterator[Delivery]:
    for post in posts:
        yield from Delivery.objects.filter(post=post).select_related("post", "channel")


def picture(crew: Crew) -> MediaAsset:
    colour = f"#{secrets.randbelow(1 << 24):06x}"
    return MediaAssetFactory(team=crew.team, colour=colour, width=64, height=48)


# -- where things are


def ticking() -> bool:
    silence = dispatcher.silent_for("dispatch")
    return silence is not None and silence < timedelta(seconds=3)


def await_first_tick() -> None:
    """The first of those who run now. Who ran before may have ticked a moment before its end."""
    Heartbeat.objects.filter(name="dispatch").delete()
    wait_until(ticking, 60, "the first tick")


def states(deliveries: Iterable[Delivery]) -> list[str]:
    found = dict(
        Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).values_list("pk", "state")
    )
    return [found[one.pk] for one in deliveries]


def all_in(deliveries: Sequence[Delivery], *wanted: str) -> bool:
    return set(states(deliveries)) <= set(wanted)


def troubles(deliveries: Iterable[Delivery] | None = None) -> list[tuple[object, ...]]:
    """Where those are that are not out."""
    rows = Delivery.objects.exclude(state="published").order_by("pk")
    if deliveries is not None:
        rows = rows.filter(pk__in=[one.pk for one in deliveries])
    columns = ("pk", "channel__platform", "state", "attempt_no", "failures", "problem", "run_at")
    return list(rows.values_list(*columns, "check_at")[:50])


def lateness(deliveries: Iterable[Delivery]) -> list[float]:
    """Seconds from the planned time to the platform's acceptance, of those that are out."""
    rows = Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).select_related("post")
    due_at = {row.post.body: row.due_at for row in rows}
    return [
        (post.accepted_at - due_at[post.text]).total_seconds()
        for post in remote_posts()
        if post.text in due_at
    ]


def let_leases_end(**which: object) -> None:
    """What dead processes hold runs out: here at once, so that a case need not wait for it."""
    Delivery.objects.filter(lease_until__isnull=False, **which).update(lease_until=Now())


def shorten_pauses(seconds: float = 3.0) -> None:
    """What ended its workers again and again is tried again within so many seconds."""
    at = soon(seconds)
    Delivery.objects.filter(state="queued", failures__gt=0, run_at__gt=at).update(run_at=at)


def bring_forward(deliveries: Iterable[Delivery], seconds: float = 0.0) -> None:
    """All due at once, so many seconds from now; what takes longer to make is due together."""
    at = soon(seconds)
    rows = Delivery.objects.filter(pk__in=[one.pk for one in deliveries], state="queued")
    rows.update(due_at=at, run_at=at)


def attempts_of(deliveries: Iterable[Delivery]) -> set[int]:
    """How many tries there were of each."""
    return {one.attempts.count() for one in deliveries}
