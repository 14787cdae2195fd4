"""Many new posts are committed in a few statements: as one is, with the same questions."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry
from notifications.models import Endpoint, Event, LiveEvent
from posts import audited, workflow
from posts.errors import LostRace, PostsError
from posts.models import MediaAsset, Post, Rendition
from posts.services import batch, schedule
from posts.services.batchcommit import schedule_all
from posts.services.compose import Draft, VariantDraft
from posts.states import Stage
from posts.times import from_utc
from publishers.models import Channel
from tests.approvals.gating import gate
from tests.factories.posts import MediaAssetFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
# What differs between two posts that say the same.
OWN = {"id", "post", "client_token", "created_at", "updated_at", "preflight_at", "at", "revision"}


@pytest.fixture
def desk(team, bob):
    """Of a team without review: `desk.make(...)`, one new post for each draft."""
    team.review_required = False
    team.save(update_fields=["review_required"])
    asset = MediaAssetFactory(team=team, width=6000, height=6000)
    soon, late = (from_utc(timezone.now() + timedelta(days=d), "Europe/Lisbon") for d in (3, -3))
    here, there = ChannelFactory(team=team), ChannelFactory(team=team, platform="mastodon")
    shut = ChannelFactory(team=team, state=Channel.State.RECONNECT)
    both, said = {here.pk: VariantDraft(), there.pk: VariantDraft("Own")}, VariantDraft()
    drafts = [
        (Draft(title="Two channels", body="Hello", channels=both), soon, Stage.DRAFTING),
        (Draft(body="An idea", channels={here.pk: said}), soon, Stage.IDEA),
        (Draft(body="Look", media=[(asset.pk, "A buoy")], channels=both), soon, Stage.DRAFTING),
        (Draft(body="Now", time_sensitive=True, channels={here.pk: said}), soon, Stage.DRAFTING),
        (Draft(body="Utilize it", channels={here.pk: said}), soon, Stage.DRAFTING),
        (Draft(body="x" * 301, channels={here.pk: said}), soon, Stage.DRAFTING),
        (Draft(body="Shut", channels={shut.pk: said}), soon, Stage.DRAFTING),
        (Draft(body="Nowhere"), soon, Stage.DRAFTING),
        (Draft(body="Too late", channels={here.pk: said}), late, Stage.DRAFTING),
        (Draft(body="Never", channels={here.pk: said}), None, Stage.DRAFTING),
    ]
    parts = batch.Parts({c.pk: c for c in (here, there, shut)}, {asset.pk: asset})

    def make(chosen=drafts):
        built = [
            batch.build(team=team, by=bob, draft=draft, parts=parts, at=at, stage=stage)
            for draft, at, stage in chosen
        ]
        batch.create_all(team=team, by=bob, posts=built)
        return built

    return SimpleNamespace(make=make, drafts=drafts)


def one_by_one(news, by) -> dict[int, str]:
    refused = {}
    for new in news:
        try:
            schedule.schedule(post=new.post, by=by)
        except PostsError as error:
            refused[new.post.pk] = f"{type(error).__name__}: {error}"
    return refused


def at_once(news, team, by) -> dict[int, str]:
    refused = schedule_all(team=team, by=by, posts=news)
    return {pk: f"{type(error).__name__}: {error}" for pk, error in sorted(refused.items())}


def plain(row):
    told = model_to_dict(row)
    return {name: value for name, value in told.items() if name not in OWN}


def rows(new):
    """All that is stored of a post, without what is its own."""
    post = Post.objects.get(pk=new.post.pk)
    revision = post.revisions.first()
    deliveries = list(post.deliveries.order_by("channel"))
    place = {delivery.pk: number for number, delivery in enumerate(deliveries)}
    entries = AuditEntry.objects.filter(subject_type="post", subject_id=post.pk).order_by("pk")
    topics = [f"post:{post.pk}", *(f"delivery:{pk}" for pk in place)]
    story = [
        (e.kind, e.actor_id, e.actor_name, e.team_id, told(e.data, place))
        for e in post.activity.order_by("pk")
    ]
    return [
        plain(post),
        [plain(kept) for kept in post.revisions.all()],
        [(plain(approval), approval.revision == revision) for approval in post.approvals.all()],
        [(plain(d), d.revision == revision, d.run_at == d.due_at) for d in deliveries],
        [verdict.revision == revision for verdict in post.verdicts.all()],
        sorted(str(plain(verdict)) for verdict in post.verdicts.all()),
        # The deliveries of one post may come in either order, after all else.
        [*story[:4], *sorted(story[4:], key=str)],
        [told(e.data, place) for e in Event.objects.filter(data__post=post.pk).order_by("at")],
        [(e.verb, e.actor_id, e.actor_name, e.before, e.after, e.team_id) for e in entries],
        len(set(LiveEvent.objects.filter(topic__in=topics).values_list("topic", flat=True))),
    ]


def told(data, place):
    """Without the numbers that each post has for itself."""
    own = {"post": 0, "url": "", "delivery": place.get(data.get("delivery"))}
    return {**data, **{name: own[name] for name in own if name in data}}


@pytest.mark.parametrize("gates", [False, True])
def test_all_rows_are_those_that_one_by_one_would_be_written(desk, team, bob, gates):
    Endpoint.objects.create(team=team, name="Ear", events=["post.stage_changed"])
    if gates:
        gate(team, "banned", words=["utilize"])
    singly, together = desk.make(), desk.make()
    LiveEvent.objects.all().delete()
    said = list(one_by_one(singly, bob).values())
    topics = {t for t in LiveEvent.objects.values_list("topic", flat=True) if ":" not in t}
    pictures = set(Rendition.objects.values_list("asset", "key"))
    Rendition.objects.all().delete()
    assert list(at_once(together, team, bob).values()) == said
    assert [rows(new) for new in together] == [rows(new) for new in singly]
    assert topics == {"deliveries", "board", "calendar"}
    assert set(Rendition.objects.values_list("asset", "key")) == pictures
    assert pictures
    assert len(said) == (6 if gates else 5)
    assert Post.objects.filter(stage=Stage.SCHEDULED).count() == 2 * (10 - len(said))


def test_one_that_is_refused_stays_planned_among_others(desk, team, bob):
    news = desk.make(desk.drafts[4:7])
    refused = schedule_all(team=team, by=bob, posts=news)
    assert list(refused) == [news[1].post.pk, news[2].post.pk]
    for new in news[1:]:
        post = Post.objects.get(pk=new.post.pk)
        assert (post.stage, post.planned_at) == (Stage.DRAFTING, new.at.at)
        assert [d.state for d in post.deliveries.all()] == ["draft"]
        assert not post.approvals.exists()
        assert not post.revisions.exists()
    assert Post.objects.get(pk=news[0].post.pk).stage == Stage.SCHEDULED


def test_gates_are_asked_about_the_time_of_each_channel(desk, team, bob):
    """The rights end after the post's own time, and before that of one of its channels."""
    gate(team, "rights", said=False)
    ends = timezone.now() + timedelta(days=5)
    MediaAsset.objects.for_team(team).update(rights_until=ends.date())
    singly, together, whole = (desk.make(desk.drafts[2:3]) for _ in range(3))
    for new in (*singly, *together):
        channel = max(new.post.deliveries.values_list("channel", flat=True))
        new.post.deliveries.filter(channel=channel).update(due_at=ends + timedelta(days=5))
    said = list(one_by_one(singly, bob).values())
    assert list(at_once(together, team, bob).values()) == said
    assert [one.split(":")[0] for one in said] == ["Stopped"]
    assert "The rights to" in said[0]
    assert at_once(whole, team, bob) == {}


