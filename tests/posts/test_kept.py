"""What is kept of a team's plan is what would be read: whoever changes something, and however."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import override

from posts.models import Blackout, PlanChange, Post
from posts.queries import kept as keeping
from posts.queries.kept import READS, STEP, TEAMS, kept, unkept
from posts.services import planchanges
from tests.factories.accounts import TeamFactory
from tests.factories.posts import (
    ActivityFactory,
    CampaignFactory,
    CommentFactory,
    DeliveryFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    TagFactory,
    VariantFactory,
)
from tests.factories.publishers import ChannelFactory

committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_known():
    keeping._teams.clear()
    # In the middle of a step.
    start = timezone.now().timestamp() // STEP.total_seconds() * STEP.total_seconds()
    with time_machine.travel(start + STEP.total_seconds() / 2, tick=True):
        yield


@pytest.fixture
def post(team):
    return PostFactory(team=team, channels=[ChannelFactory(team=team)])


class Reading:
    """Counts how often it was read; what comes of it is the count."""

    def __init__(self):
        self.times = 0

    def __call__(self, _team, *_args, **_asked):
        self.times += 1
        return self.times


@pytest.fixture
def reading():
    return Reading()


@committed
def test_what_nothing_changes_is_read_once(team, post, reading, django_assert_num_queries):
    assert kept(team).get(reading, 1, ids=frozenset({2})) == 1
    with django_assert_num_queries(1):
        assert kept(team).get(reading, 1, ids=frozenset({2})) == 1
    assert kept(team).get(reading, 1, ids=frozenset({3})) == 2


def of_team(factory, **fields):
    return lambda post: factory(team=post.team, **fields)


def of_post(factory, **fields):
    return lambda post: factory(post=post, **fields)


def blackout(post):
    return Blackout.objects.create(
        team=post.team, name="Fair", starts_on="2026-12-01", ends_on="2026-12-02"
    )


# How each row comes, and how a hand may change it. What happened to a post is never changed.
ROWS = {
    "posts_post": (of_team(PostFactory), "title = 'Other'"),
    "posts_delivery": (of_post(DeliveryFactory), "due_at = now()"),
    "posts_variant": (of_post(VariantFactory), "text = 'Other'"),
    "posts_mediaasset": (of_team(MediaAssetFactory), "name = 'Other'"),
    "posts_postmedia": (
        lambda post: PostMediaFactory(post=post, asset=MediaAssetFactory(team=post.team)),
        "focal_x = 7",
    ),
    "posts_comment": (of_post(CommentFactory), "text = 'Other'"),
    "posts_campaign": (of_team(CampaignFactory), "name = 'Other'"),
    "posts_blackout": (blackout, "name = 'Other'"),
    "publishers_channel": (of_team(ChannelFactory), "name = 'Other'"),
    "posts_tag": (of_team(TagFactory), "name = 'Other'"),
    "posts_activity": (of_post(ActivityFactory), ""),
}


def by_hand(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@committed
@pytest.mark.parametrize("table", ROWS)
def test_each_row_counts_that_comes_changes_or_goes(team, other_team, post, reading, table):
    make, change = ROWS[table]
    theirs = kept(other_team).get(reading)
    assert kept(team).get(reading) == theirs + 1
    row = make(post)
    assert kept(team).get(reading) == theirs + 2
    if change:
        by_hand(f"UPDATE {table} SET id = id WHERE id = %s", row.pk)
        assert kept(team).get(reading) == theirs + 2
        by_hand(f"UPDATE {table} SET {change} WHERE id = %s", row.pk)
        assert kept(team).get(reading) == theirs + 3
        by_hand(f"DELETE FROM {table} WHERE id = %s", row.pk)
        assert kept(team).get(reading) == theirs + 4
    assert kept(other_team).get(reading) == theirs


@committed
def test_what_is_said_of_a_post_by_its_tags_counts(post, reading):
    tag = TagFactory(team=post.team)
    assert kept(post.team).get(reading) == 1
    post.tags.add(tag)
    assert kept(post.team).get(reading) == 2
    post.tags.remove(tag)
    assert kept(post.team).get(reading) == 3


@committed
def test_what_people_are_called_counts_everywhere(team, other_team, bob, reading):
    assert [kept(team).get(reading), kept(other_team).get(reading)] == [1, 2]
    bob.last_login = timezone.now()
    bob.save()
    assert [kept(team).get(reading), kept(other_team).get(reading)] == [1, 2]
    bob.name = "Robert"
    bob.save()
    assert [kept(team).get(reading), kept(other_team).get(reading)] == [3, 4]


@committed
def test_a_setting_of_the_team_counts(team, reading):
    assert kept(team).get(reading) == 1
    team.gap_minutes += 1
    assert kept(team).get(reading) == 2


@committed
def test_a_change_counts_from_its_commit_on(post, reading):
    """Though it began before what is kept was read, and another has been committed since."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("UPDATE posts_post SET title = 'Other' WHERE id = %s", [post.pk])
        PostFactory(team=post.team)
        assert kept(post.team).get(reading) == 1
        assert kept(post.team).get(reading) == 1
        other.commit()
        assert kept(post.team).get(reading) == 2
        assert kept(post.team).get(reading) == 2
    finally:
        other.close()


