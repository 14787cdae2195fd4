"""What goes wrong with large files on their way into the bucket: nothing is believed, or left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import MediaAsset, Upload
from posts.services import direct, uploads
from posts.tasks import sweep
from tests.buckets import all_of, unfinished
from tests.posts.sending import BEGIN, CONTENT, LARGE, at, begin, send, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bucket")]


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
