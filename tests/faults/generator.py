"""The seeded generator: who posts what, where and when, and what goes wrong on the platforms.

Writes a few seconds ahead of the time things are due, for as long as the run lasts. Which faults
and which changes there are is decided by the seed; when exactly they meet which process is not.
"""

import heapq
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError

from posts.models import MediaAsset, Post
from publishers.models import Channel
from publishers.sandbox.models import Fault
from tests.faults import cast
from tests.faults.cast import Crew, Place
from tests.faults.here import let_go
from tests.faults.history import History

SECONDS_AHEAD = 6.0


@dataclass(frozen=True)
class Plan:
    """One run. Times in seconds; shares between 0 and 1.

    `lag`: the longest time the platform is late with accepting or showing a post; shorter than the
    quiet period, as the product's promise supposes. `silence`: how long a hanging answer takes.
    """

    seed: int = 1
    deliveries: int = 250
    channels: int = 40
    crews: int = 7
    per_second: float = 5.0
    trouble: float = 0.25
    pictured: float = 0.06
    storm: float = 0.12
    lag: float = 2.0
    silence: float = 32.0
    hangs: float = 0.003
    blow_every: float = 4.0
    freeze: float = 5.0
    down: float = 4.0
    # What a killed process held runs out at once, instead of after the lease.
    hurried: bool = True

    @property
    def seconds(self) -> float:
        return self.deliveries / self.per_second


@dataclass(order=True)
class Deed:
    """Something a person will do to a post at a moment."""

    at: float
    number: int
    kind: str = field(compare=False)
    post: int = field(compare=False)
    crew: Crew = field(compare=False)


def insist[T](work: Callable[[], T], stop: threading.Event) -> T | None:
    """While the database is away, again: what a lost commit has stored all the same is one more."""
    while not stop.is_set():
        try:
            return work()
        except (DatabaseError, InterfaceError):
            let_go()
            time.sleep(0.3)
    return None


