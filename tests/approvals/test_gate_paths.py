"""Whatever schedules or publishes passes the gates: by page, drag, board, queue, many at once,
import, review, another try, a decision taken back. None of them queues what is stopped.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.services.ask import ask
from calendar_app.models import Slot
from posts.errors import NotReady, PostsError
from posts.models import Delivery, Post
from posts.services import batch, deliveries, schedule
from posts.services.batchcommit import schedule_all
from posts.services.compose import Draft, VariantDraft
from posts.states import DeliveryState, Stage
from tests.approvals.gating import EASY, gate, soon, written
from tests.calendar_app.december import HX
from tests.choosing import confirm
from tests.delivery.pages import choice_url, url
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import form, tomorrow
from tests.posts.importing import HEAD, done
from tests.posts.importing import tomorrow as day

pytestmark = pytest.mark.django_db
BANNED = f"Utilize it. {EASY}"


@pytest.fixture
def channel(team):
    """With slots on each day of its week."""
    made = ChannelFactory(team=team, name="Tidewater")
    Slot.objects.bulk_create(
        Slot(team=team, channel=made, weekday=weekday, at=time(10, 0)) for weekday in range(7)
    )
    return made


@pytest.fixture
def free(team):
    team.review_required = False
    team.save(update_fields=["review_required"])
    return team


def queued(post: Post | None = None) -> bool:
    rows = Delivery.objects.filter(state=DeliveryState.QUEUED)
    return (rows.filter(post=post) if post else rows).exists()


def stop(team) -> None:
    gate(team, "banned", words=["utilize"])


def at(name: str, post: Post, **kwargs: Any) -> str:
    return reverse(name, kwargs={"team": post.team.slug, "post_id": post.pk, **kwargs})


# -- of a team without review: a post that is written, and does not pass

PATHS: dict[str, Callable[[Any, Post], Any]] = {
    "composer, schedule": lambda c, post: c.post(
        at("posts:edit", post), form(post, then="schedule", channels=_on(post), **tomorrow())
    ),
    "composer, publish": lambda c, post: c.post(
        at("posts:edit", post), form(post, then="publish", channels=_on(post))
    ),
    "post page, schedule": lambda c, post: c.post(
        at("posts:post_schedule", post), {"date": day(3), "time": "10:00"}
    ),
    "post page, publish": lambda c, post: c.post(at("posts:post_publish", post)),
    "board, drag": lambda c, post: c.post(
        at("calendar_app:card_move", _planned(post)), {"to": "scheduled"}, headers=HX
    ),
    "queue": lambda c, post: c.post(at("calendar_app:queue_add", post)),
    "many, to a column": lambda c, post: confirm(
        c, "calendar_app:selection_stage", _planned(post), to="scheduled"
    ),
}


def _on(post: Post) -> list[int]:
    return list(post.variants.values_list("channel_id", flat=True))


def _planned(post: Post) -> Post:
    return schedule.plan(post=post, at=soon(), by=post.author)


@pytest.mark.parametrize("path", PATHS)
def test_of_a_team_without_review(path, free, bob, channel, as_user):
    stop(free)
    post = written(free, bob, channel, BANNED)
    PATHS[path](as_user(bob), post)
    assert not queued()
    assert Post.objects.get(pk=post.pk).stage == Stage.DRAFTING


@pytest.mark.parametrize("path", PATHS)
def test_what_passes_goes_the_same_ways(path, free, bob, channel, as_user):
    stop(free)
    post = written(free, bob, channel)
    PATHS[path](as_user(bob), post)
    assert Delivery.objects.filter(post=post).exclude(state=DeliveryState.DRAFT).exists()


def test_an_import_only_plans_what_is_stopped(free, bob, channel):
    stop(free)
    rows = ((BANNED, "Tidewater", day(), "10:00"), (EASY, "Tidewater", day(), "15:00"))
    stopped, passed = done(free, bob, HEAD, *rows).rows.order_by("number")
    assert not queued(stopped.post)
    assert any("Only planned" in words for _column, words in stopped.notes)
    assert queued(passed.post)
    assert passed.post.verdicts.get(gate="banned").outcome == "passed"


def test_an_import_meets_a_gate_that_shut_since_its_rows_were_made(free, bob, channel):
    """The questions are asked of the team as it is then, not as the import's rows were read."""
    at = soon()
    parts = batch.Parts({channel.pk: channel})
    draft = Draft(body=BANNED, channels={channel.pk: VariantDraft()})
    new = batch.build(team=free, by=bob, draft=draft, parts=parts, at=at)
    batch.create_all(team=free, by=bob, posts=[new])
    stop(type(free).objects.get(pk=free.pk))
    [why] = schedule_all(team=free, by=bob, posts=[new]).values()
    assert "does not use" in str(why)
    assert not queued()


# -- of a team with review


def _approve(post: Post, request, as_user, carol) -> None:
    page = reverse("approvals:review", args=[post.team.slug, request.review_id])
    said = {"decision": "approve", "content_hash": request.review.content_hash}
    assert as_user(carol).post(page, said).status_code == 302


