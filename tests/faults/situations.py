"""Everything that a platform can do to one post, each on channels of its own, all at once.

`happened` makes it happen and tells what became of each; test_rows_14_platforms.py says what
should.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from notifications.models import Message
from posts.models import Activity, Delivery, MediaAsset
from publishers import registry
from publishers.contract import AppPassword
from publishers.models import Channel, Grant
from publishers.sandbox.models import RemotePost
from tests.faults import cast
from tests.faults.arena import DELIVERY, Arena
from tests.faults.cast import Place
from tests.faults.checker import Verdict, check, under_way
from tests.faults.history import History
from tests.processes import wait_until

# Longer than the product waits for an answer.
SILENCE = "40"
EVERYWHERE = cast.kinds()
READ_BACK = cast.READABLE
BY_TEXT = [one for one in READ_BACK if registry.reconcile_of(*one) == "read"]
HOSTED = [
    (spec.slug, "person")
    for spec in registry.specs()
    if isinstance(spec.auth, AppPassword) and spec.auth.host_label
]
BY_HAND = "by hand"


@dataclass
class Became:
    """What is known of one delivery when all is over. `unknown` in seconds, None: it never was."""

    where: str
    readable: bool
    state: str
    problem: str
    attempts: list[str | None]
    live: int
    told: set[str]
    late: float
    call_took: float
    unknown: float | None


@dataclass
class Outcome:
    became: dict[str, list[Became]]
    verdict: Verdict

    def of(self, name: str) -> list[Became]:
        assert self.became[name], f"nothing was tried for {name}"
        return self.became[name]


# -- what is done before the post is due


type Arm = Callable[[Place, Delivery], None]


def armed(*kinds: str, **how: object) -> Arm:
    def arm(place: Place, delivery: Delivery) -> None:
        for kind in kinds:
            place.arm(kind, **how)

    return arm


def nothing(place: Place, delivery: Delivery) -> None:
    """All is well with it."""


def unreadable(place: Place, delivery: Delivery) -> None:
    place.arm("error_after")
    place.arm("error_before", does="read", times=None)


def lagging(place: Place, delivery: Delivery) -> None:
    """Whoever reads sees what was there five seconds ago, which is within the quiet period."""
    place.arm("error_after")
    place.arm("stale", parameter="5", times=2)


def posted_by_hand(place: Place, delivery: Delivery) -> None:
    """Somebody has posted the very same words there, past us."""
    place.arm("error_after")
    by_hand(place, delivery.post.body)


def full_page(place: Place, delivery: Delivery) -> None:
    """So many posts in between that they do not fit on the page that is read."""
    place.arm("error_after")
    for number in range(110):
        by_hand(place, f"{number} {delivery.post.body[:20]}")


def by_hand(place: Place, words: str) -> None:
    RemotePost.objects.create(
        account=place.account,
        remote_id=f"by-hand-{place.account.pk}-{RemotePost.objects.count()}",
        text=words,
        body={"text": words, "commentary": words},
        version=BY_HAND,
    )


def impossible_date(place: Place, delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(handles={"created_at": "2026-02-31T25:61"})


def unreadable_token(place: Place, delivery: Delivery) -> None:
    Grant.objects.filter(channel=place.channel).update(access_token="not a token")


def picture_gone(place: Place, delivery: Delivery) -> None:
    for asset in MediaAsset.objects.filter(uses__post=delivery.post):
        asset.file.storage.delete(asset.file.name)


def hosted_at(host: str) -> Arm:
    def move(place: Place, delivery: Delivery) -> None:
        Channel.objects.filter(pk=place.channel.pk).update(host=host)

    return move


@dataclass(frozen=True)
class Situation:
    arm: Arm
    kinds: list[tuple[str, str]]
    pictures: int = 0


SITUATIONS = {
    "well": Situation(nothing, EVERYWHERE),
    "14 error before": Situation(armed("error_before"), EVERYWHERE),
    "14 error after": Situation(armed("error_after"), EVERYWHERE),
    "15 slow down": Situation(armed("rate_limited", parameter="2"), READ_BACK),
    "16 hang": Situation(armed("hang", parameter=SILENCE), READ_BACK),
    "16 hang before": Situation(armed("hang_before", parameter=SILENCE), READ_BACK),
    "16 drip": Situation(armed("drip"), READ_BACK),
    "17 reset": Situation(armed("reset_after_accept"), READ_BACK),
    "17 half": Situation(armed("half_answer"), READ_BACK),
    "17 web page": Situation(armed("web_page"), READ_BACK),
    "17 no id": Situation(armed("no_id"), READ_BACK),
    "17 empty": Situation(armed("empty_answer"), READ_BACK),
    "18 refused": Situation(armed("refused_after"), READ_BACK),
    "19 unreadable": Situation(unreadable, READ_BACK),
    "19 lagging": Situation(lagging, BY_TEXT),
    "19 two": Situation(posted_by_hand, BY_TEXT),
    "19 full page": Situation(full_page, BY_TEXT),
    "28 impossible date": Situation(impossible_date, READ_BACK[:1]),
    "28 unreadable token": Situation(unreadable_token, READ_BACK[:1]),
    "28 picture gone": Situation(picture_gone, READ_BACK, pictures=1),
    "30 no address": Situation(hosted_at("https://nobody.invalid"), HOSTED),
    "30 private address": Situation(hosted_at("https://localhost"), HOSTED),
    "signed out once": Situation(armed("unauthorized"), READ_BACK),
    "signed out": Situation(armed("unauthorized", times=None), READ_BACK),
}


# -- what became of it


def happened(arena: Arena, **_: Any) -> Outcome:
    crew = cast.crew()
    made: dict[str, list[tuple[Place, Delivery]]] = {}
    for name, situation in SITUATIONS.items():
        for kind in situation.kinds:
            place = cast.place(crew, *kind)
            [delivery] = cast.due(crew, [place], seconds=600, pictures=situation.pictures)
            made.setdefault(name, []).append((place, delivery))
            situation.arm(place, delivery)
    everything = [delivery for pairs in made.values() for _, delivery in pairs]
    well = [delivery for _, delivery in made["well"]]
    arena.run(*DELIVERY)
    cast.await_first_tick()
    cast.bring_forward([one for one in everything if one not in well], seconds=5)
    # When all the others have begun, and the silent ones hold what they hold for half a minute:
    # how fast so many are sent at once is for the benchmark to say.
    cast.bring_forward(well, seconds=20)
    wait_until(lambda: all(map(over, everything)), 150, "the end of every doubt")
    aside = [one for name, pairs in made.items() if name.startswith("28 ") for _, one in pairs]
    wait_until(lambda: all(map(told_of, aside)), 120, "a word about what was put aside")
    RemotePost.objects.filter(version=BY_HAND).delete()
    # What has no address is tried again all the time, and is in nobody's sight meanwhile.
    wait_until(lambda: not under_way(), 60, "a moment at which nothing is tried")
    verdict = check(History(), quiet=arena.patience.quiet)
    became = {name: [_became(*pair) for pair in pairs] for name, pairs in made.items()}
    return Outcome(became, verdict)


def over(delivery: Delivery) -> bool:
    """It has ended, or waits with a word about it."""
    delivery.refresh_from_db()
    if delivery.state in ("published", "needs_human", "failed"):
        return True
    if Channel.objects.filter(pk=delivery.channel_id, state="reconnect").exists():
        return True
    waits = ("queued", "missed")
    return delivery.state in waits and delivery.failures > 0 and bool(delivery.problem)


def told_of(delivery: Delivery) -> set[str]:
    """The kinds of messages that name it, alone or among others."""
    named = Q(data__delivery=delivery.pk) | Q(data__deliveries__contains=delivery.pk)
    kinds = Message.objects.filter(named).values_list("kind", flat=True)
    return set(kinds) - {"delivery_at_risk"}


def _became(place: Place, delivery: Delivery) -> Became:
    attempts = list(delivery.attempts.order_by("attempt_no"))
    ends = [one.ended_at - one.intent_at for one in attempts if one.ended_at]
    moves = dict(
        Activity.objects.filter(data__delivery=delivery.pk)
        .order_by("-pk")
        .values_list("kind", "at")
    )
    lost = moves.get("delivery.lose")
    settled = moves.get("delivery.publish") or moves.get("delivery.ask")
    return Became(
        where=f"{place.channel.platform} {place.channel.kind}",
        readable=(place.account.platform, place.account.kind) in READ_BACK,
        state=delivery.state,
        problem=delivery.problem,
        attempts=[one.outcome for one in attempts],
        live=sum(post.version != BY_HAND for post in place.live()),
        told=told_of(delivery),
        late=max(cast.lateness([delivery]), default=0.0),
        call_took=max((end.total_seconds() for end in ends), default=0.0),
        unknown=(settled - lost).total_seconds() if lost and settled else None,
    )
