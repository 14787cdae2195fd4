"""Large files that go straight into the bucket: bounded, carried on, and of one person."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.files.storage import default_storage
from django.urls import reverse

from posts.models import MediaAsset, Upload
from posts.services import direct, uploads
from tests.buckets import SECRET_KEY, all_of, signed_for, unfinished
from tests.posts.films import film
from tests.posts.sending import BEGIN, CONTENT, LARGE, at, begin, link, send, send_all
from tests.posts.test_media_store import phone_photo
from tests.security.moments import errors, together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bucket")]


def test_begun_carried_on_and_finished(bobs, bob, bucket, settings):
    begun = begin(bobs).json()
    pk = begun["id"]
    assert begun["direct"] == {"size": direct.PART, "have": []}
    send(bobs, pk, 2, LARGE)
    early = bobs.post(at("_finish", pk))
    assert (early.status_code, early.json()["received"]) == (409, 1000)
    # The page was closed: the same file goes on with what is missing.
    again = begin(bobs).json()
    assert (again["id"], again["received"]) == (pk, 1000)
    assert again["direct"]["have"] == [2] == bobs.get(at("", pk)).json()["direct"]["have"]
    send(bobs, pk, 1, LARGE)
    told = bobs.post(at("_finish", pk)).json()
    asset = MediaAsset.objects.get()
    assert (told["id"], told["known"], asset.uploaded_by) == (asset.pk, False, bob)
    assert f'id="asset-{asset.pk}"' in told["tile"]
    # What was sent is gone, and what is kept was made from it.
    assert sorted(all_of(bucket)) == sorted(
        f"drum/beat/{file.name}" for file in (asset.file, asset.thumbnail)
    )
    assert asset.bytes < len(LARGE)
    assert unfinished(bucket) == []
    assert not settings.MEDIA_ROOT.exists()
    # Asked twice it is the same; chosen again there is nothing to send; a link is none any more.
    assert bobs.post(at("_finish", pk)).json()["id"] == asset.pk
    again = begin(bobs).json()
    assert (again["received"], again["direct"]["have"]) == (len(LARGE), [1, 2])
    assert link(bobs, pk, 1).status_code == 409


def test_place_and_owner_are_gone_from_pictures_and_films(bobs, bucket):
    for content, words in ((phone_photo(), b"SERIAL"), (film(), b"CANARY")):
        assert words in content
        told = bobs.post(at("_finish", send_all(bobs, content))).json()
        with MediaAsset.objects.get(pk=told["id"]).file.open() as file:
            assert words not in file.read()
    assert MediaAsset.objects.filter(kind="video").count() == 1


def test_a_link_is_for_one_part_of_its_size_and_for_a_while(bobs):
    pk = begin(bobs).json()["id"]
    for number, size in ((1, direct.PART), (2, 1000)):
        url = link(bobs, pk, number).json()["url"]
        said = parse_qs(urlsplit(url).query)
        assert said["partNumber"] == [str(number)]
        assert said["X-Amz-Expires"] == ["900"]
        # Whoever sends more or less than was announced does not have this signature.
        assert "content-length" in said["X-Amz-SignedHeaders"][0].split(";")
        assert SECRET_KEY not in url
        assert signed_for(url, size) == said["X-Amz-Signature"][0]
        assert signed_for(url, size + 1) != said["X-Amz-Signature"][0]
    for number in (0, 3, "x", 10**12):
        assert link(bobs, pk, number).status_code == 409
    assert Upload.objects.get().remote


def test_it_is_the_persons_own(bobs, as_user, alice, vera, mallory):
    pk = begin(bobs).json()["id"]
    for who, status in ((alice, 404), (vera, 403), (mallory, 404)):
        theirs = as_user(who)
        assert link(theirs, pk, 1).status_code == status
        assert theirs.get(at("", pk)).status_code == status
        assert theirs.post(at("_finish", pk)).status_code == status
    assert begin(as_user(vera)).status_code == 403
    assert begin(as_user(mallory)).status_code == 404
    assert bobs.get(reverse("posts:library_upload_link", args=["tidewater", pk])).status_code == 405


def test_a_person_has_few_at_once(bobs, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_OF_ONE", 1)
    assert begin(bobs).status_code == 201
    assert begin(bobs, CONTENT).status_code == 409


def test_without_a_bucket_pieces_come_through_us(bobs, bucket, settings):
    pk = begin(bobs).json()["id"]
    # What sends no head cannot send it there itself.
    said = {"name": "buoy.jpg", "size": len(LARGE), "changed": "1"}
    through = bobs.post(BEGIN, said).json()
    assert "direct" not in through
    assert not Upload.objects.filter(pk=pk).exists()
    assert link(bobs, through["id"], 1).status_code == 409
    settings.S3_ORIGIN = ""
    other = begin(bobs).json()
    assert (other["id"], "direct" in other) == (through["id"], False)
    piece = {"content_type": "application/offset+octet-stream", "headers": {"Upload-Offset": "0"}}
    assert bobs.post(at("", other["id"]), CONTENT, **piece).status_code == 200


def test_a_piece_does_not_come_through_us_where_the_file_goes_there(bobs):
    pk = begin(bobs).json()["id"]
    piece = {"content_type": "application/offset+octet-stream", "headers": {"Upload-Offset": "0"}}
    assert bobs.post(at("", pk), CONTENT, **piece).status_code == 409


def test_a_slow_second_beginning_leaves_what_is_whole_by_then(bobs, bucket):
    slow = Upload.objects.get(pk=begin(bobs).json()["id"])
    send_all(bobs, LARGE)
    with direct.gathered(Upload.objects.get(pk=slow.pk)) as file:
        assert file.size == len(LARGE)
    direct._begun(slow)
    assert not unfinished(bucket)
    with direct.gathered(Upload.objects.get(pk=slow.pk)) as file:
        assert file.size == len(LARGE)


@pytest.mark.django_db(transaction=True)
def test_links_and_ends_that_are_asked_for_twice_at_once(team, bob, bucket):
    upload = uploads.begin(
        team=team, by=bob, name="buoy.jpg", size=len(CONTENT), changed="1", head=CONTENT[:16]
    )
    links = together(*[lambda: direct.link(upload, 1) for _ in range(3)])
    assert len({parse_qs(urlsplit(url).query)["uploadId"][0] for url in links}) == 1
    assert len(unfinished(bucket)) == 1
    assert requests.put(links[0], data=CONTENT, timeout=20).status_code == 200
    upload.refresh_from_db()
    answers = together(*[lambda: uploads.finish(upload=upload, by=bob) for _ in range(2)])
    assert len(errors(answers, uploads.OutOfStep)) <= 1
    assert MediaAsset.objects.count() == 1
    assert len(all_of(bucket)) == 2
    assert default_storage.exists(MediaAsset.objects.get().file.name)
