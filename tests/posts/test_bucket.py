"""Media in a bucket instead of on the disk: the same pages, the same rights, the same bytes."""

import hashlib
import logging
from io import BytesIO

import pytest
import requests
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from posts import bucket as buckets
from posts import payloads, renditions
from posts.errors import UploadRefused
from posts.models import MediaAsset, Rendition
from posts.services import media
from posts.services.library import _unlink
from tests.buckets import SECRET_KEY, all_of
from tests.factories.posts import DeliveryFactory, PostFactory, PostMediaFactory, picture
from tests.factories.publishers import ChannelFactory
from tests.posts.films import PLACE, film
from tests.posts.test_media_store import phone_photo

pytestmark = pytest.mark.django_db


def put(team, user, content: bytes, name: str = "buoy.jpg") -> MediaAsset:
    return media.store(team=team, by=user, upload=SimpleUploadedFile(name, content))


def at(name: str, asset: MediaAsset, team: str = "tidewater") -> str:
    return reverse(f"posts:{name}", args=[team, asset.pk])


def test_a_picture_is_cleaned_and_kept_in_the_bucket_alone(bucket, as_user, alice, settings):
    url = reverse("posts:media_upload", args=["tidewater"])
    sent = SimpleUploadedFile("a.jpg", phone_photo())
    assert as_user(alice).post(url, {"to": "library", "files": sent}).status_code == 302
    asset = MediaAsset.objects.get()
    kept = all_of(bucket)
    assert set(kept) == {f"drum/beat/{asset.file.name}", f"drum/beat/{asset.thumbnail.name}"}
    assert not any(word in content for content in kept.values() for word in (b"SERIAL", b"Rita"))
    assert not settings.MEDIA_ROOT.exists()


@pytest.mark.usefixtures("bucket")
def test_it_is_shown_to_the_team_alone(store, as_user, team, alice, vera, mallory):
    asset = put(team, alice, picture())
    shown = as_user(vera).get(at("media", asset))
    assert hashlib.sha256(shown.content).hexdigest() == asset.sha256
    assert as_user(vera).get(at("media_small", asset)).status_code == 200
    assert as_user(mallory).get(at("media", asset)).status_code == 404
    assert as_user(mallory).get(at("media", asset, "harbour")).status_code == 404
    # Who knows the key and has no signature gets nothing from the bucket either.
    there = f"{store.url}/{store.bucket}/drum/beat/{asset.file.name}"
    assert requests.get(there, timeout=5).status_code == 403


def test_a_film_is_kept_with_a_picture_of_it_and_read_by_the_stretch(
    bucket, as_user, team, alice, monkeypatch
):
    asset = put(team, alice, film(), "film.mp4")
    assert asset.is_video
    content = all_of(bucket)[f"drum/beat/{asset.file.name}"]
    assert PLACE.encode() not in content
    with asset.thumbnail.open() as file, Image.open(file) as shown:
        assert shown.format == "WEBP"
    asked = []
    real = bucket.client.get_object
    monkeypatch.setattr(buckets, "FIRST", 100)
    monkeypatch.setattr(
        bucket.client, "get_object", lambda **said: asked.append(said["Range"]) or real(**said)
    )
    part = as_user(alice).get(at("media", asset), headers={"Range": "bytes=9000-9099"})
    assert part.status_code == 206
    assert part.content == content[9000:9100]
    assert part.headers["Content-Range"] == f"bytes 9000-9099/{len(content)}"
    assert asked == ["bytes=0-99", f"bytes=9000-{9000 + buckets.STRETCH - 1}"]


def test_a_large_file_is_never_in_memory_as_a_whole(bucket, monkeypatch):
    monkeypatch.setattr(buckets, "FIRST", 10)
    monkeypatch.setattr(buckets, "STRETCH", 100)
    content = bytes(range(256)) * 4
    name = default_storage.save("test/large.bin", ContentFile(content))
    with default_storage.open(name) as file:
        raw = file.file.raw
        assert file.size == len(content)
        for start, length in ((0, 5), (500, 300), (3, 1), (1000, 100), (2000, 5), (90, 21)):
            file.seek(start)
            assert file.read(length) == content[start : start + length]
            assert len(raw._held) <= 100
        assert b"".join(file.chunks(64)) == content
    assert file.open().read() == content
    # Another file under its name is not taken for the rest of this one.
    file.seek(0)
    default_storage.save("test/large.bin", ContentFile(content[::-1]))
    with pytest.raises(OSError, match="PreconditionFailed"):
        file.read()


