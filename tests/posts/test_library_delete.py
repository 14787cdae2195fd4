"""A file of the library deleted and put back, and never taken from a post."""

import threading
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from posts.errors import PictureGone
from posts.models import Delivery, MediaAsset, PostMedia, Rendition
from posts.queries import uses
from posts.services import compose, library, media, trash
from posts.services.compose import Draft
from posts.states import DeliveryState, Stage
from posts.tasks import sweep
from tests.factories.posts import DeliveryFactory, MediaAssetFactory, PostFactory
from tests.factories.publishers import ChannelFactory
from tests.locks import somebody_waits
from tests.posts.shelf import HTMX, at, used_by
from tests.posts.test_media import file
from tests.processes import wait_until
from tests.security.moments import errors, together

pytestmark = pytest.mark.django_db


def test_what_nobody_uses_goes_and_comes_back(as_user, bob, vera, mallory, asset):
    url = at("library_delete", asset)
    assert as_user(vera).post(url).status_code == 403
    assert as_user(mallory).post(url).status_code == 404
    assert "Delete this file?" in as_user(bob).get(url).content.decode()
    bobs = as_user(bob)
    page = bobs.post(url, follow=True).content.decode()
    assert "“buoy.jpg” is deleted." in page
    assert f'name="id" value="{asset.pk}"' in page
    assert not MediaAsset.objects.for_team(asset.team).exists()
    deleted = bobs.get(reverse("posts:library", args=["tidewater"]), {"show": "deleted"})
    assert [tile.asset for tile in deleted.context["shelf"].tiles] == [asset]
    back = reverse("posts:library_restore", args=["tidewater"])
    bobs.post(back, {"id": asset.pk})
    assert MediaAsset.objects.for_team(asset.team).get() == asset


def test_the_panel_offers_the_way_back(as_user, bob, asset):
    answer = as_user(bob).post(at("library_delete", asset), headers=HTMX)
    assert f'id="asset-{asset.pk}" hx-swap-oob="delete"' in answer.content.decode()
    assert f"library/restore/?id={asset.pk}" in answer.headers["HX-Trigger"]
    undo = reverse("posts:library_restore", args=["tidewater"]) + f"?id={asset.pk}"
    assert as_user(bob).post(undo, headers=HTMX).headers["HX-Refresh"] == "true"
    assert MediaAsset.objects.for_team(asset.team).exists()


@pytest.mark.parametrize("stage", [s.value for s in Stage if s != Stage.DONE])
def test_a_post_that_is_not_out_keeps_it(as_user, bob, asset, stage):
    used_by(asset, stage)
    answer = as_user(bob).post(at("library_delete", asset), {"sure": "yes"})
    assert answer.status_code == 409
    assert f"A {stage} post" in answer.content.decode()
    by_htmx = as_user(bob).post(at("library_delete", asset), headers=HTMX)
    assert by_htmx.headers["HX-Redirect"] == at("library_delete", asset)
    many = reverse("posts:library_remove", args=["tidewater"])
    page = as_user(bob).post(many, {"id": asset.pk}, follow=True).content.decode()
    assert "1 stays: a post has it." in page
    assert MediaAsset.objects.for_team(asset.team).exists()


@pytest.mark.parametrize("state", ["failed", "missed", "claimed"])
def test_a_delivery_that_may_still_send_it_keeps_it(as_user, bob, asset, channel, state):
    """Its post says something else by now, or is done elsewhere."""
    post = used_by(asset, "scheduled")
    delivery = DeliveryFactory(queued=True, post=post, channel=channel)
    held = {"lease_until": timezone.now() + timedelta(minutes=1)} if state == "claimed" else {}
    Delivery.objects.filter(pk=delivery.pk).update(state=state, **held)
    PostMedia.objects.all().delete()
    answer = as_user(bob).post(at("library_delete", asset), {"sure": "yes"})
    assert answer.status_code == 409
    assert str(post) in answer.content.decode()