@pytest.fixture
def approved(team, bob, carol, stage, channel, as_user):
    """`approved(body)`: reviewed while the gate was open."""

    def make(body: str = BANNED, *, timed: bool = False) -> Post:
        post = written(team, bob, channel, body)
        if timed:
            _planned(post)
        review = ask(post=post, by=bob)
        _approve(post, review.requests.get(membership__user=carol), as_user, carol)
        return Post.objects.get(pk=post.pk)

    return make


def test_a_gate_that_shuts_while_reviewers_look(team, bob, carol, stage, channel, as_user):
    post = _planned(written(team, bob, channel, BANNED))
    review = ask(post=post, by=bob)
    stop(team)
    _approve(post, review.requests.get(membership__user=carol), as_user, carol)
    post.refresh_from_db()
    assert (post.stage, queued()) == (Stage.APPROVED, False)
    assert post.verdicts.get(gate="banned", outcome="blocked").when == "schedule"
    assert "does not use" in post.activity.get(kind="post.hold").data["reason"]
    page = as_user(bob).get(at("posts:post", post)).text
    assert "a quality gate stops it" in page
    assert "Stops it" in page


OF_APPROVED: dict[str, Callable[[Any, Post], Any]] = {
    "page": lambda c, post: c.post(
        at("posts:post_schedule", post), {"date": day(3), "time": "10:00"}
    ),
    "now": lambda c, post: c.post(at("posts:post_publish", post)),
    "calendar, drag": lambda c, post: c.post(
        at("calendar_app:post_move", post), {"day": day(3)}, headers=HX
    ),
    "many, to a day": lambda c, post: confirm(c, "calendar_app:selection_move", post, day=day(3)),
}


@pytest.mark.parametrize("path", OF_APPROVED)
def test_what_was_approved_before_the_gate_shut(path, team, bob, approved, as_user):
    post = approved()
    stop(team)
    OF_APPROVED[path](as_user(bob), post)
    assert not queued()


def test_what_is_queued_does_not_move_to_a_time_that_is_stopped(team, bob, approved):
    post = approved(timed=True)
    assert queued(post)
    was = post.deliveries.get().due_at
    stop(team)
    for act in (
        lambda: schedule.plan(post=post, at=soon(90), by=bob),
        lambda: schedule.reschedule(post=post, at=soon(90), by=bob),
        lambda: schedule.publish_now(post=post, by=bob),
        lambda: deliveries.move(delivery=post.deliveries.get(), by=bob, at=soon(90)),
    ):
        with pytest.raises(NotReady, match="does not use"):
            act()
    assert post.deliveries.get().due_at == was


def test_another_try_and_a_decision_taken_back(team, bob, approved):
    post = approved(timed=True)
    delivery = post.deliveries.get()
    decision = deliveries.cancel(delivery=delivery, by=bob)
    stop(team)
    with pytest.raises(PostsError):
        deliveries.take_back(delivery=delivery, decision=decision, by=bob)
    assert not queued()


AGAIN: dict[str, Callable[[Any, Delivery], Any]] = {
    "service": lambda c, row: deliveries.resend(delivery=row, by=row.post.author),
    "page": lambda c, row: c.post(url(row, "retry")),
    "page, another time": lambda c, row: c.post(
        url(row, "reschedule"), {"day": day(3), "time": "10:00"}
    ),
    "many": lambda c, row: c.post(choice_url(row.team, "retry"), {"id": row.pk}),
    "many, another time": lambda c, row: c.post(
        choice_url(row.team, "reschedule"), {"id": row.pk, "day": day(3), "time": "10:00"}
    ),
}


@pytest.mark.parametrize("shut", [True, False])
@pytest.mark.parametrize("path", AGAIN)
def test_what_failed_is_not_sent_again(path, shut, team, bob, approved, as_user):
    post = approved(timed=True)
    past = timezone.now() - timedelta(hours=1)
    rows = Delivery.objects.filter(post=post)
    rows.update(state=DeliveryState.FAILED, due_at=past, run_at=past)
    if shut:
        stop(team)
    with suppress(NotReady):
        AGAIN[path](as_user(bob), rows.get())
    assert queued() is not shut


def test_a_gate_that_shuts_while_somebody_outside_looks(team, bob, stage, channel, client, link_of):
    post = _planned(written(team, bob, channel, BANNED))
    review = ask(post=post, by=bob)
    page = client.get(link_of("ruth@harbour.test"))["Location"]
    stop(team)
    said = {"decision": "approve", "content_hash": review.content_hash}
    assert client.post(page, said).status_code == 302
    post.refresh_from_db()
    assert (post.stage, queued()) == (Stage.APPROVED, False)


def test_many_say_beforehand_why_they_stay(team, bob, stage, channel, as_user):
    stop(team)
    posts = [written(team, bob, channel, body, title=body[:7]) for body in (BANNED, EASY)]
    shown = as_user(bob).post(
        reverse("approvals:selection_submit", args=[team.slug]), {"id": [p.pk for p in posts]}
    )
    assert [line.post.title for line in shown.context["changes"]] == [EASY[:7]]
    [left] = shown.context["left"]
    assert "does not use" in left.why_not
