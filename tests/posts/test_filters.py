"""What the filters of the calendar, the board and the list find."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.models import Activity, Delivery, Post
from posts.models.post import _BETWEEN
from posts.queries.filters import Filters, narrow
from posts.queries.planned import rows
from posts.queries.status import CHANGES, REJECT, STATUSES, called, status_of
from posts.states import DeliveryState, Stage
from tests.factories.posts import CampaignFactory, DeliveryFactory, PostFactory, TagFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team)


@pytest.fixture
def second(team):
    return ChannelFactory(team=team, platform="mastodon")


def planned(team, **filters):
    """(post, day of the month, channels) of all that is due in December."""
    found = rows(
        team,
        start=START,
        end=START + timedelta(days=31),
        zone="UTC",
        per_day=500,
        filters=Filters(**filters),
    )
    return [(row.post_id, row.day.day, row.channels) for row in found]


def found(team, **filters):
    """Ids by the same filters, on the calendar and without it: both agree."""
    posts = narrow(Post.objects.for_team(team), team, Filters(**filters))
    plain = set(posts.values_list("pk", flat=True))
    assert {post for post, *_ in planned(team, **filters)} == plain
    return plain


def post_of(team, day=5, **fields):
    return PostFactory(team=team, planned_at=START + timedelta(days=day - 1, hours=9), **fields)


def test_nothing_asked_finds_everything(team, bob):
    post = post_of(team)
    assert found(team) == {post.pk}
    assert not Filters()
    assert Filters(text="tide")


def test_people_campaign_and_tags(team, bob, alice):
    tag, other = TagFactory(team=team), TagFactory(team=team)
    campaign = CampaignFactory(team=team)
    post = post_of(team, author=bob, assignee=alice, campaign=campaign)
    post.tags.add(tag, other)
    rest = post_of(team, author=alice)
    for asked in (
        {"authors": (bob.pk,)},
        {"assignees": (alice.pk,)},
        {"campaigns": (campaign.pk,)},
        {"tags": (tag.pk, other.pk)},
        {"authors": (bob.pk,), "tags": (other.pk,), "campaigns": (campaign.pk,)},
    ):
        assert found(team, **asked) == {post.pk}
    assert found(team, authors=(alice.pk, bob.pk)) == {post.pk, rest.pk}
    assert found(team, authors=(alice.pk,), tags=(tag.pk,)) == set()


def test_channels_and_platforms(team, channel, second):
    post = post_of(team, channels=[channel])
    both = post_of(team, channels=[channel, second])
    post_of(team)
    assert found(team, channels=(channel.pk,)) == {post.pk, both.pk}
    assert found(team, channels=(second.pk,)) == {both.pk}
    assert found(team, platforms=("mastodon",)) == {both.pk}
    assert found(team, platforms=("bluesky", "mastodon")) == {post.pk, both.pk}
    assert found(team, channels=(channel.pk,), platforms=("mastodon",)) == set()


def test_on_a_channel_a_post_is_there_only_when_it_goes_out_there(team, channel, second):
    post = post_of(team, channels=[channel, second])
    for where, day in ((channel, 5), (second, 7)):
        at = START + timedelta(days=day - 1, hours=9)
        DeliveryFactory(queued=True, post=post, channel=where, due_at=at)
    assert planned(team) == [(post.pk, 5, [channel.pk]), (post.pk, 7, [second.pk])]
    assert planned(team, channels=(second.pk,)) == [(post.pk, 7, [second.pk])]
    assert planned(team, platforms=("bluesky",)) == [(post.pk, 5, [channel.pk])]


def test_nothing_of_another_team(team, other_team, mallory):
    theirs = post_of(other_team, author=mallory, channels=[ChannelFactory(team=other_team)])
    theirs.tags.add(tag := TagFactory(team=other_team))
    theirs_alone = {
        "channels": (theirs.channels.get().pk,),
        "tags": (tag.pk,),
        "authors": (mallory.pk,),
        "platforms": ("bluesky",),
        "text": theirs.title,
    }
    assert found(team) == set()
    for name, value in theirs_alone.items():
        assert found(other_team, **{name: value}) == {theirs.pk}
        assert found(team, **{name: value}) == set()
    ours = post_of(team)
    ours.tags.add(tag)
    assert found(team, tags=(tag.pk,)) == set()


def test_trash_stays_away(team):
    post_of(team, title="Gone", trashed_at=timezone.now())
    assert found(team, text="gone") == set()


@pytest.mark.parametrize(
    ("asked", "hit"),
    [
        ("buoys", True),
        ("BUO", True),
        ("forty sea", True),
        ("sea forty", True),
        ("forty fish", False),
        ("uoys", False),
        ("Élan", True),
        ("élan", True),
        ("or", True),
        ("tide.example/open", True),
        ("openwater", True),
        ("#OpenWater", True),
        ("مرحبا", True),
        ("it's", True),
        ("' & | ! ( ) : * < > \\ buoys", True),
        ("buoys' | 'fish", False),
        ("🌊", True),
    ],
)
def test_words(team, asked, hit):
    post = post_of(
        team,
        title="Forty buoys and/or gauges",
        body="The sea: https://tide.example/open-data #OpenWater “ÉLAN” مرحبا it's 🌊",
    )
    assert found(team, text=asked) == ({post.pk} if hit else set())


def test_every_mark_parts_words_in_the_database_too(team):
    for mark in _BETWEEN:
        post = post_of(team, title="", body=f"left{mark}right")
        assert post.pk in found(team, text="right"), mark


def test_a_huge_text_can_be_stored_and_found(team):
    body = " ".join(chr(0x10000 + n) + chr(0x4E00 + n % 20000) for n in range(33_000))
    post = post_of(team, title="", body=f"{body} buoys")
    assert found(team, text="buoys") == {post.pk}


def test_words_follow_the_text_and_nothing_else(team):
    """What moves a post through its stages does not pay for the words of it."""
    post = post_of(team, title="Forty buoys", body="")
    mine = Post.objects.filter(pk=post.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE posts_post SET words = 'kept' WHERE id = %s", [post.pk])
    mine.update(summary="Gauges", updated_at=timezone.now())
    assert found(team, text="kept") == {post.pk}
    mine.update(body="A quiet sea")
    assert found(team, text="kept") == set()
    assert found(team, text="quiet forty") == {post.pk}
    mine.update(title="Gauges")
    assert found(team, text="forty") == set()
    with CaptureQueriesContext(connection) as captured:
        Post.objects.get(pk=post.pk)
    assert '"words"' not in captured[0]["sql"]


def test_common_words_are_looked_up_in_what_is_stored(team):
    """Taking them from thousands of texts would take seconds."""
    plan = narrow(Post.objects.for_team(team), team, Filters(text="the")).explain(verbose=True)
    assert "words @@" in plan
    assert "post_words(" not in plan


STATES = [
    DeliveryState.QUEUED,
    DeliveryState.CLAIMED,
    DeliveryState.UNKNOWN,
    DeliveryState.FAILED,
    DeliveryState.PUBLISHED,
]


def test_status_means_what_the_pill_says(team, channel, second):
    """Every stage; and with every pair of states that its deliveries may be in, and at risk."""
    pairs = [(s,) for s in STATES] + list(combinations(STATES, 2))
    mixed = [(stage, states) for stage in (Stage.SCHEDULED, Stage.DONE) for states in pairs]
    cases = []
    for stage, states in [*((stage, ()) for stage in Stage), *mixed]:
        for at_risk in (False, True) if DeliveryState.QUEUED in states else (False,):
            post = PostFactory(team=team, author=None, stage=stage)
            for where, state in zip((channel, second), states, strict=False):
                _delivery(post, where, state, at_risk)
            cases.append((post.pk, status_of(stage, states, at_risk=at_risk)))
    for kinds in ((REJECT,), (CHANGES, REJECT), (REJECT, CHANGES)):
        post = PostFactory(team=team, author=None, stage=Stage.CHANGES_REQUESTED)
        for kind in (*kinds, "post.comment"):
            Activity.objects.create(team=team, post=post, kind=kind)
        cases.append((post.pk, status_of(post.stage, rejected=kinds[-1] == REJECT)))
    assert {status for _, status in cases} == set(STATUSES)
    for status in STATUSES:
        told = Post.objects.for_team(team).filter(called(team, [status]))
        assert set(told.values_list("pk", flat=True)) == {pk for pk, s in cases if s == status}
    everything = Post.objects.for_team(team).filter(called(team, STATUSES))
    assert everything.count() == len(cases)
    back = Post.objects.for_team(team).filter(called(team, ["changes", "rejected"]))
    assert back.count() == sum(status in ("changes", "rejected") for _, status in cases)


def _delivery(post, channel, state, at_risk):
    """One in flight per channel is all that the tables allow, and none may begin so."""
    held = state == DeliveryState.CLAIMED
    delivery = DeliveryFactory(
        queued=True,
        post=post,
        channel=ChannelFactory(team=post.team) if held else channel,
        state=DeliveryState.QUEUED if held else state,
        warning="It would not go out." if at_risk and state == DeliveryState.QUEUED else "",
        remote_id=f"r{post.pk}" if state == DeliveryState.PUBLISHED else None,
    )
    if held:
        Delivery.objects.filter(pk=delivery.pk).update(state=state, lease_until=timezone.now())


@pytest.mark.parametrize(
    "asked",
    [
        {"statuses": STATUSES[:4], "authors": (1,), "tags": (1, 2), "text": "tide 40% '"},
        {"platforms": ("bluesky",), "channels": (1,), "campaigns": (1,), "assignees": (2,)},
    ],
)
def test_one_statement_whatever_is_asked(team, asked, django_assert_num_queries):
    with django_assert_num_queries(1):
        planned(team, **asked)
