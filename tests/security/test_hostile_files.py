"""Files that are not what they say, through the upload's own address."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from posts.models import MediaAsset
from tests.factories.posts import picture

pytestmark = pytest.mark.django_db
HTML = b"<html><script>attack()</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="attack()"><script>attack()</script></svg>'


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are a large picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 20_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def many_frames(count: int = 10_000) -> bytes:
    """A GIF of that many tiny frames."""
    buffer = BytesIO()
    Image.new("P", (8, 8)).save(buffer, "GIF")
    once = buffer.getvalue()
    start = once.index(b"\x2c")
    return once[:start] + once[start:-1] * count + b"\x3b"


REFUSED = {
    "nothing": (b"", 422),
    "svg": (SVG, 415),
    "svg behind a declaration": (b'<?xml version="1.0"?>\n' + SVG, 415),
    "html": (HTML, 415),
    "html behind a picture's first bytes": (b"\xff\xd8\xff" + HTML, 415),
    "gif that is a script": (b"GIF89a/*" + b"a" * 50 + b"*/=1;attack()", (415, 422)),
    "zip": (b"PK\x03\x04" + b"x" * 100, 415),
    "pdf": (b"%PDF-1.7 " + b"x" * 100, 415),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n", 415),
    "tiff": (b"II*\x00" + b"x" * 100, 415),
    "cut short": (picture()[:400], 422),
    "cut short png": (picture(kind="PNG")[:-30], 422),
    "30000 by 30000": (png_claiming(30_000, 30_000), 422),
    "two thousand million wide": (png_claiming(2**31 - 1, 1), 422),
    "no size": (png_claiming(0, 0), (415, 422)),
    "webp of nothing": (b"RIFF\x04\x00\x00\x00WEBP", (415, 422)),
}


@pytest.fixture
def upload(as_user, bob, team):
    browser, path = as_user(bob), reverse("posts:media_upload", args=[team.slug])

    def send(content: bytes, name: str = "a.jpg", kind: str = "image/jpeg", **headers):
        file = SimpleUploadedFile("a.jpg", content, kind)
        file._name = name
        return browser.post(path, {"files": file}, headers={"HX-Request": "true", **headers})

    send.browser = browser
    return send


@pytest.mark.parametrize(("content", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_picture_is_refused(upload, content, status):
    response = upload(content)
    assert response.status_code in (status if isinstance(status, tuple) else (status,))
    assert response["Content-Type"].startswith("text/plain")
    assert len(response.content) > 20
    assert not MediaAsset.objects.exists()


def test_a_picture_that_is_also_a_page_is_only_a_picture_afterwards(upload, team):
    """Whatever hangs on it is gone, and nothing of it is ever served as a page."""
    assert upload(picture() + HTML, "page.html", "text/html").status_code == 200
    asset = MediaAsset.objects.get()
    with default_storage.open(asset.file.name) as file:
        assert b"attack" not in file.read()
    assert asset.file.name.endswith(".jpg")
    for name in ("posts:media", "posts:media_small"):
        served = upload.browser.get(reverse(name, args=[team.slug, asset.pk]))
        assert served["Content-Type"].startswith("image/")
        assert served["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in served["Content-Security-Policy"]
        assert "default-src 'none'" in served["Content-Security-Policy"]


def test_ten_thousand_frames_are_one_picture(upload):
    assert upload(many_frames(), "a.gif", "image/gif").status_code == 200
    asset = MediaAsset.objects.get()
    with default_storage.open(asset.file.name) as file:
        assert getattr(Image.open(file), "n_frames", 1) == 1


def test_where_a_photo_was_taken_is_not_kept(upload):
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 41.0, 30.0), 3: "W", 4: (9.0, 12.0, 0.0)})
    exif[0x013B] = "CANARY Owner"
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(
        buffer, "JPEG", exif=exif, comment=b"CANARY home", xmp=b"<x>CANARY</x>"
    )
    assert b"CANARY" in buffer.getvalue()
    assert upload(buffer.getvalue()).status_code == 200
    asset = MediaAsset.objects.get()
    for file in (asset.file, asset.thumbnail):
        with default_storage.open(file.name) as stored:
            content = stored.read()
        assert b"CANARY" not in content
        assert not Image.open(BytesIO(content)).getexif()


NAMES = [
    '"><svg onload=attack()>.png',
    "../../../../etc/passwd",
    "..\\..\\windows\\system32\\con.txt",
    "/etc/passwd",
    "-rf.png",
    "con.txt",
    "a" * 4000 + ".png",
    "\u202egnp.exe",
    "a\r\nSet-Cookie: attack=1.png",
    "a\x00.png",
    ".htaccess",
    "",
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:24]))
def test_a_file_is_kept_under_a_name_of_ours(upload, team, name):
    response = upload(picture(), name)
    # Without a name it is no file, as browsers send it when nothing was chosen; and four thousand
    # letters are no header.
    if response.status_code in (400, 422):
        assert not MediaAsset.objects.exists()
        return
    assert response.status_code == 200
    asset = MediaAsset.objects.get()
    folder, _slash, key = asset.file.name.partition("/")
    assert (folder, len(key)) == (str(team.pk), 36)
    assert key.isascii()
    assert "\u202e" not in asset.name
    assert "\x00" not in asset.name
    assert len(asset.name) <= 200
    served = upload.browser.get(reverse("posts:media", args=[team.slug, asset.pk]))
    assert "Set-Cookie" not in served.headers
    assert "\n" not in served["Content-Disposition"]
    assert served["Content-Disposition"].startswith("inline")
    page = upload.browser.get(
        reverse("posts:create", args=[team.slug]), {"media": asset.pk}
    ).content.decode()
    assert "<svg onload=attack" not in page
