"""Writing rows of text as a file, CSV or a workbook, piece by piece: no more than one is in memory.

A workbook is an archive of XML. Libraries write it whole before the first byte can be sent; only
texts are needed here, and those are one element each.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Buffer, Iterable, Iterator, Sequence
from itertools import batched, starmap
from string import ascii_uppercase
from xml.sax.saxutils import escape

MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Rows in a piece.
AT_ONCE = 100
# A spreadsheet refuses a workbook with a longer cell, or with what XML has no sign for.
LONGEST = 32_767
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_COLUMNS = [*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase)]
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATION = f"{_OFFICE}/officeDocument/2006/relationships"
_AROUND = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_OFFICE}/spreadsheetml/2006/main" xmlns:r="{_RELATION}">'
        '<sheets><sheet name="Posts" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>"
    ),
}
_SHEET = f'{_HEAD}<worksheet xmlns="{_OFFICE}/spreadsheetml/2006/main"><sheetData>'
_SHEET_ENDS = "</sheetData></worksheet>"


def pieces(ending: str, rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Rows are asked for as pieces are."""
    return _csv(rows) if ending == "csv" else _workbook(rows)


def _csv(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """With the mark by which Excel knows UTF-8."""
    yield codecs.BOM_UTF8
    for handful in batched(rows, AT_ONCE):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(handful)
        yield text.getvalue().encode()


def _workbook(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    out = _Outlet()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in _AROUND.items():
            book.writestr(name, _HEAD + content)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(_SHEET.encode())
            for handful in batched(enumerate(rows, 1), AT_ONCE):
                sheet.write("".join(starmap(_row, handful)).encode())
                yield out.taken()
            sheet.write(_SHEET_ENDS.encode())
    yield out.taken()


def _row(number: int, cells: Sequence[str]) -> str:
    said = (_cell(f"{at}{number}", text) for at, text in zip(_COLUMNS, cells, strict=False) if text)
    return f'<row r="{number}">{"".join(said)}</row>'


def _cell(at: str, text: str) -> str:
    said = escape(_NOT_IN_XML.sub("", text[:LONGEST]))
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


class _Outlet(io.RawIOBase):
    """What an archive has written and nobody has taken yet. It cannot go back to mend anything."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, some: Buffer, /) -> int:
        self._written += some
        return memoryview(some).nbytes

    def taken(self) -> bytes:
        some = bytes(self._written)
        self._written.clear()
        return some
