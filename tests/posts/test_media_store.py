"""What is kept of an uploaded file: the picture, and nothing else."""

import errno
import hashlib
import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from posts.errors import UploadRefused
from posts.models import MediaAsset
from posts.services import media
from tests.factories.posts import picture

pytestmark = pytest.mark.django_db


def put(team, user, content: bytes, name: str = "buoy.jpg") -> MediaAsset:
    return media.store(team=team, by=user, upload=SimpleUploadedFile(name, content))


def stored(asset: MediaAsset) -> bytes:
    with asset.file.open("rb") as file:
        return file.read()


def phone_photo(orientation: int = 6) -> bytes:
    """As a phone writes it: lying on its side, with place, serial number and the owner's name."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110], exif[0x013B] = "Phonemaker", "Phone 9", "Rita Owner"
    exif.get_ifd(0x8769).update({0xA431: "SERIAL-424242"})
    exif.get_ifd(0x8825).update(
        {
            1: "N",
            2: (IFDRational(38), IFDRational(41), IFDRational(30)),
            3: "W",
            4: (IFDRational(9), IFDRational(12), IFDRational(0)),
        }
    )
    image = Image.new("RGB", (400, 200), "navy")
    image.paste("orange", (0, 0, 200, 200))
    buffer = BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=b"my home", quality=95)
    return buffer.getvalue()


def refused(team, user, content: bytes, status: int, name: str = "file.jpg") -> str:
    with pytest.raises(UploadRefused) as caught:
        put(team, user, content, name)
    assert caught.value.status == status, caught.value
    assert not MediaAsset.objects.exists()
    return str(caught.value)


def test_place_serial_and_name_are_gone_and_the_picture_stands_upright(team, alice):
    raw = phone_photo()
    with Image.open(BytesIO(raw)) as before:
        assert before.getexif().get_ifd(0x8825)[2][0] == 38  # the test's photo does know its place
    asset = put(team, alice, raw)
    content = stored(asset)
    with Image.open(BytesIO(content)) as after:
        assert not after.getexif()
        assert "exif" not in after.info
        assert "comment" not in after.info
        assert after.size == (200, 400) == (asset.width, asset.height)
        red, _green, blue = after.getpixel((100, 20))
        assert red > blue  # orientation 6 turns the left half, orange, to the top
    for secret in (b"SERIAL", b"Rita", b"Phone", b"my home", b"Exif"):
        assert secret not in content
    with asset.thumbnail.open("rb") as file, Image.open(file) as small:
        assert small.format == "WEBP"
        assert not small.getexif()
        assert max(small.size) <= 480


def test_same_picture_is_kept_once_per_team(team, other_team, alice, mallory):
    raw = picture(800, 600)
    first, again = put(team, alice, raw), put(team, alice, raw, "other name.jpg")
    theirs = put(other_team, mallory, raw)
    assert first == again
    assert theirs != first
    assert theirs.sha256 == first.sha256 == hashlib.sha256(stored(first)).hexdigest()
    assert len(default_storage.listdir(str(team.pk))[1]) == 2


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_a_picture_that_the_disk_lost_comes_back_with_the_same_upload(team, alice, harm):
    raw = picture(800, 600)
    first = put(team, alice, raw)
    was = stored(first)
    if harm == "gone":
        default_storage.delete(first.file.name)
    else:
        with first.file.open("wb") as file:
            file.write(b"something else")

    again = put(team, alice, raw)

    assert again == first
    assert stored(again) == was
    with again.thumbnail.open("rb") as file, Image.open(file) as small:
        assert small.format == "WEBP"


def test_name_never_reaches_the_path(team, alice):
    upload = SimpleUploadedFile("x.jpg", picture())
    upload._name = '../../etc/\u202e"><svg onload=x>\r\nSet-Cookie: a\x00.jpg'
    asset = media.store(team=team, by=alice, upload=upload)
    assert asset.name == '"><svg onload=x>Set-Cookie: a.jpg'
    assert asset.file.name.startswith(f"{team.pk}/")
    assert asset.file.name.count("/") == 1
    assert ".." not in asset.file.name


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "a.svg"),
        (b"<!doctype html><script>alert(1)</script>", "a.jpg"),
        (b"%PDF-1.7 ...", "a.png"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "a.jp2"),
        (b"GIF89a=1;alert(1)//", "a.gif"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "a.webp"),
    ],
)
def test_other_files_are_not_pictures(team, alice, content, name):
    assert "not a JPEG" in refused(team, alice, content, 415, name)


def test_script_behind_a_real_picture_does_not_survive(team, alice):
    raw = picture(kind="GIF") + b"<script>alert('polyglot')</script>PK\x03\x04"
    asset = put(team, alice, raw, "both.gif")
    assert asset.mime == "image/png"
    assert b"script" not in stored(asset)


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises far more pixels than the file holds."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def test_thirty_thousand_squared_is_refused_by_its_header(team, alice):
    raw = bomb(30_000, 30_000)
    assert len(raw) < 20_000
    assert "max 50 MP" in refused(team, alice, raw, 422)


def test_sixty_megapixels_are_refused_although_pillow_would_only_warn(team, alice):
    assert "max 50 MP" in refused(team, alice, bomb(10_000, 6_000), 422)


def test_empty_and_truncated_files_are_refused(team, alice):
    assert "empty" in refused(team, alice, b"", 422)
    whole = picture(1200, 900, kind="JPEG")
    assert "not complete" in refused(team, alice, whole[: len(whole) // 2], 422)
    assert "not complete" in refused(team, alice, bomb(2000, 2000), 422)


def test_too_many_bytes_are_refused_before_reading(team, alice, monkeypatch):
    monkeypatch.setattr(media, "MAX_UPLOAD", 1000)
    assert "larger than" in refused(team, alice, picture(), 413)


def test_full_disk_says_so_and_keeps_no_row(team, alice, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    assert "not saved" in refused(team, alice, picture(), 503)


def test_noisy_photo_is_made_small_enough_for_every_platform(team, alice):
    noise = Image.effect_noise((3600, 2700), 90).convert("RGB")
    buffer = BytesIO()
    noise.save(buffer, "JPEG", quality=98)
    assert len(buffer.getvalue()) > 5_000_000
    asset = put(team, alice, buffer.getvalue())
    assert asset.bytes <= 2_000_000
    assert asset.mime == "image/jpeg"


def test_long_edge_is_capped_and_screenshots_stay_sharp(team, alice):
    asset = put(team, alice, picture(6000, 1500, kind="PNG"), "screen.png")
    assert (asset.width, asset.height) == (4096, 1024)
    assert asset.mime == "image/png"


def test_transparency_is_kept(team, alice):
    buffer = BytesIO()
    Image.new("RGBA", (300, 300), (200, 30, 30, 90)).save(buffer, "WEBP", lossless=True)
    asset = put(team, alice, buffer.getvalue(), "logo.webp")
    with Image.open(BytesIO(stored(asset))) as kept:
        assert kept.mode == "RGBA"
        assert kept.getpixel((5, 5))[3] == 90


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "LA", "I;16"])
def test_every_colour_mode_becomes_plain(team, alice, mode):
    buffer = BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    source = Image.new(mode, (64, 48))
    source.save(buffer, kind)
    asset = put(team, alice, buffer.getvalue())
    with Image.open(BytesIO(stored(asset))) as kept:
        assert kept.mode in ("RGB", "RGBA")
        assert kept.size == (64, 48)
