"""Files that come piece by piece: carried on, bounded, read once they are whole."""

import os
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from posts.models import MediaAsset, Upload
from posts.services import media, uploads
from posts.tasks import sweep
from tests.factories.posts import UploadFactory, picture
from tests.posts.films import film
from tests.security.moments import errors, together

pytestmark = pytest.mark.django_db
BEGIN = reverse("posts:library_uploads", args=["tidewater"])
CONTENT = picture(800, 600, quality=100)
HALF = len(CONTENT) // 2


def at(name: str, pk: int, team: str = "tidewater") -> str:
    return reverse(f"posts:library_upload{name}", args=[team, pk])


def begin(client, size: int = len(CONTENT), name: str = "buoy.jpg", changed: str = "1"):
    return client.post(BEGIN, {"name": name, "size": size, "changed": changed})


def send(
    client, pk: int, offset: int, content: bytes, kind: str = "application/offset+octet-stream"
):
    return client.post(
        at("", pk), content, content_type=kind, headers={"Upload-Offset": str(offset)}
    )


def parts(settings) -> list[str]:
    folder = settings.MEDIA_ROOT / "parts"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_begun_carried_on_and_finished(bobs, bob, settings, django_capture_on_commit_callbacks):
    answer = begin(bobs)
    assert answer.status_code == 201
    pk = answer.json()["id"]
    assert send(bobs, pk, 0, CONTENT[:HALF]).json()["received"] == HALF
    assert bobs.get(at("", pk)).headers["Upload-Offset"] == str(HALF)
    # The answer was lost, and the same piece comes again; or one comes too early.
    for offset in (0, HALF + 1, 10**12):
        wrong = send(bobs, pk, offset, CONTENT[:HALF])
        assert (wrong.status_code, wrong.json()["received"]) == (409, HALF)
    assert bobs.post(at("_finish", pk)).status_code == 409
    # The page was closed: the same file goes on where it stopped.
    again = begin(bobs).json()
    assert (again["id"], again["received"]) == (pk, HALF)
    assert send(bobs, pk, HALF, CONTENT[HALF:]).json()["received"] == len(CONTENT)
    told = bobs.post(at("_finish", pk)).json()
    asset = MediaAsset.objects.get()
    assert (told["id"], told["known"], asset.uploaded_by, asset.name) == (
        asset.pk,
        False,
        bob,
        "buoy.jpg",
    )
    assert f'id="asset-{asset.pk}"' in told["tile"]
    assert parts(settings) == []
    # Asked twice it is the same; chosen again there is nothing to send.
    assert bobs.post(at("_finish", pk)).json()["id"] == asset.pk
    assert begin(bobs).json()["received"] == len(CONTENT)
    assert bobs.post(at("_finish", pk)).json()["known"] is True


def test_a_crash_between_disk_and_row_is_overwritten(bobs, settings):
    pk = begin(bobs).json()["id"]
    send(bobs, pk, 0, CONTENT[:100])
    path = settings.MEDIA_ROOT / "parts" / Upload.objects.get().key
    path.write_bytes(CONTENT[:100] + b"more than the row knows")
    send(bobs, pk, 100, CONTENT[100:])
    assert path.read_bytes() == CONTENT
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_part_that_the_disk_lost_begins_anew(bobs, settings):
    pk = begin(bobs).json()["id"]
    send(bobs, pk, 0, CONTENT[:HALF])
    (settings.MEDIA_ROOT / "parts" / Upload.objects.get().key).unlink()
    again = begin(bobs).json()
    assert again["id"] != pk
    assert again["received"] == 0


def test_a_film_comes_in_pieces(bobs):
    content = film()
    pk = begin(bobs, len(content), "film.mp4").json()["id"]
    for offset in range(0, len(content), 20_000):
        assert send(bobs, pk, offset, content[offset : offset + 20_000]).status_code == 200
    told = bobs.post(at("_finish", pk)).json()
    assert MediaAsset.objects.get(pk=told["id"]).is_video


@pytest.mark.parametrize(
    ("size", "content", "status"),
    [
        (50, b"<svg onload=alert(1)>", 415),
        (30_000_000, b"\xff\xd8\xff" + b"x" * 40, 413),  # a picture, but larger than any may be
        (30, b"\xff\xd8\xff" + b"x" * 40, 413),  # more than was announced
    ],
)
def test_what_cannot_be_is_refused_at_once(
    bobs, settings, size, content, status, django_capture_on_commit_callbacks
):
    pk = begin(bobs, size).json()["id"]
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(bobs, pk, 0, content)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/plain"
    assert not Upload.objects.exists()
    assert parts(settings) == []


def test_what_is_whole_and_broken_leaves_nothing(
    bobs, settings, django_capture_on_commit_callbacks
):
    content = b"\xff\xd8\xff" + b"x" * 200
    pk = begin(bobs, len(content)).json()["id"]
    send(bobs, pk, 0, content)
    with django_capture_on_commit_callbacks(execute=True):
        answer = bobs.post(at("_finish", pk))
    assert answer.status_code == 415
    assert not Upload.objects.exists()
    assert parts(settings) == []


