"""What is moved and saved in few statements: each delivery keeps what is its own, and an autosave
writes no more than it changed.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.errors import BeingPublished
from posts.models import Delivery
from posts.services import commitment, compose, schedule
from posts.states import DeliveryState
from posts.times import from_utc
from tests.factories.posts import MediaAssetFactory, PostFactory
from tests.factories.publishers import ChannelFactory
from tests.posts.test_compose import draft_of, save

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def at(moment):
    return from_utc(moment, "Europe/Lisbon")


@pytest.fixture
def scheduled(team, bob):
    """On three channels, of which the last goes out an hour after the others."""
    team.review_required = False
    team.save(update_fields=["review_required"])
    channels = [ChannelFactory(team=team) for _ in range(3)]
    post = PostFactory(team=team, author=bob, channels=channels)
    time = timezone.now() + 24 * HOUR
    apart = {channels[2].pk: at(time + HOUR)}
    return schedule.schedule(post=post, at=at(time), per_channel=apart, by=bob)


def test_what_goes_out_together_is_moved_together(scheduled, bob):
    target = timezone.now() + 48 * HOUR
    with CaptureQueriesContext(
        connection,
    ) as asked:
        schedule.reschedule(post=scheduled, at=at(target), by=bob)
    written = [q for q in asked.captured_queries if q["sql"].startswith('UPDATE "posts_delivery"')]
    assert len(written) == 2
    moved = list(scheduled.deliveries.order_by("channel_id"))
    assert [row.due_at - target for row in moved] == [timedelta(), timedelta(), HOUR]
    assert [row.run_at for row in moved] == [row.due_at for row in moved]
    assert [row.local_time for row in moved] == [
        f"{row.due_at.astimezone(scheduled.team.zone):%Y-%m-%dT%H:%M:%S}" for row in moved
    ]


def test_each_remembers_the_time_at_which_it_may_have_gone_out(scheduled, bob):
    """Two were due a moment ago, one after the other, and are moved with one that was not."""
    first, second, third = scheduled.deliveries.order_by("channel_id")
    due = {first: timezone.now() - timedelta(seconds=5), second: timezone.now()}
    for row, moment in due.items():
        Delivery.objects.filter(pk=row.pk).update(due_at=moment, run_at=moment)
    schedule.plan(post=scheduled, at=at(timezone.now() + 48 * HOUR), by=bob)
    known = {row: row.handles for row in scheduled.deliveries.all()}
    assert known.pop(third) == {}
    assert known == {row: {"look_from": moment.isoformat()} for row, moment in due.items()}


def test_where_a_worker_has_one_none_is_moved(scheduled):
    """It took it between our look and our statement."""
    standing = {row.channel_id: row for row in scheduled.deliveries.all()}
    before = dict(scheduled.deliveries.values_list("pk", "due_at"))
    target = at(timezone.now() + 48 * HOUR)
    lease = timezone.now() + timedelta(minutes=1)
    scheduled.deliveries.filter(channel=min(standing)).update(
        state=DeliveryState.CLAIMED, lease_until=lease
    )
    with pytest.raises(BeingPublished), transaction.atomic():
        commitment.set_times(scheduled, standing, dict.fromkeys(standing, target))
    assert dict(scheduled.deliveries.values_list("pk", "due_at")) == before


def test_an_autosave_of_words_writes_words(team, bob):
    channel, picture = ChannelFactory(team=team), MediaAssetFactory(team=team)
    post = PostFactory(team=team, author=bob, channels=[channel])
    post = save(post, bob, body="One", tags=["tide"], media=[(picture.pk, "A buoy")])
    draft = replace(draft_of(post), body="One, two")
    with CaptureQueriesContext(connection) as asked:
        compose.save(post=post, draft=draft, version=post.version, by=bob)
    said = [query["sql"] for query in asked.captured_queries]
    assert len(said) <= 14, "\n".join(said)
    written = [sql for sql in said if sql.startswith(("DELETE", "UPDATE", "INSERT"))]
    assert not [sql for sql in written if "posts_postmedia" in sql or "posts_post_tags" in sql]
    post.refresh_from_db()
    assert (post.body, post.tags.get().name) == ("One, two", "tide")
    assert post.pictures.get().alt == "A buoy"


@pytest.mark.parametrize(
    "change", [{"tags": []}, {"media": []}, {"media": [(1, "Another text")]}, {"channels": {}}]
)
def test_and_all_else_that_it_changed(team, bob, change):
    channel, picture = ChannelFactory(team=team), MediaAssetFactory(team=team)
    post = PostFactory(team=team, author=bob, channels=[channel])
    post = save(post, bob, body="One", tags=["tide"], media=[(picture.pk, "A buoy")])
    schedule.plan(post=post, at=at(timezone.now() + HOUR), by=bob)
    if change.get("media"):
        change = {"media": [(picture.pk, "Another text")]}
    post = save(post, bob, **change)
    kept = {
        "tags": [tag.name for tag in post.tags.all()],
        "media": [(one.asset_id, one.alt) for one in post.pictures.all()],
        "channels": dict.fromkeys(post.variants.values_list("channel_id", flat=True)),
    }
    [(name, wanted)] = change.items()
    assert kept[name] == wanted
    assert post.deliveries.count() == (0 if name == "channels" else 1)