def test_it_is_a_storage_as_the_disk_is(bucket):
    name = default_storage.save("test/empty", ContentFile(b""))
    with default_storage.open(name) as file:
        assert (file.size, file.read()) == (0, b"")
    assert default_storage.exists(name)
    default_storage.save("test/deep/er", ContentFile(b"x"))
    assert default_storage.listdir("test") == (["deep"], ["empty"])
    assert default_storage.listdir("") == (["test"], [])
    default_storage.delete(name)
    default_storage.delete(name)
    assert not default_storage.exists(name)
    for nothing in (name, ""):
        with pytest.raises(FileNotFoundError):
            default_storage.open(nothing)
    with pytest.raises(ValueError, match="saved anew"):
        default_storage.open("test/deep/er", "wb")
    assert default_storage.url("a/b") == "/media/a/b"


def test_an_answer_that_breaks_off_is_asked_for_again(bucket, monkeypatch):
    name = default_storage.save("test/x", ContentFile(b"whole"))
    real, tries = bucket.client.get_object, []

    def broken(**said):
        reply = real(**said)
        tries.append(reply["Body"])
        if len(tries) % 3:
            reply["Body"]._content_length = "9"  # More than comes.
        return reply

    monkeypatch.setattr(bucket.client, "get_object", broken)
    with default_storage.open(name) as file:
        assert file.read() == b"whole"
    assert len(tries) == 3


def test_a_rendition_is_made_from_it_and_beside_it(bucket, team, alice, taking):
    taking("x", image_types=("image/jpeg",), image_sides=(100, 300), image_bytes=150_000)
    asset = put(team, alice, picture(800, 600, kind="PNG"))
    channel = ChannelFactory(team=team, platform="x")
    post = PostFactory(team=team, author=alice, channels=[channel])
    PostMediaFactory(post=post, asset=asset)
    delivery = DeliveryFactory(queued=True, post=post, channel=channel)
    [payload] = payloads.build_all(delivery)
    with Image.open(BytesIO(payload.media[0].read())) as made:
        assert max(made.size) <= 300
    rendition = Rendition.objects.get()
    assert f"drum/beat/{rendition.file.name}" in all_of(bucket)
    # Harmed, it is made anew from the original.
    default_storage.delete(rendition.file.name)
    with pytest.raises(renditions.Damaged):
        payload.media[0].read()
    [again] = payloads.build_all(delivery)
    assert hashlib.sha256(again.media[0].read()).hexdigest() == rendition.sha256


def test_what_the_bucket_lost_comes_back_with_the_same_upload(bucket, team, alice):
    raw = picture(800, 600)
    first = put(team, alice, raw)
    default_storage.delete(first.file.name)
    again = put(team, alice, raw)
    assert again == first
    assert default_storage.exists(again.file.name)


def test_where_it_does_not_answer_people_are_told_and_no_secret_is(
    bucket, away, as_user, team, alice, caplog
):
    asset = put(team, alice, picture())
    away()
    with caplog.at_level(logging.DEBUG):
        shown = as_user(alice).get(at("media", asset))
        assert (shown.status_code, shown.headers["Retry-After"]) == (503, "5")
        assert "does not answer" in shown.content.decode()
        with pytest.raises(UploadRefused) as refused:
            put(team, alice, picture(colour="red"))
        assert refused.value.status == 503
        _unlink([asset.file.name])
        with pytest.raises(OSError, match="EndpointConnectionError") as error:
            default_storage.size("x")
    assert error.value.__suppress_context__
    said = f"{caplog.text}{error.value}{shown.content.decode()}"
    assert SECRET_KEY not in said
    assert MediaAsset.objects.count() == 1
