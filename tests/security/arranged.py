"""How the world has to stand for an act to be possible. Each changes the copy that it gets."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from accounts.models import Team
from approvals.services.decide import Trace, decide
from calendar_app.models import QueuePause
from calendar_app.queries.places import standing
from calendar_app.views.back import undo_url
from delivery.models import Outage
from delivery.services import bulk
from posts.models import Comment, Delivery, Import, MediaAsset, Post, Template
from posts.services import schedule, selection, stage, templates
from posts.services.edits import Tagging, rewrite
from posts.states import DeliveryState as D
from posts.times import from_utc
from tests.factories.posts import MediaAssetFactory

type World = SimpleNamespace
type Said = dict[str, Any]


def soon(days: int = 2):
    return from_utc(timezone.now() + timedelta(days=days), "Europe/Lisbon")


def day_and_time(w: World) -> Said:
    at = soon(3).local
    return {f"{name}": f"{at:%Y-%m-%d}" for name in ("day", "date")} | {"time": "10:00"}


def stored(post: Post) -> Post:
    return Post.objects.get(pk=post.pk)


def planned(w: World) -> None:
    awake(w)
    w.post = schedule.plan(post=w.post, at=soon(), by=w.owner)


def awake(w: World) -> None:
    QueuePause.objects.filter(channel=w.channel).delete()


def unreviewed(w: World) -> None:
    planned(w)
    Team.objects.filter(pk=w.team.pk).update(review_required=False)


def at_step(step: str) -> Callable[[World], None]:
    return lambda w: Import.objects.filter(pk=w.importing.pk).update(step=step) and None


def spare(w: World) -> None:
    w.asset = MediaAssetFactory(team=w.team)


def gone(w: World) -> None:
    spare(w)
    MediaAsset.objects.filter(pk=w.asset.pk).update(deleted_at=timezone.now())


def edited(w: World) -> None:
    w.post = rewrite(w.post, w.owner, body="Other words")


def resolved(w: World) -> None:
    Comment.objects.filter(pk=w.comment.pk).update(resolved_at=timezone.now(), resolved_by=w.owner)


def done_before(w: World) -> None:
    act = Tagging(names=["tide"])
    seen = {line.mark for line in act.lines(selection.load(w.team, [w.post.pk]))}
    w.act = selection.apply(team=w.team, ids=[w.post.pk], act=act, seen=seen, by=w.owner)


def second_version(w: World) -> None:
    outline = templates.outlines.read(w.template.versions.get(number=1).document)
    other = templates.outlines.Outline(**{**vars(outline), "body": "Other words"})
    templates.save(template=w.template, outline=other, version=1, by=w.owner)


def archived(w: World) -> None:
    Template.objects.filter(pk=w.template.pk).update(archived_at=timezone.now())


def moved(w: World) -> None:
    planned(w)
    was = standing(w.post).times
    w.post = schedule.reschedule(post=w.post, at=soon(5), by=w.owner)
    w.path = undo_url("calendar_app:post_move_undo", w.post, was, standing(w.post).times)


def shelved(w: World) -> None:
    w.post.refresh_from_db()
    was = standing(w.post).times
    stage.shelve(post=w.post, by=w.owner)
    w.post.refresh_from_db()
    w.path = undo_url("calendar_app:card_move_undo", w.post, was, standing(w.post).times)


def queued(w: World) -> None:
    was = standing(w.post).times
    planned(w)
    w.path = undo_url("calendar_app:queue_remove", w.post, was, standing(w.post).times)


def reached(*states: str, **fields: Any) -> Callable[[World], None]:
    def arrange(w: World) -> None:
        for state in states:
            Delivery.objects.filter(pk=w.delivery.pk).update(state=state, **fields)

    return arrange


def missed_in_outage(w: World) -> None:
    past = timezone.now() - timedelta(hours=2)
    reached(D.MISSED, due_at=past, run_at=past)(w)
    began, ended = past - timedelta(hours=1), past + timedelta(hours=1)
    Outage.objects.create(pk=w.delivery.pk, began_at=began, ended_at=ended)


def in_doubt(w: World) -> None:
    past = timezone.now() - timedelta(minutes=5)
    reached(D.CLAIMED, owner="worker", lease_until=timezone.now())(w)
    reached(D.SENDING, attempt_no=1, due_at=past, run_at=past)(w)
    reached(D.UNKNOWN, D.NEEDS_HUMAN, owner="", lease_until=None)(w)


def one_live(w: World) -> None:
    in_doubt(w)
    Delivery.objects.filter(pk=w.delivery.pk).update(remote_id="r1")
    w.delivery.parts.create(seq=0, kind="post", remote_id="r1", published_at=timezone.now())


def answered(w: World) -> None:
    asked = w.review.requests.get(membership=w.member)
    seen = w.review.content_hash
    decide(request=asked, kind="approve", seen_hash=seen, trace=Trace("page"))


def dropped(w: World) -> None:
    answer = bulk.cancel(team=w.team, ids=[w.delivery.pk], by=w.owner)
    w.undo = answer.undo