def test_what_may_send_other_pictures_is_not_read(team, bob, asset, channel):
    post = used_by(MediaAssetFactory(team=team), "done", author=bob)
    delivery = DeliveryFactory(queued=True, post=post, channel=channel)
    Delivery.objects.filter(pk=delivery.pk).update(state="failed")
    with CaptureQueriesContext(connection) as said:
        assert uses.needed(team, [asset.pk]) == set()
    [asked] = [q["sql"] for q in said if "posts_delivery" in q["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchall() == []
    assert uses.needed(team, [asset.pk, post.pictures.get().asset_id]) == {
        post.pictures.get().asset_id
    }


def test_published_posts_are_asked_about(as_user, bob, asset):
    used_by(asset, "done")
    url, bobs = at("library_delete", asset), as_user(bob)
    page = bobs.post(url)
    assert page.status_code == 409
    assert "1 published post shows it" in page.content.decode()
    assert MediaAsset.objects.for_team(asset.team).exists()
    assert bobs.post(url, {"sure": "yes"}).status_code == 302
    assert not MediaAsset.objects.for_team(asset.team).exists()
    # Its page goes on showing it.
    small = reverse("posts:media_small", args=["tidewater", asset.pk])
    assert bobs.get(small).status_code == 200


def test_uploaded_again_it_is_back(as_user, bob, team):
    first = media.take(team=team, by=bob, upload=file())
    again = media.take(team=team, by=bob, upload=file())
    assert (first.known, again.known, again.asset) == (False, True, first.asset)
    library.delete(team=team, ids=[first.asset.pk])
    back = media.take(team=team, by=bob, upload=file())
    assert (back.known, back.asset.pk) == (False, first.asset.pk)
    assert MediaAsset.objects.for_team(team).exists()


def long_deleted(asset) -> None:
    long_ago = timezone.now() - library.KEPT - timedelta(minutes=1)
    MediaAsset.objects.filter(pk=asset.pk).update(deleted_at=long_ago)


def test_in_the_end_its_files_go(team, asset, django_capture_on_commit_callbacks):
    rendition = default_storage.save("test/made.jpg", file())
    Rendition.objects.create(asset=asset, key="k", file=rendition, sha256="x")
    library.delete(team=team, ids=[asset.pk])
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert default_storage.exists(asset.file.name)
    long_deleted(asset)
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert not MediaAsset.objects.exists()
    kept = [default_storage.exists(n) for n in (asset.file.name, asset.thumbnail.name, rendition)]
    assert kept == [False, False, False]


def test_a_published_post_keeps_the_small_picture(
    as_user, bob, team, asset, django_capture_on_commit_callbacks
):
    post = used_by(asset, "done")
    long_deleted(asset)
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert MediaAsset.objects.get().file.name == ""
    assert not default_storage.exists(asset.file.name)
    assert default_storage.exists(asset.thumbnail.name)
    page = as_user(bob).get(reverse("posts:post", args=["tidewater", post.pk]))
    assert page.status_code == 200
    assert library.restore(team=team, ids=[asset.pk]) == 0
    assert as_user(bob).get(at("library_asset", asset)).status_code == 404
    assert as_user(bob).get(at("media", asset)).status_code == 404
    again = compose.duplicate(post=post, by=bob)
    assert not again.pictures.exists()


def test_a_post_in_the_trash_can_come_back_whole(team, bob, asset):
    post = used_by(asset, "drafting", author=bob)
    trash.trash(post=post, by=bob)
    assert library.delete(team=team, ids=[asset.pk]).gone == [asset.pk]
    long_deleted(asset)
    sweep()
    trash.take_out(post=post, by=bob)
    assert MediaAsset.objects.for_team(team).get() == asset
    assert default_storage.exists(asset.file.name)


def test_nothing_deleted_gets_into_a_post(team, bob, asset):
    library.delete(team=team, ids=[asset.pk])
    with pytest.raises(PictureGone):
        compose.create(team=team, by=bob, draft=Draft(body="Words", media=[(asset.pk, "")]))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shown", [False, True])
def test_uploaded_again_while_it_is_swept_it_is_there(team, bob, shown):
    first = media.take(team=team, by=bob, upload=file()).asset
    if shown:
        used_by(first, "done", author=bob)
    deleted = timezone.now() - library.KEPT - timedelta(days=1)
    MediaAsset.objects.update(deleted_at=deleted)
    begun = threading.Event()

    def let_go():
        with transaction.atomic():
            library._let_go(first.pk)
            begun.set()
            wait_until(somebody_waits, what="the upload")
        connection.close()

    somebody = threading.Thread(target=let_go)
    somebody.start()
    assert begun.wait(10)
    again = media.take(team=team, by=bob, upload=file()).asset
    somebody.join()
    kept = MediaAsset.objects.for_team(team).get()
    assert kept == again
    assert (kept == first) is shown
    assert default_storage.exists(kept.file.name)


@pytest.mark.django_db(transaction=True)
def test_deleting_meets_attaching(team, bob):
    """Whichever is first, no post has what is deleted."""
    channel = ChannelFactory(team=team)
    for _ in range(4):
        asset = MediaAssetFactory(team=team)
        post = PostFactory(team=team, author=bob, channels=[channel])
        draft = Draft(title=post.title, body="With a picture", media=[(asset.pk, "")])
        answers = together(
            lambda post=post, draft=draft: compose.save(
                post=post, draft=draft, version=post.version, by=bob
            ),
            lambda asset=asset: library.delete(team=team, ids=[asset.pk]),
        )
        failed = errors(answers, PictureGone)
        has_it = post.pictures.filter(asset=asset).exists()
        deleted = not MediaAsset.objects.for_team(team).filter(pk=asset.pk).exists()
        assert has_it != deleted
        assert bool(failed) == deleted
    assert set(Delivery.objects.values_list("state", flat=True)) <= {DeliveryState.DRAFT}
