"""States in which acts of a team are illegal. Each brings a world there and returns the fields of
the form that is sent then.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace as World
from typing import Any
from urllib.parse import parse_qsl

from django.utils import timezone

from accounts.models import Membership
from accounts.services import keys
from approvals.limits import MOST_STAGES, MOST_WORKFLOWS
from approvals.models import Review, ReviewRequest, Stage, Workflow
from calendar_app.models import SavedView, Slot
from calendar_app.views.back import undo_url
from notifications import webhooks
from posts.models import Blackout, Comment, Delivery, Import, MediaAsset, Post, Upload
from posts.outline import Outline
from posts.services import templates
from tests.factories.notifications import endpoint_for
from tests.factories.posts import DeliveryFactory, FolderFactory, TagFactory
from tests.posts.importing import text

type Fields = dict[str, Any]
type State = Callable[[World], Fields]
THEN = datetime(2026, 11, 1, tzinfo=UTC)


def nothing(_w: World) -> Fields:
    """It is so already."""
    return {}


def row(name: str, **changed: Any) -> State:
    """What the world has by this name was changed so."""

    def make(w: World) -> Fields:
        found = getattr(w, name)
        type(found)._base_manager.filter(pk=found.pk).update(**changed)
        return {}

    return make


# -- posts


def published(w: World) -> Fields:
    Post.objects.filter(pk=w.post.pk).update(stage="done")
    return {}


def under_way(w: World) -> Fields:
    """A worker has it."""
    at = timezone.now() + timedelta(hours=1)
    planned = {"stage": "scheduled", "planned_at": at, "planned_zone": "Europe/Lisbon"}
    Post.objects.filter(pk=w.post.pk).update(**planned)
    delivery = DeliveryFactory(queued=True, post=w.post, channel=w.channel, due_at=timezone.now())
    lease = {"owner": "w", "attempt_no": 1, "lease_until": at}
    for state in ("claimed", "sending"):
        Delivery.objects.filter(pk=delivery.pk).update(state=state, **lease)
    return {}


def newer(w: World) -> Fields:
    """Somebody has saved since the form was made."""
    Post.objects.filter(pk=w.post.pk).update(version=9, body="What somebody else wrote")
    return {"version": 8, "body": "Other words", "channels": w.channel.pk, "mark": "old"}


def tomorrow(state: State, **said: Any) -> State:
    """To be moved there."""

    def make(w: World) -> Fields:
        day = f"{timezone.now() + timedelta(days=1):%Y-%m-%d}"
        return {**state(w), "date": day, "day": day, "time": "09:00", **said}

    return make


def moved_since(name: str) -> State:
    """The way back is offered, but from where it is no more."""
    was = {"at": "", "zone": "", "channels": {}, "stage": "drafting"}

    def make(w: World) -> Fields:
        url = undo_url(name, w.post, was, {**was, "zone": "UTC"})
        return dict(parse_qsl(url.partition("?")[2]))

    return make


def unseen(**said: Any) -> State:
    """A yes to what was not shown."""
    return lambda w: {"id": w.post.pk, "seen": f"{w.post.pk}.old", "confirm": "1", **said}


def own_comment(**changed: Any) -> State:
    def make(w: World) -> Fields:
        Comment.objects.filter(pk=w.comment.pk).update(author=w.owner, **changed)
        return {"text": "Other words"}

    return make


# -- names, numbers and versions


def named_as(name: str, **said: Any) -> State:
    """Called as what the world has by this name."""
    return lambda w: {"name": getattr(w, name).name, **said}


def other_folder(w: World) -> Fields:
    return {"name": FolderFactory(team=w.team).name}


def older_group(w: World) -> Fields:
    return {"name": w.group.name, "tags": "sea", "version": w.group.version + 1}


def newer_template(w: World) -> Fields:
    said = Outline(name=w.template.name, category="", body="What somebody else wrote")
    templates.save(template=w.template, outline=said, version=1, by=w.owner)
    return {"name": w.template.name, "body": "Other words", "version": 1}


def own_view(w: World) -> Fields:
    """Two of them; the world's is one."""
    SavedView.objects.filter(pk=w.view.pk).update(owner=w.owner)
    other = SavedView.objects.create(team=w.team, owner=w.owner, name="Mine", page="month")
    return {"name": other.name, "view": "month"}


def full_week(w: World) -> Fields:
    Slot.objects.bulk_create(
        Slot(team=w.team, channel=w.channel, weekday=day, at=time(hour, 5))
        for day in range(7)
        for hour in range(15)
    )
    return {"at": "23:00", "weekdays": ["1"], "source": "0"}


def closed_for_long(w: World) -> Fields:
    day = {"starts_on": "2031-01-01", "ends_on": "2031-01-01"}
    Blackout.objects.bulk_create(Blackout(team=w.team, name=f"{n}", **day) for n in range(200))
    return {"name": "One more", **day}


def many_imports(w: World) -> Fields:
    Import.objects.bulk_create(Import(team=w.team, by=w.owner, name=f"{n}") for n in range(20))
    return {"file": text(("text",), ("One",))}


def many_uploads(w: World) -> Fields:
    Upload.objects.bulk_create(
        Upload(team=w.team, by=w.owner, name="x", size=9, key=f"{n}", mark=f"{n}")
        for n in range(10)
    )
    return {"name": "one more.jpg", "size": "9", "changed": "1"}


# -- files


def many_tags(w: World) -> Fields:
    w.asset.tags.set(TagFactory.create_batch(20, team=w.team))
    return {"id": w.asset.pk, "tags": "one more"}


def deleted_file(w: World) -> Fields:
    MediaAsset.objects.filter(pk=w.asset.pk).update(deleted_at=timezone.now())
    return {"media": w.asset.pk, "post": w.post.pk}


# -- people and programs


def many_keys(w: World) -> Fields:
    for n in range(keys.MOST - 1):
        keys.make(membership=w.key.membership, name=f"{n}", scopes=["view"], expires_at=None)
    return {"name": "One more", "scopes": "view", "expiry": "90"}


def many_webhooks(w: World) -> Fields:
    for _n in range(webhooks.MOST_ENDPOINTS - 1):
        endpoint_for(w.team, w.owner)
    hears = {"style": "generic", "events": "import.ended"}
    return {"name": "One more", "url": "https://example.org/", **hears}


def many_workflows(w: World) -> Fields:
    Workflow.objects.bulk_create(
        Workflow(team=w.team, name=f"{n}", active=False) for n in range(MOST_WORKFLOWS)
    )
    return {"pattern": "one"}


def many_stages(w: World) -> Fields:
    workflow = w.reviewer.stage.workflow
    Stage.objects.bulk_create(
        Stage(workflow=workflow, name=f"{n}", position=10 + n) for n in range(MOST_STAGES)
    )
    return {"name": "One more"}


def only_owner(w: World) -> Fields:
    w.member = Membership.objects.get(team=w.team, user=w.owner)
    return {"role": "editor"}


def asked_only(w: World) -> Fields:
    """The owner is asked, and has not answered."""
    mine = Membership.objects.get(team=w.team, user=w.owner)
    ReviewRequest.objects.filter(review=w.review, membership=w.member).update(membership=mine)
    return {}


def review_ended(w: World) -> Fields:
    """By somebody else's yes, while the owner, who was asked too, had it open."""
    asked_only(w)
    Review.objects.filter(pk=w.review.pk).update(state=Review.State.APPROVED, ended_at=THEN)
    return {"decision": "approve", "content_hash": w.review.content_hash}


def review_to_hand_on_ended(w: World) -> Fields:
    review_ended(w)
    return {"to": w.member.pk}