def test_a_team_that_began_to_ask_for_reviews_commits_none(desk, team, bob):
    """The team is asked anew: it may have changed after the import's rows were read."""
    news = desk.make(desk.drafts[:2])
    type(team).objects.filter(pk=team.pk).update(review_required=True)
    assert not team.review_required
    refused = schedule_all(team=team, by=bob, posts=news)
    assert len(refused) == 2
    assert not Post.objects.filter(stage=Stage.SCHEDULED).exists()


def test_the_statements_do_not_grow_with_the_posts(desk, team, bob):
    def statements(count):
        news = desk.make(desk.drafts[:1] * count)
        with CaptureQueriesContext(connection) as captured, audited.importing():
            schedule_all(team=team, by=bob, posts=news)
        return len(captured)

    # Open pages are told of 25 things in one statement.
    assert statements(12) - statements(2) <= 2


def test_many_moved_at_once_are_compared_with_what_is_there(desk):
    """New posts are nobody else's before their transaction ends. Should one have moved all the
    same, none of them moves and no story tells that it did.
    """
    news = desk.make(desk.drafts[:1] * 3)
    posts = [new.post for new in news]
    workflow.move(Post.objects.get(pk=posts[1].pk), "shelve")
    with pytest.raises(LostRace):
        schedule_all(team=posts[0].team, by=posts[0].author, posts=news)
    stages = Post.objects.order_by("pk").values_list("stage", flat=True)
    assert list(stages) == ["drafting", "idea", "drafting"]
    assert not Post.objects.filter(activity__kind="post.waive").exists()
