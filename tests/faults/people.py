"""The people of a run: they change their minds around the second a post is due, and they answer.

All of it through the services that the pages call. What a service has acknowledged is kept in the
history: the checker holds the product to it. People tell the truth: before they say that a post is
live or not, they look at the platform.
"""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db import DatabaseError, InterfaceError
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import User
from posts import content
from posts.errors import PostsError
from posts.models import Delivery, Post
from posts.services import compose, deliveries, review, schedule
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from publishers.models import Channel
from publishers.sandbox.ledger import posts as remote_posts
from tests.faults import cast
from tests.faults.cast import Place
from tests.faults.generator import Deed, Generator
from tests.faults.here import let_go
from tests.faults.history import History

ANSWER_EVERY = 1.0
RECONNECT_AFTER = 3.0


class People:
    def __init__(self, generator: Generator, history: History, stop: threading.Event) -> None:
        self.generator, self.history, self.stop = generator, history, stop
        self.rng = random.Random(generator.plan.seed + 1)
        self._next_answers = 0.0
        self._signed_out: dict[int, float] = {}
        self.quiet = 0.0

    def run(self) -> None:
        while not self.stop.is_set():
            self._safely("deed", self._deeds)
            if time.monotonic() >= self._next_answers:
                self._safely("answer", self.answer)
                self._next_answers = time.monotonic() + ANSWER_EVERY
            time.sleep(0.05)
        let_go()

    def _safely(self, what: str, work: Callable[[], None]) -> None:
        """A page would show an error while the database is away; the person comes back later."""
        try:
            work()
        except (DatabaseError, InterfaceError) as error:
            self.history.refuse(what, f"database: {type(error).__name__}")
            let_go()
            time.sleep(0.2)

    # -- changing one's mind

    def _deeds(self) -> None:
        while deed := self.generator.next_deed():
            post = Post.objects.select_related("team").filter(pk=deed.post).first()
            if post is None:
                return
            try:
                getattr(self, f"_{deed.kind}")(post, deed)
            except PostsError as error:
                self.history.refuse(deed.kind, str(error))
            except (DatabaseError, InterfaceError):
                self.history.act("unanswered", post.pk)
                raise

    def _cancel(self, post: Post, deed: Deed) -> None:
        mine = list(post.deliveries.exclude(state__in=["published", "cancelled"]))
        if mine:
            one = self.rng.choice(mine)
            decision = deliveries.cancel(delivery=one, by=deed.crew.owner)
            # Who forgets about what may be live has not been told that it is not.
            doubtful = decision.was["state"] == DeliveryState.NEEDS_HUMAN
            kind = "forget" if doubtful else "cancel"
            self.history.act(kind, post.pk, delivery=one.pk, text=post.body)

    def _edit(self, post: Post, deed: Deed) -> None:
        """Other words; then approved and scheduled again, as people do."""
        before = post.body
        draft = compose.draft_of(content.snapshot(post), post)
        changed = compose.Draft(**{**vars(draft), "body": cast.words(self.rng)})
        post = compose.save(post=post, draft=changed, version=post.version, by=deed.crew.editor)
        self.history.act("edit", post.pk, text=before)
        self._again(post, deed)

    def _revoke(self, post: Post, deed: Deed) -> None:
        review.withdraw(post=post, by=deed.crew.owner)
        self.history.act("revoke", post.pk, text=post.body)
        if self.rng.random() < 0.5:
            self._again(post, deed)

    def _again(self, post: Post, deed: Deed) -> None:
        at = from_utc(cast.soon(self.rng.uniform(0.5, 4)), "UTC")
        post.refresh_from_db()
        with self._allowing("return", post):
            if deed.crew.review:
                schedule.plan(post=post, at=at, by=deed.crew.editor)
                cast.approve(post, deed.crew)
            else:
                schedule.schedule(post=post, at=at, by=deed.crew.editor)

    @contextlib.contextmanager
    def _allowing(self, kind: str, post: Post, delivery: Delivery | None = None) -> Iterator[None]:
        """These words may go out from when it was asked for, if it is granted; or if the database
        went away with the answer, since it may have been.
        """
        asked, text, which = time.time(), post.body, delivery and delivery.pk
        try:
            yield
        except (DatabaseError, InterfaceError):
            self.history.act(kind, post.pk, delivery=which, text=text, asked=asked)
            raise
        self.history.act(kind, post.pk, delivery=which, text=text, asked=asked)

    def _reschedule(self, post: Post, deed: Deed) -> None:
        at = from_utc(cast.soon(self.rng.uniform(0.0, 5)), "UTC")
        schedule.reschedule(post=post, at=at, by=deed.crew.editor)
        self.history.act("reschedule", post.pk)

    def _unschedule(self, post: Post, deed: Deed) -> None:
        schedule.unschedule(post=post, by=deed.crew.editor)
        self.history.act("unschedule", post.pk, text=post.body)

    def _publish_now(self, post: Post, deed: Deed) -> None:
        committed = post.stage in (Stage.SCHEDULED, Stage.DONE)
        with self._allowing("publish_now" if committed else "return", post):
            schedule.publish_now(post=post, by=deed.crew.editor)

    # -- answering

    def answer(self) -> None:
        """Whoever is asked looks at the platform first, and not before the dust has settled."""
        places = {place.channel.pk: place for place in self.generator.all_places()}
        settled = Now() - timedelta(seconds=self.quiet)
        asked = self.asked().filter(unknown_since__lt=settled)
        for delivery in asked.select_related("post__team", "channel")[:20]:
            self._decide(delivery, places[delivery.channel_id])
        for place in self._to_sign_in(places):
            cast.reconnect(place)
            self.history.note("reconnected", channel=place.channel.pk)

    def asked(self) -> QuerySet[Delivery]:
        """What waits for one of us."""
        places = [place.channel.pk for place in self.generator.all_places()]
        return Delivery.objects.filter(
            state=DeliveryState.NEEDS_HUMAN, channel__in=places, unknown_since__isnull=False
        )

    def _decide(self, delivery: Delivery, place: Place) -> None:
        owner = User.objects.filter(
            memberships__team=delivery.team_id, memberships__role="owner"
        ).get()
        live = remote_posts(place.account).filter(text__in=said_in(delivery)).first()
        try:
            if live:
                deliveries.confirm_live(delivery=delivery, by=owner, permalink="https://a.test/")
                self.history.act("confirm_live", delivery.post_id, delivery=delivery.pk)
            elif self.rng.random() < 0.7:
                with self._allowing("resend", delivery.post, delivery):
                    deliveries.resend(delivery=delivery, by=owner, looked=True)
            else:
                deliveries.drop(delivery=delivery, by=owner)
                said = delivery.post.body
                self.history.act("drop", delivery.post_id, delivery=delivery.pk, text=said)
        except PostsError as error:
            self.history.refuse("decide", str(error))

    def _to_sign_in(self, places: dict[int, Place]) -> list[Place]:
        """Channels that have been signed out for a moment, so that what waits is seen to wait."""
        out = set(
            Channel.objects.filter(pk__in=places, state="reconnect").values_list("pk", flat=True)
        )
        now = time.monotonic()
        self._signed_out = {pk: self._signed_out.get(pk, now) for pk in out}
        return [places[pk] for pk, at in self._signed_out.items() if now - at >= RECONNECT_AFTER]


def said_in(delivery: Delivery) -> list[str]:
    """Every wording that was ever tried under this delivery."""
    hashes = delivery.attempts.values_list("content_hash", flat=True)
    revisions = delivery.post.revisions.filter(content_hash__in=[*hashes, delivery.content_hash])
    return [revision.snapshot["body"] for revision in revisions]
