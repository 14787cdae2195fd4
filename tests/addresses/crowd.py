"""More of everything that a page may list, each with people, texts and channels of its own."""

from datetime import date, time, timedelta
from types import SimpleNamespace

from django.utils import timezone

from accounts.services import invitations, keys
from approvals.services.ask import ask
from calendar_app.models import SavedView, Slot
from posts.models import Blackout, Delivery, Post
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.notifications import MessageFactory, endpoint_for
from tests.factories.posts import (
    ActivityFactory,
    CampaignFactory,
    CommentFactory,
    DeliveryFactory,
    FolderFactory,
    HashtagGroupFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    RevisionFactory,
    TagFactory,
    TemplateFactory,
    TemplateUseFactory,
    UploadFactory,
    VariantFactory,
    refresh_hash,
)
from tests.factories.publishers import ChannelFactory, grant_for
from tests.posts.importing import checked, taken_in, text


def add(w: SimpleNamespace, n: int) -> None:
    """The n-th of each."""
    team, owner, post = w.team, w.owner, w.post
    person = UserFactory(name=f"Person {n}")
    member = MembershipFactory(team=team, user=person)
    ReviewerFactory(stage=w.reviewer.stage, membership=member)
    workflow = w.reviewer.stage.workflow
    ReviewerFactory(stage=StageFactory(workflow=workflow, position=10 + n), outside=True)
    ReviewerFactory(stage=StageFactory(workflow__team=team), outside=True)
    invitations.invite(team=team, email=f"more{n}@{team.slug}.test", role="viewer", by=w.membership)
    channel, asset = _connected(team, n), MediaAssetFactory(team=team, uploaded_by=person)
    asset.tags.add(tag := TagFactory(team=team))
    UploadFactory(team=team, by=owner)
    HashtagGroupFactory(team=team)
    TemplateUseFactory(template=TemplateFactory(team=team))
    TemplateUseFactory(template=w.template)
    MediaAssetFactory(team=team, folder=FolderFactory(team=team))
    MessageFactory(team=team, user=owner)
    endpoint_for(team, owner)
    keys.make(membership=w.membership, name=f"Key {n}", scopes=["view"], expires_at=None)
    SavedView.objects.create(team=team, owner=person, name=f"{n}", page="month", shared=True)
    day = date(2031, 1, 1) + timedelta(days=n)
    Blackout.objects.create(team=team, name=f"{n}", starts_on=day, ends_on=day)
    taken_in(team, owner, text(("text",), (f"Row {n}",)))
    checked(team, owner, ("text",), (f"Other row {n}",))
    w.importing.rows.create(number=100 + n, cells=["", "x"], outcome="bad", problems=[["", "No"]])
    _on_the_post(post, person, channel, asset, tag)
    _others(w, person, channel, n)


def _connected(team, n):
    channel = ChannelFactory(team=team, name=f"Channel {n}")
    grant_for(channel)
    Slot.objects.create(team=team, channel=channel, weekday=n % 7, at=time(9 + n))
    return channel


def _on_the_post(post, person, channel, asset, tag) -> None:
    """The one that addresses name."""
    VariantFactory(post=post, channel=channel, text=f"Only for {channel}")
    PostMediaFactory(post=post, asset=asset)
    post.tags.add(tag)
    refresh_hash(post)
    RevisionFactory(post=post, author=person)
    ActivityFactory(post=post, actor=person)
    CommentFactory(parent=CommentFactory(post=post, author=person), author=person)
    DeliveryFactory(post=post, channel=channel)


def _others(w, person, channel, n) -> None:
    """One at each stage, now and in the days around."""
    at = timezone.now() + timedelta(hours=n + 1)
    planned = {"planned_at": at, "planned_zone": "Europe/Lisbon"}
    of = {"team": w.team, "author": person, "channels": [channel, w.channel]}
    for stage in ("idea", "drafting", "approved"):
        more = {"campaign": CampaignFactory(team=w.team), "assignee": person}
        some = PostFactory(**of, **more, stage=stage, **(planned if stage == "drafting" else {}))
        PostMediaFactory(post=some, asset=w.asset)
        some.tags.add(TagFactory(team=w.team))
        CommentFactory(post=refresh_hash(some), author=person)
    asked = PostFactory(**of)
    ask(post=asked, by=person, note="Is it right?")
    for state in ("queued", "failed", "missed"):
        sent = PostFactory(**of, stage="scheduled", **planned)
        for one in (channel, w.channel):
            row = DeliveryFactory(queued=True, post=sent, channel=one, due_at=at)
            Delivery.objects.filter(pk=row.pk).update(state=state, problem="No luck")
    Post.objects.filter(pk=asked.pk).update(**planned)