def test_sizes_are_bounded(bobs, settings, monkeypatch):
    settings.VIDEO_BYTES = 40_000_000
    assert begin(bobs, 0).status_code == 422
    assert begin(bobs, 40_000_001).status_code == 413
    assert bobs.post(BEGIN, {"name": "x", "size": "1e3"}).status_code == 422
    pk = begin(bobs, 1000).json()["id"]
    monkeypatch.setattr(uploads, "LARGEST_PIECE", 100)
    assert send(bobs, pk, 0, b"\xff\xd8\xff" + b"x" * 98).status_code == 413
    assert send(bobs, pk, 0, b"").status_code == 415  # nothing has no type, either
    assert send(bobs, pk, 0, CONTENT[:50], kind="image/jpeg").status_code == 415
    assert Upload.objects.get().received == 0


def test_a_person_and_a_team_have_few_at_once(bobs, as_user, alice, monkeypatch, settings):
    settings.VIDEO_BYTES = media.MAX_UPLOAD
    monkeypatch.setattr(uploads, "MOST_OF_ONE", 2)
    monkeypatch.setattr(uploads, "MOST_OF_TEAM", 2)
    assert [begin(bobs, 100, changed=str(n)).status_code for n in range(3)] == [201, 201, 409]
    assert begin(as_user(alice), media.MAX_UPLOAD).status_code == 201
    assert begin(as_user(alice), media.MAX_UPLOAD, changed="2").status_code == 409
    pk = Upload.objects.first().pk
    assert bobs.post(at("_cancel", pk)).status_code == 204
    assert begin(bobs, 100, changed="3").status_code == 201


def test_it_is_the_persons_own(bobs, as_user, alice, vera, mallory):
    pk = begin(bobs).json()["id"]
    for who, status in ((alice, 404), (vera, 403), (mallory, 404)):
        theirs = as_user(who)
        assert send(theirs, pk, 0, CONTENT).status_code == status
        assert theirs.get(at("", pk)).status_code == status
        assert theirs.post(at("_finish", pk)).status_code == status
        assert theirs.post(at("_cancel", pk)).status_code == status
    assert as_user(mallory).get(at("", pk, "harbour")).status_code == 404
    assert as_user(vera).post(BEGIN, {"name": "x", "size": 5}).status_code == 403
    # The same file of somebody else is an upload of its own.
    assert begin(as_user(alice)).json()["id"] != pk
    assert Upload.objects.get(pk=pk).received == 0


def test_what_nobody_carries_on_is_swept(bob, team, settings, django_capture_on_commit_callbacks):
    old = timezone.now() - uploads.PATIENCE - timedelta(minutes=1)
    folder = settings.MEDIA_ROOT / "parts"
    folder.mkdir(parents=True)
    kept = UploadFactory(team=team, by=bob)
    left = UploadFactory(team=team, by=bob, touched_at=old)
    for name in (kept.key, left.key, "of-a-crash", "young"):
        (folder / name).write_bytes(b"x")
    long_ago = time.time() - uploads.PATIENCE.total_seconds() - 60
    for name in ("of-a-crash", kept.key):
        os.utime(folder / name, (long_ago, long_ago))
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert list(Upload.objects.all()) == [kept]
    assert parts(settings) == sorted([kept.key, "young"])


def test_small_files_come_at_once_and_are_known_again(bobs, team, settings):
    url = reverse("posts:media_upload", args=["tidewater"])

    def post(headers=None):
        sent = SimpleUploadedFile("buoy.jpg", CONTENT)
        return bobs.post(url, {"to": "library", "files": sent}, headers=headers or {})

    told = post({"HX-Request": "true"}).json()
    assert told["known"] is False
    assert post({"HX-Request": "true"}).json()["known"] is True
    page = post()
    assert page.url == reverse("posts:library", args=["tidewater"])
    assert "You have “buoy.jpg” already." in bobs.get(page.url).content.decode()
    nothing = bobs.post(url, {"to": "library"}, follow=True).content.decode()
    assert "Choose a picture first." in nothing


@pytest.mark.django_db(transaction=True)
def test_pieces_and_ends_that_come_twice_at_once(team, bob, settings):
    upload = uploads.begin(team=team, by=bob, name="buoy.jpg", size=len(CONTENT), changed="1")
    answers = together(
        *[lambda: uploads.append(upload=upload, offset=0, piece=CONTENT) for _ in range(3)]
    )
    assert len(errors(answers, uploads.OutOfStep)) == 2
    whole = Upload.objects.select_related("team", "asset").get()
    answers = together(*[lambda: uploads.finish(upload=whole, by=bob) for _ in range(2)])
    assert len(errors(answers, uploads.OutOfStep)) == 1
    assert MediaAsset.objects.count() == 1
    assert parts(settings) == []
