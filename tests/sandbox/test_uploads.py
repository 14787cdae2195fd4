"""Uploads in pieces, large files beside the rows, and the time that platforms work on them."""

from io import BytesIO

import pytest
from django.test import RequestFactory
from django.utils import timezone

from publishers.sandbox import accounts, faults, files, films, pictures, uploads
from publishers.sandbox.models import Account, Picture, Upload
from tests.sandbox.conftest import picture
from tests.sandbox.films import box, mp4

pytestmark = pytest.mark.django_db
State = Picture.State


@pytest.fixture
def tidewater() -> Account:
    return accounts.create("x", "tidewater", "Tidewater")


def begun(account, data, **more) -> Upload:
    return uploads.begin(account, "up-1", size=len(data), mime="video/mp4", **more)


def test_pieces_in_any_order_and_twice_make_the_film(tidewater):
    data = mp4(padding=3000)
    upload = begun(tidewater, data, title="Tide")
    assert upload.missing == 0
    for first, end in ((1000, 2000), (0, 500), (0, 1000)):
        assert uploads.take(upload, BytesIO(data[first:end]), first) == end - first
    assert upload.received == [[0, 2000]]
    assert upload.missing == 2000
    again = uploads.find(tidewater, "up-1")
    uploads.take(again, BytesIO(data[2000:]), 2000)
    assert again.missing is None
    made = uploads.finish(again, "film-1", alt="A tide")
    assert (made.mime, made.width, made.height, made.seconds) == ("video/mp4", 1280, 720, 12.5)
    assert bytes(made.data) == data
    assert made.length == "0:12"
    assert again.picture == made
    assert again.said == {"title": "Tide"}


def test_past_the_announced_size_nothing_is_kept(tidewater):
    upload = uploads.begin(tidewater, "up-1", size=10)
    with pytest.raises(uploads.Misplaced):
        uploads.take(upload, BytesIO(b"x" * 11), 0)
    assert upload.missing == 0


def test_what_is_no_film_and_no_picture(tidewater):
    upload = begun(tidewater, b"Just words.")
    uploads.take(upload, BytesIO(b"Just words."), 0)
    assert uploads.finish(upload, "film-1") is None


def test_an_upload_ends_and_its_file_goes(tidewater):
    upload = begun(tidewater, b"abc")
    Upload.objects.update(expires_at=timezone.now())
    assert uploads.find(tidewater, "up-1") is None
    uploads.forget()
    assert not Upload.objects.exists()
    assert not files.path(upload.kept).exists()


def test_a_large_film_is_kept_in_a_file(tidewater):
    data = mp4(padding=6_000_000)
    made = uploads.whole(tidewater, "film-1", BytesIO(data), 10_000_000, works=False)
    assert made.data is None
    assert files.path(made.kept).read_bytes() == data
    assert made.data_is_kept
    assert made.state == State.READY


def test_of_a_huge_film_only_the_digest_stays(tidewater, monkeypatch):
    monkeypatch.setattr(files, "KEPT_BYTES", 5_500_000)
    data = mp4(padding=6_000_000)
    made = uploads.whole(tidewater, "film-1", BytesIO(data), 10_000_000, works=False)
    assert (made.data, made.kept, made.size) == (None, "", len(data))
    assert len(made.digest) == 64
    assert not made.data_is_kept


def test_a_piece_too_large_is_refused_and_dropped(tidewater):
    with pytest.raises(uploads.Misplaced):
        uploads.whole(tidewater, "film-1", BytesIO(b"x" * 3_000_000), 1_000_000, works=False)
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes 0-99/200", (0, 100, 200)),
        ("bytes 5-5/6", (5, 6, 6)),
        ("bytes */200", None),
        ("items 0-1/2", None),
        ("", None),
    ],
)
def test_the_range_of_a_piece(header, found):
    headers = {"Content-Range": header} if header else {}
    assert uploads.span(RequestFactory().put("/", headers=headers)) == found


# -- working on it


def film(account) -> Picture:
    shape = films.examine(BytesIO(mp4()))
    return pictures.fill(Picture(account=account, remote_id="1"), mp4(), shape, works=True)


def test_it_takes_as_long_as_the_account_says(tidewater):
    assert film(tidewater).state == State.PROCESSING
    Picture.objects.all().delete()
    tidewater.processing_seconds = 0
    assert film(tidewater).state == State.READY


def test_it_may_take_longer_once(tidewater):
    faults.arm(tidewater, "processing_slow", parameter="90")
    tidewater.processing_seconds = 0
    row = film(tidewater)
    assert 80 < (row.ready_at - timezone.now()).total_seconds() <= 90
    assert not tidewater.faults.exclude(remaining=0).exists()


def test_it_may_fail_which_shows_only_then(tidewater):
    faults.arm(tidewater, "processing_failed")
    row = film(tidewater)
    assert row.state == State.PROCESSING
    row.ready_at = timezone.now()
    assert row.state == State.FAILED


def test_faults_of_the_work_do_not_spoil_the_request(tidewater):
    faults.arm(tidewater, "processing_failed")
    assert faults.take(RequestFactory().post("/"), tidewater, "upload") == []


# -- looking into films


@pytest.mark.parametrize(
    ("data", "mime", "seconds"),
    [
        (mp4(61), "video/mp4", 61),
        (mp4(brand=b"qt  "), "video/quicktime", 12.5),
        (b"\x1aE\xdf\xa3" + bytes(40), "video/webm", 0),
        (box(b"ftyp", b"isom"), "video/mp4", 0),
        (box(b"ftyp", b"isom") + b"\x00\x00\x00\x01moov", "video/mp4", 0),
        (mp4()[:-90], "video/mp4", 12.5),
    ],
)
def test_films_by_their_bytes(data, mime, seconds):
    found = films.examine(BytesIO(data))
    assert (found.mime, found.seconds) == (mime, seconds)


@pytest.mark.parametrize("data", [b"", b"nothing of that kind", picture("PNG")])
def test_what_is_no_film(data):
    assert films.examine(BytesIO(data)) is None
