"""Writing rows of text into a file, as CSV or as a workbook, without holding them all in memory."""

import codecs
import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Above it the file lies on the disk.
_IN_MEMORY = 2 * 1024 * 1024


def written(ending: str, rows: Iterable[Sequence[str]]) -> IO[bytes]:
    """At its beginning, to be read. Whoever reads it closes it; then it is gone."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (the reader's to close)
    (_csv if ending == "csv" else _workbook)(file, rows)
    file.seek(0)
    return file


def _csv(file: IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    """With the mark by which Excel knows UTF-8."""
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerows(rows)
    text.flush()
    text.detach()


def _workbook(file: IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    book = Workbook(write_only=True)
    page = book.create_sheet("Posts")
    for row in rows:
        page.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    book.save(file)
