"""Large files that go straight into the bucket: bounded, carried on, and believed in nothing."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from posts.models import MediaAsset, Upload
from posts.services import direct, uploads
from posts.tasks import sweep
from tests.buckets import SECRET_KEY, all_of, signed_for, unfinished
from tests.factories.posts import picture
from tests.posts.films import film
from tests.posts.test_media_store import phone_photo
from tests.security.moments import errors, together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bucket")]
BEGIN = reverse("posts:library_uploads", args=["tidewater"])
CONTENT = picture(800, 600, quality=100)
# The least that a bucket takes as a part is 5 MiB, but the last one may be smaller.
LARGE = CONTENT + b"\0" * (direct.PART + 1000 - len(CONTENT))


def at(name: str, pk: int, team: str = "tidewater") -> str:
    return reverse(f"posts:library_upload{name}", args=[team, pk])


def begin(client, content: bytes = LARGE, *, size: int | None = None, head: bytes | None = None):
    said = {"name": "buoy.jpg", "size": size or len(content), "changed": "1"}
    return client.post(BEGIN, {**said, "head": (head or content[:16]).hex()})


def link(client, pk: int, number: int):
    return client.post(
        reverse("posts:library_upload_link", args=["tidewater", pk]), {"number": number}
    )


def send(client, pk: int, number: int, content: bytes) -> None:
    """As the browser does it: no header of ours, no cookie."""
    part = content[(number - 1) * direct.PART : number * direct.PART]
    answer = requests.put(link(client, pk, number).json()["url"], data=part, timeout=20)
    assert answer.status_code == 200


def send_all(client, content: bytes) -> int:
    pk = begin(client, content).json()["id"]
    for number in range(1, len(content) // direct.PART + 2):
        send(client, pk, number, content)
    return pk


@pytest.fixture
def bobs(as_user, bob, team):
    return as_user(bob)


@pytest.fixture
def gone(django_capture_on_commit_callbacks):
    """`gone(ask)`: its answer, and that nothing is left of any upload."""

    def check(ask, bucket):
        with django_capture_on_commit_callbacks(execute=True):
            answer = ask()
        assert not Upload.objects.exists()
        assert not MediaAsset.objects.exists()
        assert all_of(bucket) == {}
        assert unfinished(bucket) == []
        return answer

    return check


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


@pytest.mark.parametrize(
    ("size", "head", "status"),
    [
        (6_000_000, b"<svg onload=alert(1)>", 415),
        (30_000_000, b"\xff\xd8\xff", 413),  # a picture, but larger than any may be
        (500_000_001, b"\0\0\0\x20ftypmp42", 413),
        (6_000_000, b"\0", 415),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(bobs, bucket, size, head, status):
    assert begin(bobs, size=size, head=head).status_code == status
    assert not Upload.objects.exists()
    assert unfinished(bucket) == []
    assert bobs.post(BEGIN, {"name": "x", "size": "6000000", "head": "zz"}).status_code == 415


@pytest.mark.parametrize("lie", [b"<script>alert(1)</script>" * 10, b"\xff\xd8\xff" + b"x" * 247])
def test_who_lies_about_what_it_is_is_found_out(bobs, bucket, gone, lie):
    pk = begin(bobs, size=250, head=b"\xff\xd8\xff").json()["id"]
    send(bobs, pk, 1, lie)
    assert gone(lambda: bobs.post(at("_finish", pk)), bucket).status_code == 415


@pytest.mark.parametrize("sent", [CONTENT + b"more", CONTENT[:-1]])
def test_who_lies_about_how_large_it_is_is_found_out(bobs, bucket, gone, sent):
    """Where the bucket does not ask whether the signed length is that of what came."""
    pk = begin(bobs, CONTENT).json()["id"]
    send(bobs, pk, 1, sent)
    assert begin(bobs, CONTENT).json()["direct"]["have"] == []
    assert gone(lambda: bobs.post(at("_finish", pk)), bucket).status_code == 413


def test_parts_that_nobody_asked_for_are_found_out(bobs, bucket, gone):
    pk = send_all(bobs, CONTENT)
    upload = Upload.objects.get()
    where = bucket.at(f"incoming/{upload.key}")
    bucket.client.upload_part(**where, UploadId=upload.remote, PartNumber=7, Body=b"more")
    assert gone(lambda: bobs.post(at("_finish", pk)), bucket).status_code == 413


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


def test_cancelled_nothing_stays(bobs, bucket, gone):
    pk = begin(bobs).json()["id"]
    send(bobs, pk, 2, LARGE)
    assert gone(lambda: bobs.post(at("_cancel", pk)), bucket).status_code == 204


def test_what_nobody_carries_on_is_swept(bobs, bucket, django_capture_on_commit_callbacks):
    left = begin(bobs).json()["id"]
    send(bobs, left, 2, LARGE)
    kept = begin(bobs, CONTENT).json()["id"]
    send(bobs, kept, 1, CONTENT)
    # Of a team that is gone, and of a crash.
    bucket.client.create_multipart_upload(**bucket.at("incoming/of-a-team"))
    bucket.client.put_object(**bucket.at("incoming/of-a-crash"), Body=b"x")
    bucket.client.put_object(**bucket.at("1/kept.jpg"), Body=b"x")
    sweep()
    # To moto all that is not whole was begun in 2010.
    assert unfinished(bucket) == list(
        Upload.objects.order_by("pk").values_list("remote", flat=True)
    )
    assert len(all_of(bucket)) == 2
    old = timezone.now() - uploads.PATIENCE - timedelta(minutes=1)
    Upload.objects.filter(pk=left).update(touched_at=old)
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert bobs.post(at("_finish", left)).status_code == 404
    direct.sweep(timezone.now() + timedelta(minutes=1))
    assert unfinished(bucket) == [Upload.objects.get(pk=kept).remote]
    assert list(all_of(bucket)) == ["drum/beat/1/kept.jpg"]


def test_what_was_joined_and_not_noted_is_read_all_the_same(bobs, bucket):
    pk = send_all(bobs, CONTENT)
    upload = Upload.objects.get()
    where, part = bucket.at(f"incoming/{upload.key}"), {"PartNumber": 1}
    [found] = bucket.client.list_parts(**where, UploadId=upload.remote)["Parts"]
    bucket.client.complete_multipart_upload(
        **where, UploadId=upload.remote, MultipartUpload={"Parts": [part | {"ETag": found["ETag"]}]}
    )
    assert bobs.post(at("_finish", pk)).status_code == 200


def test_what_the_bucket_has_thrown_away_begins_anew(bobs, bucket):
    pk = begin(bobs).json()["id"]
    send(bobs, pk, 1, LARGE)
    [remote] = unfinished(bucket)
    where = bucket.at(f"incoming/{Upload.objects.get().key}")
    bucket.client.abort_multipart_upload(**where, UploadId=remote)
    assert begin(bobs).json()["direct"]["have"] == []
    send(bobs, pk, 1, LARGE)
    send(bobs, pk, 2, LARGE)
    assert bobs.post(at("_finish", pk)).status_code == 200


def test_what_is_gone_when_it_is_to_be_read_is_refused(bobs, bucket, gone):
    pk = send_all(bobs, CONTENT)
    upload = Upload.objects.get()
    where = bucket.at(f"incoming/{upload.key}")
    bucket.client.abort_multipart_upload(**where, UploadId=upload.remote)
    assert gone(lambda: bobs.post(at("_finish", pk)), bucket).status_code == 422


def test_a_bucket_that_does_not_answer_loses_nothing(bobs, bucket, away, settings):
    pk, there = send_all(bobs, CONTENT), settings.STORAGES
    away()
    for answer in (begin(bobs, CONTENT), bobs.post(at("_finish", pk))):
        assert answer.status_code == 503
        assert "does not answer" in answer.content.decode()
    direct.sweep(timezone.now())
    settings.STORAGES = there
    assert bobs.post(at("_finish", pk)).status_code == 200


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