class Generator:
    """`prepare` once, then `run` in a thread. `deeds` are for people.py, earliest first."""

    def __init__(self, plan: Plan, history: History, stop: threading.Event) -> None:
        self.plan, self.history, self.stop = plan, history, stop
        self.rng = random.Random(plan.seed)
        self.crews: list[Crew] = []
        self.places: dict[int, list[Place]] = {}
        self.pictures: dict[int, list[MediaAsset]] = {}
        self.deeds: list[Deed] = []
        self.written = 0
        self.faults: dict[str, int] = {}
        self.finished = threading.Event()
        self._lock = threading.Lock()
        self._number = 0

    # -- who

    def prepare(self, told: Callable[[int], None] = lambda _: None) -> None:
        """The crews and their channels. Half of the crews ask for approval."""
        self.crews = [cast.crew(review=number % 2 == 1) for number in range(self.plan.crews)]
        for number in range(self.plan.channels):
            crew = self.crews[number % len(self.crews)]
            # On one channel in eight a person must be asked whatever is in doubt.
            blind, nth = number % 8 == 0, number // 8 if number % 8 == 0 else number
            usable = cast.BLIND if blind else cast.READABLE
            place = cast.place(crew, *usable[nth % len(usable)])
            self.places.setdefault(crew.team.pk, []).append(place)
            told(number + 1)
        for crew in self.crews:
            self.pictures[crew.team.pk] = [cast.picture(crew) for _ in range(3)]

    def all_places(self) -> list[Place]:
        return [place for places in self.places.values() for place in places]

    # -- what

    def run(self) -> None:
        try:
            for due in self._times():
                while not self.stop.is_set() and due - time.time() > SECONDS_AHEAD:
                    time.sleep(min(0.2, max(0.0, due - time.time() - SECONDS_AHEAD)))
                if self.stop.is_set():
                    break
                insist(lambda at=due: self._write(at), self.stop)
        finally:
            self.finished.set()
            let_go()

    def _times(self) -> Iterator[float]:
        """When posts are due: at the rate that is asked for, some in bursts of one second."""
        begin = time.time() + SECONDS_AHEAD + 2
        while self.written < self.plan.deliveries:
            due = begin + self.written / self.plan.per_second
            yield float(int(due)) if self.rng.random() < 0.3 else due

    def _write(self, due: float) -> None:
        rng = self.rng
        crew = rng.choice(self.crews)
        places = self.places[crew.team.pk]
        wanted = min(len(places), rng.choice((1, 1, 2, 2, 3, 4)))
        chosen = rng.sample(places, min(wanted, self.plan.deliveries - self.written))
        usable = self._connected(chosen)
        if not usable:
            return
        with_picture = rng.random() < self.plan.pictured
        pictures = [rng.choice(self.pictures[crew.team.pk])] if with_picture else []
        # Not in the past, however long the database was away.
        at = cast.soon(max(due - time.time(), 0.5))
        post = cast.scheduled(
            crew, [one.channel for one in usable], at, cast.words(rng), pictures=pictures
        )
        self.written += len(usable)
        self.history.schedule(post.pk, due=at.timestamp(), channels=len(usable))
        for place in usable:
            self._arm(place)
        if rng.random() < self.plan.storm:
            self._expect(post, crew, at.timestamp())

    def _connected(self, places: list[Place]) -> list[Place]:
        """A post can be scheduled only where its channel is signed in."""
        pks = [place.channel.pk for place in places]
        ready = set(
            Channel.objects.filter(pk__in=pks, state="connected").values_list("pk", flat=True)
        )
        return [place for place in places if place.channel.pk in ready]

    def _expect(self, post: Post, crew: Crew, due: float) -> None:
        kinds = ["cancel", "edit", "reschedule", "revoke", "unschedule", "publish_now"]
        weights = [4, 4, 4, 2, 1, 1]
        for kind in self.rng.choices(kinds, weights, k=self.rng.choice((1, 1, 2))):
            with self._lock:
                self._number += 1
                at = due + self.rng.uniform(-2, 2)
                heapq.heappush(self.deeds, Deed(at, self._number, kind, post.pk, crew))

    def next_deed(self) -> Deed | None:
        """The next whose time has come."""
        with self._lock:
            if self.deeds and self.deeds[0].at <= time.time():
                return heapq.heappop(self.deeds)
        return None

    # -- what goes wrong on the other side

    def _arm(self, place: Place) -> None:
        if self.rng.random() < self.plan.hangs:
            kind = self.rng.choice(("hang", "hang_before", "drip"))
            self._armed(place, kind, parameter=f"{self.plan.silence:g}")
        elif self.rng.random() < self.plan.trouble:
            self._one_of_many(place)

    def _one_of_many(self, place: Place) -> None:
        rng, lag = self.rng, self.plan.lag
        kind = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        if kind == "delay":
            self._armed(place, kind, parameter=f"{rng.uniform(0.1, lag):.2f}")
        elif kind == "rate_limited":
            self._armed(place, kind, parameter=rng.choice(("1", "2", "4")))
        elif kind == "unread":
            self._armed(place, "error_before", does="read", times=rng.choice((1, 2)))
        elif kind == "stale":
            self._armed(place, kind, parameter=f"{lag:.2f}", times=2)
        elif kind == "half_dead":
            self._armed(place, rng.choice(("error_after", "error_before")), times=3)
        else:
            self._armed(place, kind)

    def _armed(self, place: Place, kind: str, **how: object) -> None:
        place.arm(kind, **how)
        self.faults[kind] = self.faults.get(kind, 0) + 1


# How often each, relative to the others.
_WEIGHTS = {
    Fault.Kind.ERROR_AFTER.value: 5,
    Fault.Kind.ERROR_BEFORE.value: 4,
    Fault.Kind.RESET_AFTER_ACCEPT.value: 4,
    Fault.Kind.HALF_ANSWER.value: 3,
    Fault.Kind.EMPTY_ANSWER.value: 1,
    Fault.Kind.NO_ID.value: 1,
    Fault.Kind.WEB_PAGE.value: 1,
    Fault.Kind.DELAY.value: 6,
    Fault.Kind.RATE_LIMITED.value: 2,
    Fault.Kind.UNAUTHORIZED.value: 1,
    Fault.Kind.REJECTED.value: 1,
    Fault.Kind.MEDIA_ERROR.value: 1,
    "unread": 2,
    "stale": 2,
    "half_dead": 1,
}
