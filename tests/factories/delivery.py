"""Deliveries in every state, reached the way the product reaches them."""

from datetime import timedelta

import factory
from django.utils import timezone

from delivery import dispatcher, permits
from delivery.models import Attempt
from delivery.permits import Permit
from posts import workflow
from posts.models import Delivery
from posts.states import DeliveryState
from tests.factories.accounts import UserFactory
from tests.factories.posts import DeliveryFactory, PostFactory, VariantFactory
from tests.factories.publishers import ChannelFactory, grant_for


class AttemptFactory(factory.django.DjangoModelFactory[Attempt]):
    class Meta:
        model = Attempt

    delivery = factory.SubFactory(DeliveryFactory, queued=True)
    attempt_no = 1
    content_hash = factory.SelfAttribute("delivery.content_hash")
    idempotent = False
    worker = "host:1:1"
    intent_at = factory.LazyFunction(timezone.now)


def channel_of(team, platform="parrot_read", **fields):
    """A connected channel with tokens, free for an hour."""
    free = {"next_slot_at": timezone.now() - timedelta(hours=1), **fields}
    channel = ChannelFactory(team=team, platform=platform, **free)
    grant_for(channel)
    return channel


def due_delivery(team, author=None, *, channel=None, seconds=-20.0, pictures=(), **fields):
    """A delivery of an approved, scheduled post; due `seconds` from now."""
    channel = channel or channel_of(team)
    author = author or UserFactory()
    post = fields.pop("post", None) or PostFactory(team=team, author=author, stage="scheduled")
    for picture in pictures:
        picture.post = post
        picture.save()
    at = timezone.now() + timedelta(seconds=seconds)
    return DeliveryFactory(queued=True, post=post, channel=channel, due_at=at, **fields)


def due_thread(team, author=None, *, texts=("One.", "Two.", "Three."), comment="", **fields):
    """A delivery of a post and the parts that follow it, cut where its author said."""
    author, channel = author or UserFactory(), fields.pop("channel", None) or channel_of(team)
    kind, body = "thread" if len(texts) > 1 else "post", "\n---\n".join(texts)
    post = PostFactory(team=team, author=author, stage="scheduled", kind=kind, body=body)
    VariantFactory(post=post, channel=channel, first_comment=comment)
    return due_delivery(team, author, channel=channel, post=post, **fields)


def claimed(delivery: Delivery) -> Permit:
    """The delivery, offered and taken by this thread."""
    [claim] = [c for c in dispatcher.tick() if c.delivery_id == delivery.pk]
    taken = permits.take(claim.delivery_id, claim.attempt_no)
    assert taken is not None
    delivery.refresh_from_db()
    return taken.permit


def sending(delivery: Delivery, *, idempotent: bool = False, at=None) -> Permit:
    permit = claimed(delivery)
    moment = at or timezone.now()
    workflow.move(delivery, "intend", sent_at=moment)
    AttemptFactory(
        intent_at=moment,
        delivery=delivery,
        attempt_no=permit.attempt_no,
        content_hash=delivery.content_hash,
        worker=permit.owner,
        idempotent=idempotent,
    )
    return permit


def unknown(delivery: Delivery, *, since: float = 0.0) -> Delivery:
    """Sent `since` seconds ago, without an answer; a look at it is due."""
    sending(delivery)
    moment = timezone.now() - timedelta(seconds=since)
    workflow.move(
        delivery, "lose", owner="", lease_until=None, unknown_since=moment, check_at=moment
    )
    return delivery


def troubled(delivery: Delivery, state: str, problem: str = "It did not work.") -> Delivery:
    """A delivery that waits for a person, in `state`."""
    if state == DeliveryState.MISSED:
        workflow.move(delivery, "miss", problem=problem)
    elif state == DeliveryState.FAILED:
        sending(delivery)
        workflow.move(delivery, "refuse", owner="", lease_until=None, problem=problem)
    else:
        workflow.move(unknown(delivery), "ask", check_at=None, problem=problem)
    return delivery


def published(delivery: Delivery, *, found: bool = False, by=None, at=None) -> Delivery:
    """Live: by the platform's answer, `found` there later, or confirmed `by` somebody."""
    moment = at or timezone.now()
    if by:
        workflow.move(delivery, "confirm_live", by=by, confirmed_by=by, published_at=moment)
        return delivery
    sending(delivery, at=moment)
    outcome = Attempt.Outcome.AMBIGUOUS if found else Attempt.Outcome.OK
    delivery.attempts.update(outcome=outcome, ended_at=moment + timedelta(milliseconds=80))
    workflow.move(
        delivery,
        "publish",
        owner="",
        lease_until=None,
        published_at=moment,
        remote_id=f"remote-{delivery.pk}",
        permalink=f"https://parrot.example/{delivery.pk}",
    )
    return delivery
