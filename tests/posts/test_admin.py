"""The administrators' pages of this room: every list opens, nothing is typed over, services act."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from posts.models import BulkAct, Delivery, MediaAsset, Post, Rendition
from posts.states import DeliveryState, Stage
from tests.factories.posts import (
    ActivityFactory,
    CampaignFactory,
    DeliveryFactory,
    FolderFactory,
    HashtagGroupFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    TagFactory,
    TemplateFactory,
    TemplateUseFactory,
    UploadFactory,
)
from tests.factories.publishers import ChannelFactory
from tests.factories.reception import ReceptionFactory
from tests.posts.importing import checked

pytestmark = pytest.mark.django_db
MODELS = [
    model
    for model in admin.site._registry
    if model._meta.app_label == "posts" and model is not Delivery
]


@pytest.fixture
def root(db) -> Client:
    user = User.objects.create_superuser("root@demo.test", "x")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def scheduled(team, alice) -> Post:
    channel = ChannelFactory(team=team)
    post = PostFactory(team=team, author=alice, channels=[channel], stage=Stage.SCHEDULED)
    Rendition.objects.create(asset=PostMediaFactory(post=post).asset, key="jpeg_96x72_9000_1")
    DeliveryFactory(queued=True, post=post, channel=channel)
    ActivityFactory(post=post)
    TagFactory(team=team)
    CampaignFactory(team=team)
    checked(team, alice, ("text",), ("Tide",))
    FolderFactory(team=team)
    UploadFactory(team=team, by=alice)
    BulkAct.objects.create(team=team, by=alice, kind="tags", said="1 post has new tags.")
    HashtagGroupFactory(team=team)
    TemplateUseFactory(template=TemplateFactory(team=team), post=post)
    ReceptionFactory()
    return post


def listing(model) -> str:
    return reverse(f"admin:posts_{model._meta.model_name}_changelist")


def act(client: Client, action: str, *posts: Post) -> str:
    data = {"action": action, "_selected_action": [post.pk for post in posts]}
    return client.post(listing(Post), data, follow=True).content.decode()


def test_every_model_of_the_room_is_registered():
    names = {model._meta.model_name for model in MODELS}
    assert names == {
        "post",
        "variant",
        "revision",
        "approval",
        "mediaasset",
        "postmedia",
        "rendition",
        "tag",
        "campaign",
        "activity",
        "import",
        "importrow",
        "folder",
        "upload",
        "bulkact",
        "hashtaggroup",
        "template",
        "templateversion",
        "reception",
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_lists_search_and_open(root, scheduled, model):
    assert root.get(listing(model)).status_code == 200
    assert root.get(listing(model), {"q": "tide"}).status_code == 200
    row = model._default_manager.first()
    page = root.get(reverse(f"admin:posts_{model._meta.model_name}_change", args=[row.pk]))
    assert page.status_code == 200


@pytest.mark.parametrize(
    "name", ["post", "variant", "revision", "approval", "activity", "templateversion"]
)
def test_content_and_records_cannot_be_typed_over(root, scheduled, name):
    row = next(m for m in MODELS if m._meta.model_name == name)._default_manager.first()
    change = reverse(f"admin:posts_{name}_change", args=[row.pk])
    assert root.post(change, {"stage": "done", "body": "x"}).status_code == 403
    assert root.get(reverse(f"admin:posts_{name}_add")).status_code == 403
    assert root.post(reverse(f"admin:posts_{name}_delete", args=[row.pk])).status_code == 403


def test_picture_takes_a_new_description_and_nothing_else(root, team):
    asset = MediaAssetFactory(team=team)
    change = reverse("admin:posts_mediaasset_change", args=[asset.pk])
    root.post(change, {"name": "buoy.jpg", "alt": "A buoy", "sha256": "0" * 64})
    again = MediaAsset.objects.get()
    assert (again.alt, again.sha256) == ("A buoy", asset.sha256)


def test_withdraw_and_cancel_go_through_the_services(root, scheduled):
    assert "1 post changed" in act(root, "withdraw", scheduled)
    scheduled.refresh_from_db()
    assert scheduled.stage == Stage.DRAFTING
    assert scheduled.deliveries.get().state == DeliveryState.DRAFT
    assert "1 post changed" in act(root, "cancel_deliveries", scheduled)
    assert scheduled.deliveries.get().state == DeliveryState.CANCELLED


def test_what_cannot_be_done_says_why_and_stops_nothing(root, scheduled, team):
    done = PostFactory(team=team, stage=Stage.DONE, title="Out already")
    html = act(root, "withdraw", done, scheduled)
    assert "Out already: This post is published." in html
    assert "1 post changed" in html


def test_trash_and_back(root, scheduled):
    act(root, "put_away", scheduled)
    assert not Post.objects.for_team(scheduled.team).exists()
    assert str(scheduled) in root.get(listing(Post), {"trash": "yes"}).content.decode()
    act(root, "take_out", scheduled)
    assert Post.objects.for_team(scheduled.team).get() == scheduled
    assert "not in the trash" in act(root, "take_out", scheduled)
