"""Rows of the posts room. Texts and pictures are real enough to be published by an adapter."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from posts import content, outline, placeholders
from posts.models import (
    Activity,
    Approval,
    Campaign,
    Comment,
    Delivery,
    Folder,
    HashtagGroup,
    MediaAsset,
    Post,
    PostMedia,
    Revision,
    Tag,
    Template,
    TemplateUse,
    TemplateVersion,
    Upload,
    Variant,
)
from posts.states import DeliveryState, Stage
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.publishers import ChannelFactory


def picture(
    width: int = 640, height: int = 480, *, colour: str = "teal", kind: str = "JPEG", **options
) -> bytes:
    """The bytes of a plain picture, as a browser would upload it."""
    buffer = BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind, **options)
    return buffer.getvalue()


class TagFactory(factory.django.DjangoModelFactory[Tag]):
    class Meta:
        model = Tag

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"tag-{n}")


class CampaignFactory(factory.django.DjangoModelFactory[Campaign]):
    class Meta:
        model = Campaign

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Campaign {n}")


class PostFactory(factory.django.DjangoModelFactory[Post]):
    """`PostFactory(team=team, channels=[a, b])` makes a variant on each channel."""

    class Meta:
        model = Post
        skip_postgeneration_save = True

    team = factory.SubFactory(TeamFactory)
    title = factory.Sequence(lambda n: f"Open water day {n}")
    body = "Sea level data from forty buoys is now open to everyone."
    author = factory.SubFactory(UserFactory)
    stage = Stage.DRAFTING

    @factory.post_generation
    def channels(self, create, extracted, **kwargs):
        for channel in extracted or ():
            VariantFactory(post=self, channel=channel)
        refresh_hash(self)


def refresh_hash(post: Post) -> Post:
    """Bring `content_hash` up to what the rows say; after adding variants or pictures by hand."""
    post.content_hash = content.digest(content.snapshot(post))
    post.save(update_fields=["content_hash"])
    return post


class VariantFactory(factory.django.DjangoModelFactory[Variant]):
    class Meta:
        model = Variant

    post = factory.SubFactory(PostFactory)
    channel = factory.SubFactory(ChannelFactory, team=factory.SelfAttribute("..post.team"))


class MediaAssetFactory(factory.django.DjangoModelFactory[MediaAsset]):
    """A small picture whose files exist; `colour` makes it another one."""

    class Meta:
        model = MediaAsset
        exclude = ("colour", "content")

    colour = factory.Sequence(lambda n: f"#{n % 4096:03x}")
    content = factory.LazyAttribute(lambda o: picture(o.width, o.height, colour=o.colour))
    team = factory.SubFactory(TeamFactory)
    name = "buoy.jpg"
    mime = "image/jpeg"
    width = 640
    height = 480
    sha256 = factory.LazyAttribute(lambda o: hashlib.sha256(o.content).hexdigest())
    bytes = factory.LazyAttribute(lambda o: len(o.content))
    file = factory.LazyAttribute(lambda o: ContentFile(o.content, name=f"test/{o.sha256}.jpg"))
    thumbnail = factory.LazyAttribute(
        lambda o: ContentFile(
            picture(96, 72, colour=o.colour, kind="WEBP"), name=f"test/{o.sha256}-t.webp"
        )
    )
    uploaded_by = None


class FolderFactory(factory.django.DjangoModelFactory[Folder]):
    class Meta:
        model = Folder

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Folder {n}")


class UploadFactory(factory.django.DjangoModelFactory[Upload]):
    """A file that has begun; of its part there is no byte yet."""

    class Meta:
        model = Upload

    team = factory.SubFactory(TeamFactory)
    by = factory.SubFactory(UserFactory)
    name = "harbour.mp4"
    mark = factory.Sequence(lambda n: f"{n:064}")
    key = factory.Sequence(lambda n: f"{n:032}")
    size = 10_000_000


class PostMediaFactory(factory.django.DjangoModelFactory[PostMedia]):
    class Meta:
        model = PostMedia

    post = factory.SubFactory(PostFactory)
    asset = factory.SubFactory(MediaAssetFactory, team=factory.SelfAttribute("..post.team"))
    position = factory.Sequence(lambda n: n)
    alt = "A yellow buoy at dusk"


class RevisionFactory(factory.django.DjangoModelFactory[Revision]):
    """Keeps what the post says at this moment."""

    class Meta:
        model = Revision

    post = factory.SubFactory(PostFactory)
    number = factory.LazyAttribute(lambda o: o.post.revisions.count() + 1)
    snapshot = factory.LazyAttribute(lambda o: content.snapshot(o.post))
    content_hash = factory.LazyAttribute(lambda o: content.digest(o.snapshot))
    author = factory.SelfAttribute("post.author")


class ApprovalFactory(factory.django.DjangoModelFactory[Approval]):
    class Meta:
        model = Approval

    revision = factory.SubFactory(RevisionFactory)
    post = factory.SelfAttribute("revision.post")
    content_hash = factory.SelfAttribute("revision.content_hash")
    source = Approval.Source.REVIEW
    granted_by = factory.SelfAttribute("post.author")


class DeliveryFactory(factory.django.DjangoModelFactory[Delivery]):
    """A draft without a time; `queued=True` gives one that is approved and due in an hour."""

    class Meta:
        model = Delivery
        exclude = ("approval",)

    class Params:
        queued = factory.Trait(
            state=DeliveryState.QUEUED,
            due_at=factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1)),
            approval=factory.LazyAttribute(lambda o: _approve(o.post, o.channel)),
            revision=factory.LazyAttribute(lambda o: o.approval.revision),
            content_hash=factory.LazyAttribute(lambda o: o.revision.content_hash),
        )

    approval = None
    post = factory.SubFactory(PostFactory)
    team = factory.SelfAttribute("post.team")
    channel = factory.SubFactory(ChannelFactory, team=factory.SelfAttribute("..post.team"))
    run_at = factory.SelfAttribute("due_at")
    due_at = None
    state = DeliveryState.DRAFT


def _approve(post: Post, channel) -> Approval:
    if not post.variants.filter(channel=channel).exists():
        VariantFactory(post=post, channel=channel)
    refresh_hash(post)
    found = Approval.objects.filter(post=post, content_hash=post.content_hash, revoked_at=None)
    return found.first() or ApprovalFactory(revision=RevisionFactory(post=post))


class ActivityFactory(factory.django.DjangoModelFactory[Activity]):
    class Meta:
        model = Activity

    post = factory.SubFactory(PostFactory)
    team = factory.SelfAttribute("post.team")
    kind = "post.create"
    actor = factory.SelfAttribute("post.author")
    actor_name = factory.LazyAttribute(lambda o: str(o.actor or ""))


class CommentFactory(factory.django.DjangoModelFactory[Comment]):
    """`CommentFactory(parent=other)` answers it."""

    class Meta:
        model = Comment

    parent = None
    post = factory.LazyAttribute(lambda o: o.parent.post if o.parent else PostFactory())
    team = factory.SelfAttribute("post.team")
    author = factory.SelfAttribute("post.author")
    text = factory.Sequence(lambda n: f"Give the year instead. {n}")


class HashtagGroupFactory(factory.django.DjangoModelFactory[HashtagGroup]):
    class Meta:
        model = HashtagGroup

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Group {n}")
    tags = ["opendata", "ocean"]


class TemplateFactory(factory.django.DjangoModelFactory[Template]):
    """With its first version, which says `said`: fields of an Outline."""

    class Meta:
        model = Template
        skip_postgeneration_save = True

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Template {n}")
    category = "Launch"

    @factory.post_generation
    def said(self, create, extracted, **kwargs):
        given = {"body": "{{ buoy }} is back on station.", **(extracted or {})}
        said = outline.Outline(name=self.name, category=self.category, **given)
        if "placeholders" not in given:
            asked = outline.settled(placeholders.names(said.texts), {})
            said = replace(said, placeholders=asked)
        TemplateVersion.objects.create(template=self, number=1, document=outline.stored(said))


class TemplateUseFactory(factory.django.DjangoModelFactory[TemplateUse]):
    """`template` may be given instead of its version."""

    class Meta:
        model = TemplateUse
        exclude = ("template",)

    template = factory.SubFactory(TemplateFactory)
    version = factory.LazyAttribute(lambda o: o.template.versions.first())
    post = factory.SubFactory(PostFactory, team=factory.SelfAttribute("..template.team"))
