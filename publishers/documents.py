"""Pictures as a PDF with a page for each, where a platform shows one as pages to swipe. Pure.

The same pictures make the same bytes: no date, no name of a program. JPEG and plain PNG stand in it
as they are; what else there is, or can be seen through, is put on white. What a picture shows is
written beside it, for screen readers. Called by adapters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image

from publishers.contract import Media

MIME = "application/pdf"
# In points: pages of one shape are of one size, however many pixels they have.
LONGEST_SIDE = 1000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# The second line tells whoever transfers it that it is no text.
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_CATALOG, _PAGES, _TREE, _FIRST = 1, 2, 3, 4
# A page, what is drawn on it, the picture and what it shows.
_PER_PAGE = 4
# Eight bits of red, green and blue in each point, from top to bottom.
_PLAIN_PNG = b"\x08\x02\x00\x00\x00"


class Unreadable(Exception):
    """A picture that cannot be decoded. `place` from 0."""

    def __init__(self, place: int) -> None:
        super().__init__(f"picture {place}")
        self.place = place


@dataclass(frozen=True)
class _Drawn:
    """In red, green and blue, its bytes as `filters` says."""

    width: int
    height: int
    filters: str
    data: bytes


class _Pdf:
    """Numbered objects, and at the end where each of them begins."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._starts: dict[int, int] = {}
        file.write(_HEAD)

    def put(self, number: int, facts: str, data: bytes | None = None) -> None:
        self._starts[number] = self._file.tell()
        length = "" if data is None else f" /Length {len(data)}"
        self._file.write(f"{number} 0 obj\n<< {facts}{length} >>\n".encode("ascii"))
        if data is not None:
            self._file.write(b"stream\n")
            self._file.write(data)
            self._file.write(b"\nendstream\n")
        self._file.write(b"endobj\n")

    def end(self) -> None:
        start, count = self._file.tell(), len(self._starts) + 1
        rows = [f"{self._starts[number]:010} 00000 n \n" for number in range(1, count)]
        table = f"xref\n0 {count}\n0000000000 65535 f \n{''.join(rows)}"
        trailer = f"trailer\n<< /Size {count} /Root {_CATALOG} 0 R >>\n"
        self._file.write(f"{table}{trailer}startxref\n{start}\n%%EOF\n".encode("ascii"))


def write(file: BinaryIO, pictures: Sequence[Media]) -> None:
    """Into an empty file, one picture in memory at a time. Raises Unreadable."""
    pdf = _Pdf(file)
    firsts = range(_FIRST, _FIRST + _PER_PAGE * len(pictures), _PER_PAGE)
    pages = " ".join(f"{first} 0 R" for first in firsts)
    figures = [f"{first + 3} 0 R" for first in firsts]
    parents = " ".join(f"{place} [{figure}]" for place, figure in enumerate(figures))
    tagged = f"/MarkInfo << /Marked true >> /StructTreeRoot {_TREE} 0 R"
    pdf.put(_CATALOG, f"/Type /Catalog /Pages {_PAGES} 0 R {tagged}")
    pdf.put(_PAGES, f"/Type /Pages /Kids [{pages}] /Count {len(pictures)}")
    tree = f"/K [{' '.join(figures)}] /ParentTree << /Nums [{parents}] >>"
    pdf.put(_TREE, f"/Type /StructTreeRoot {tree}")
    for place, (first, media) in enumerate(zip(firsts, pictures, strict=True)):
        _page(pdf, first, place, media)
    pdf.end()


def _page(pdf: _Pdf, first: int, place: int, media: Media) -> None:
    page, content, image, figure = range(first, first + _PER_PAGE)
    drawn = _drawn(media, place)
    scale = LONGEST_SIDE / max(drawn.width, drawn.height)
    across, down = f"{drawn.width * scale:.2f}", f"{drawn.height * scale:.2f}"
    holds = f"/Resources << /XObject << /Picture {image} 0 R >> >> /Contents {content} 0 R"
    box = f"/Parent {_PAGES} 0 R /MediaBox [0 0 {across} {down}]"
    pdf.put(page, f"/Type /Page {box} {holds} /StructParents {place} /Tabs /S")
    drawing = f"/Figure << /MCID 0 >> BDC q {across} 0 0 {down} 0 0 cm /Picture Do Q EMC"
    pdf.put(content, "", drawing.encode("ascii"))
    colours = f"/ColorSpace /DeviceRGB /BitsPerComponent 8 {drawn.filters}"
    size = f"/Width {drawn.width} /Height {drawn.height}"
    pdf.put(image, f"/Type /XObject /Subtype /Image {size} {colours}", drawn.data)
    alt = f" /Alt {_words(media.alt)}" if media.alt.strip() else ""
    pdf.put(figure, f"/Type /StructElem /S /Figure /P {_TREE} 0 R /Pg {page} 0 R /K 0{alt}")


def _words(text: str) -> str:
    """Any script, with no sign in it that means something to a PDF."""
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex().upper()}>"


def _drawn(media: Media, place: int) -> _Drawn:
    content = media.read()
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if image.format == "JPEG" and image.mode == "RGB":
                return _Drawn(*image.size, "/Filter /DCTDecode", content)
            plain = content[24:29] == _PLAIN_PNG and "transparency" not in image.info
            if image.format != "PNG" or not plain:
                content = _on_white(image)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Unreadable(place) from error
    width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    rows = f"<< /Predictor 15 /Colors 3 /BitsPerComponent 8 /Columns {width} >>"
    filters = f"/Filter /FlateDecode /DecodeParms {rows}"
    return _Drawn(width, height, filters, _points(content))


def _on_white(image: Image.Image) -> bytes:
    """As a plain PNG."""
    seen_through = image if image.mode == "RGBA" else image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(seen_through, mask=seen_through)
    out = BytesIO()
    white.save(out, "PNG")
    return out.getvalue()


def _points(png: bytes) -> bytes:
    """The compressed rows of a PNG, which a PDF takes as they are."""
    found, at = [], 8
    while at < len(png):
        end = at + 8 + int.from_bytes(png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            found.append(png[at + 8 : end])
        at = end + 4
    return b"".join(found)
