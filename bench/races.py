"""Random interleavings: a few acts at one moment on one post, again and again, each on a connection
of its own. Which acts there are, the seed decides; in which order they meet, nobody does.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from accounts.errors import AccountsError
from approvals.errors import ReviewError
from approvals.models import Decision, Review
from bench import outcomes
from bench.acts import ACTS, LIKELY, Doing, Table, deliver, table
from bench.world import Place
from posts.errors import PostsError
from posts.models import Delivery, Post
from posts.states import Stage

# What people are told, and nothing is wrong.
REFUSALS = (PostsError, ReviewError, AccountsError)
AT_ONCE = (2, 2, 3, 4)
# Of a table at one time, and how often something happens to a post before it is left alone.
OPEN, LONGEST = 3, 14
PATIENCE = 120.0
TOLD_EVERY = 500

type Known = set[tuple[int, str, str]]


@dataclass
class Run:
    """What has happened so far, at all tables."""

    count: int
    say: Callable[[str], None]
    done: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    posts: set[int] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, names: Sequence[str], answers: Sequence[str], found: Sequence[str]) -> None:
        with self._lock:
            self.done += 1
            self.acts.update(
                f"{name}: {answer}" for name, answer in zip(names, answers, strict=True)
            )
            self.broken += [f"{self.done}. {', '.join(names)}: {one}" for one in found]
            if self.done % TOLD_EVERY == 0:
                self.say(f"{self.done} of {self.count}, {len(self.broken)} broken")


def figures(
    places: Sequence[Place], count: int, seed: int, say: Callable[[str], None], *, tables: int = 2
) -> dict[str, Any]:
    """`broken` names each promise that was, with the acts before; `acts` how each ended."""
    run = Run(count, say)
    seats = [
        Seat(table(places[number::tables]), random.Random(f"{seed} {number}"), run)
        for number in range(tables)
    ]
    begun = time.monotonic()
    with ThreadPoolExecutor(tables) as pool:
        shares = [count // tables + (number < count % tables) for number in range(tables)]
        try:
            list(pool.map(Seat.play, seats, shares))
        finally:
            # Whoever stops it, or finds an error of ours, does not wait for all the others.
            run.over.set()
    seconds = time.monotonic() - begun
    while deliver():
        pass
    run.broken += [*outcomes.broken([*run.posts]), *outcomes.ledger(), *outcomes.changeable()]
    return {
        "interleavings": run.done,
        "seed": seed,
        "seconds": round(seconds, 1),
        "per_second": round(run.done / seconds, 1),
        "posts": len(run.posts),
        "decisions": Decision.objects.filter(review__post__in=run.posts).count(),
        "reviews": dict(Counter(Review.objects.values_list("state", flat=True))),
        "deliveries": dict(Counter(Delivery.objects.values_list("state", flat=True))),
        "acts": dict(sorted(run.acts.items())),
        "broken": run.broken,
    }


class Seat:
    """A table and its posts, with threads for as many acts as may happen at once."""

    def __init__(self, table: Table, rng: random.Random, run: Run) -> None:
        self.table, self.rng, self.run = table, rng, run
        self.left: dict[int, int] = {}
        self.decided: dict[int, Known] = {}
        self.pool = ThreadPoolExecutor(max(AT_ONCE))

    def play(self, count: int) -> None:
        try:
            for _ in range(count):
                if self.run.over.is_set():
                    break
                self._once()
        finally:
            _at_one_moment(self.pool, [_let_go] * max(AT_ONCE))
            self.pool.shutdown()
            connection.close()

    def _once(self) -> None:
        post = self._chosen()
        doings = self._chosen_acts(post)
        answers = _at_one_moment(self.pool, [doing for _name, doing in doings])
        found = [answer for answer in answers if answer.startswith("!")]
        found += outcomes.broken([post.pk]) + self._gone(post)
        self.run.note([name for name, _doing in doings], answers, found)

    def _chosen(self) -> Post:
        """One of the few that are open; another for one that has come to its end."""
        while len(self.left) < OPEN:
            made = self.table.post(self.rng)
            self.left[made.pk] = LONGEST
            self.run.posts.add(made.pk)
        post = Post.objects.select_related("team").get(pk=self.rng.choice([*self.left]))
        self.left[post.pk] -= 1
        if not self.left[post.pk] or post.stage == Stage.DONE or post.trashed_at:
            del self.left[post.pk]
        return post

    def _chosen_acts(self, post: Post) -> list[tuple[str, Doing]]:
        likely = LIKELY.get(post.stage, dict.fromkeys(ACTS, 1))
        found: list[tuple[str, Doing]] = []
        wanted = self.rng.choice(AT_ONCE)
        while len(found) < wanted:
            [name] = self.rng.choices([*likely], [*likely.values()])
            if doing := ACTS[name](self.table, post, self.rng):
                found.append((name, doing))
        return found

    def _gone(self, post: Post) -> list[str]:
        """Decisions that were there and are not as they were."""
        rows = Decision.objects.filter(review__post=post)
        now = set(rows.values_list("pk", "kind", "content_hash"))
        before = self.decided.get(post.pk, set())
        self.decided[post.pk] = now
        return [f"a decision is not what it was: {one}" for one in before - now]


def _let_go() -> None:
    connection.close()


def _at_one_moment(pool: ThreadPoolExecutor, doings: Sequence[Doing]) -> list[str]:
    """How each ended, in a word; one that begins with "!" should not be."""
    start = threading.Barrier(len(doings))

    def run(doing: Doing) -> str:
        connection.ensure_connection()
        start.wait(PATIENCE)
        try:
            doing()
        except REFUSALS as error:
            return type(error).__name__
        except Exception as error:  # noqa: BLE001  (it is what this looks for)
            return f"! {type(error).__name__}: {error}"
        return "done"

    return list(pool.map(run, doings, timeout=PATIENCE))
