"""Pictures as a PDF: the same bytes for the same pictures, nothing of them lost, one at a time."""

import hashlib
import re
import tracemalloc
import zlib
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from publishers import documents
from publishers.contract import Media


def shade(width=120, height=80, mode="RGB"):
    grey = Image.radial_gradient("L").resize((width, height))
    turned = grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image = Image.merge("RGB", (grey, turned, grey))
    if mode == "RGBA":
        image.putalpha(grey)
    return image.convert(mode)


def media(image, kind, alt="", **saved):
    out = BytesIO()
    image.save(out, kind, **saved)
    return of(out.getvalue(), f"image/{kind.lower()}", image.size, alt)


def of(content, mime="image/png", size=(1, 1), alt=""):
    digest = hashlib.sha256(content).hexdigest()
    return Media(digest, mime, *size, len(content), alt, lambda: content)


def written(*pictures):
    file = BytesIO()
    documents.write(file, pictures)
    return file.getvalue()


def streams(pdf):
    """What is in the file, in order: its facts and its bytes."""
    found = re.finditer(rb"<< (.*) /Length (\d+) >>\nstream\n", pdf)
    return [(one[1], pdf[one.end() : one.end() + int(one[2])]) for one in found]


def drawn(pdf):
    """The pictures in it, decoded as a reader does."""
    images = []
    for facts, data in streams(pdf):
        if b"/Image" not in facts:
            continue
        width, height = (int(re.search(rb"/%s (\d+)" % side, facts)[1]) for side in SIDES)
        if b"DCTDecode" in facts:
            images.append(Image.open(BytesIO(data)))
        else:
            rows = unfiltered(zlib.decompress(data), width, height)
            images.append(Image.frombytes("RGB", (width, height), rows))
    return images


SIDES = (b"Width", b"Height")


def unfiltered(rows, width, height):
    """The rows of a PNG, each of which begins with how it was written: by another hand than ours,
    Pillow, which wants them in a PNG.
    """

    def chunk(kind, data):
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return Image.open(BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts))).tobytes()


def same(one, other):
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None


def test_a_page_for_each_picture_in_order():
    pictures = [shade(), shade(80, 120), shade(300, 300)]
    pdf = written(*(media(one, "PNG") for one in pictures))
    assert all(same(*pair) for pair in zip(pictures, drawn(pdf), strict=True))
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert boxes == [(b"1000.00", b"666.67"), (b"666.67", b"1000.00"), (b"1000.00", b"1000.00")]
    assert b"/Count 3" in pdf


def test_jpeg_stands_in_it_as_it_is():
    jpeg = media(shade(), "JPEG", quality=70)
    assert jpeg.read() in written(jpeg)


def test_what_can_be_seen_through_is_put_on_white():
    clear = shade(mode="RGBA")
    white = Image.new("RGBA", clear.size, "white")
    [page] = drawn(written(media(clear, "PNG")))
    assert same(page, Image.alpha_composite(white, clear))


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        (shade(mode="L"), "JPEG"),
        (shade(mode="CMYK"), "JPEG"),
        (shade().quantize(16), "GIF"),
        (shade().quantize(16), "PNG"),
        (shade(mode="L"), "PNG"),
        (shade(mode="RGBA"), "WEBP"),
    ],
)
def test_other_kinds_look_the_same(image, kind):
    given = media(image, kind, **({"lossless": True} if kind == "WEBP" else {}))
    shown = Image.open(BytesIO(given.read())).convert("RGBA")
    [page] = drawn(written(given))
    assert same(page, Image.alpha_composite(Image.new("RGBA", page.size, "white"), shown))


def test_the_same_pictures_make_the_same_bytes():
    pictures = [media(shade(), "JPEG", "A pier"), media(shade(mode="RGBA"), "PNG")]
    pdf = written(*pictures)
    assert pdf == written(*pictures)
    assert pdf != written(*pictures[::-1])
    assert pdf != written(replace(pictures[0], alt="A harbour"), pictures[1])


def test_every_object_is_where_the_table_says():
    pdf = written(media(shade(), "JPEG"), media(shade(), "PNG"))
    table = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", pdf)[1])
    assert pdf[table:].startswith(b"xref\n0 12\n0000000000 65535 f \n")
    starts = [int(row) for row in re.findall(rb"(\d{10}) 00000 n \n", pdf[table:])]
    numbers = [int(pdf[start:].split(b" 0 obj\n", 1)[0]) for start in starts]
    assert numbers == list(range(1, 12))
    assert all(pdf[:start].endswith((b"endobj\n", b"\xd3\n")) for start in starts)


@pytest.mark.parametrize("alt", ["A pier", "Steg) >> \\ (", "\u05d0\u05d1 \U0001f30a\n\x00"])
def test_what_a_picture_shows_stands_beside_it(alt):
    pdf = written(media(shade(), "JPEG", alt), media(shade(), "PNG", "  "))
    [said] = re.findall(rb"/Alt <FEFF([0-9A-F]*)>", pdf)
    assert bytes.fromhex(said.decode()).decode("utf-16-be") == alt


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"cut"])
def test_what_is_no_picture_is_named_by_its_place(content):
    whole = media(shade(), "PNG")
    if content == b"cut":
        content = media(shade(mode="RGBA"), "PNG").read()[:500]
    with pytest.raises(documents.Unreadable) as caught:
        written(whole, of(content))
    assert caught.value.place == 1


def test_one_picture_is_in_memory_at_a_time(tmp_path):
    noise = Image.effect_noise((1000, 1000), 90)
    one = media(Image.merge("RGB", [noise, noise.rotate(90), noise.rotate(180)]), "PNG")
    assert one.size > 2_500_000
    many = [replace(one, read=lambda: bytes(bytearray(one.read()))) for _ in range(12)]
    with (tmp_path / "swipe.pdf").open("w+b") as file:
        tracemalloc.start()
        documents.write(file, many)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert file.tell() > 12 * 2_500_000
    assert most < 5 * one.size