@committed
def test_what_was_taken_back_does_not(post, reading):
    assert kept(post.team).get(reading) == 1
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).update(title="Other")
        transaction.set_rollback(True)
    assert kept(post.team).get(reading) == 1


@committed
def test_a_transaction_reads_for_itself_and_tells_nobody(post, reading):
    assert kept(post.team).get(reading) == 1
    with transaction.atomic():
        assert kept(post.team).get(reading) == 2
        Post.objects.filter(pk=post.pk).update(title="Other")
        assert kept(post.team).get(reading) == 3
    assert kept(post.team).get(reading) == 4


@committed
def test_a_transaction_is_noted_once_for_all_that_it_changes(team):
    PlanChange.objects.all().delete()
    with transaction.atomic():
        for _ in range(3):
            PostFactory(team=team)
    assert PlanChange.objects.for_team(team).count() == 1


@committed
def test_some_minutes_later_it_is_read_anew(team, reading):
    assert kept(team).get(reading) == 1
    moment = kept(team).moment
    with time_machine.travel(timezone.now() + STEP, tick=True):
        assert kept(team).get(reading) == 2
        assert kept(team).moment == moment + STEP


@committed
def test_words_are_kept_for_who_reads_them(team, reading):
    with override("en"), timezone.override("UTC"):
        assert kept(team).get(reading) == 1
    with override("de"), timezone.override("UTC"):
        assert kept(team).get(reading) == 2
    with override("en"), timezone.override("Asia/Tokyo"):
        assert kept(team).get(reading) == 3
    with override("en"), timezone.override("UTC"):
        assert kept(team).get(reading) == 1


@committed
def test_after_a_restore_to_a_time_before_nothing_is_kept(team, reading):
    """Numbers of transactions are given again then."""
    assert kept(team).get(reading) == 1
    ahead = 10**12
    keeping._teams[team.pk].snapshot = f"{ahead}:{ahead}:"
    assert kept(team).get(reading) == 2


@committed
def test_no_more_is_kept_than_there_is_room_for(team, reading):
    first = kept(team)
    for n in range(READS + 1):
        first.get(reading, n)
    assert first.get(reading, READS) == READS + 1
    assert first.get(reading, 0) == READS + 2
    for other in TeamFactory.create_batch(TEAMS):
        kept(other)
    assert len(keeping._teams) == TEAMS
    assert kept(team).get(reading, READS) == READS + 3


def test_what_is_not_to_be_kept_is_kept_while_it_is_held(team, reading):
    once = unkept(team)
    assert [once.get(reading), once.get(reading), unkept(team).get(reading)] == [1, 1, 2]


def test_old_notes_are_swept_away(team):
    PostFactory(team=team)
    PlanChange.objects.update(at=timezone.now() - planchanges.KEPT - timedelta(minutes=1))
    PlanChange.objects.create(team=team, transaction=1)
    planchanges.sweep()
    assert PlanChange.objects.get().transaction == 1
