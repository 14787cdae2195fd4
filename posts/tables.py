"""A file of rows as text, whoever saved it: CSV in any usual encoding and with any usual separator,
or the first sheet of a workbook. Called by services/importer.py.
"""

import codecs
import csv
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from itertools import islice
from typing import IO, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from posts import guarded, workbooks
from posts.errors import UploadRefused
from posts.workbooks import storable

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 100_000
# A workbook may repeat one long text in every cell.
MAX_SIGNS = 20_000_000
SEPARATORS = ",;\t"
_SAMPLE_ROWS, _SAMPLE = 20, 64_000
_MEMORY, _SECONDS = 800_000_000, 40
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

type Row = tuple[int, list[str]]


def rows_of(file: IO[bytes], size: int) -> Generator[Row]:
    """Every row that says anything, with its number as a spreadsheet counts. Raises UploadRefused,
    possibly after some rows. Close it: a workbook is read by a child process.
    """
    if size > MAX_BYTES:
        raise UploadRefused(
            _("This file is larger than %(limit)s MB. Split it and import the parts.")
            % {"limit": MAX_BYTES // (1024 * 1024)},
            413,
        )
    head = file.read(len(_WORKBOOK))
    file.seek(0)
    if not head:
        raise UploadRefused(_("This file is empty. Choose it again."))
    if head == _OLD_WORKBOOK:
        raise UploadRefused(_("This is an old Excel file. Save it as .xlsx or as CSV."), 415)
    yield from _of_workbook(file) if head == _WORKBOOK else _of_text(file.read())


# -- CSV


def _of_text(raw: bytes) -> Iterator[Row]:
    text = decoded(raw)
    if sum(sign < "\t" or "\r" < sign < " " for sign in text[:4096]) > 5:
        raise _no_table()
    first, _line, rest = text.partition("\n")
    marked = re.fullmatch(f"sep=([{SEPARATORS}])", first.rstrip("\r"), re.IGNORECASE)
    separator, text, before = (marked[1], rest, 1) if marked else (separator_of(text), text, 0)
    signs, count = MAX_SIGNS, 0
    for number, cells in enumerate(_parsed(text, separator), before + 1):
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        count, signs = count + 1, signs - sum(map(len, cells))
        if len(cells) > MAX_COLUMNS or count > MAX_ROWS + 1 or signs < 0:
            raise _too_much("columns" if len(cells) > MAX_COLUMNS else "rows")
        yield number, [storable(cell) for cell in cells]


def decoded(raw: bytes) -> str:
    if raw.startswith(codecs.BOM_UTF8):
        return raw.decode("utf-8-sig", "replace")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    some = raw[:200]
    if len(some) > 3 and some.count(0) > len(some) / 4:
        return raw.decode("utf-16-be" if some[0] == 0 else "utf-16-le", "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def separator_of(text: str) -> str:
    """The one by which most of the first rows have as many cells as the headings."""

    def fits(separator: str) -> tuple[bool, int, int]:
        parsed = csv.reader(io.StringIO(text[:_SAMPLE], newline=""), delimiter=separator)
        try:
            widths = [len(row) for row in islice(parsed, _SAMPLE_ROWS) if row]
        except csv.Error:
            return False, 0, 0
        first = widths[0] if widths else 0
        return first > 1, widths.count(first), first

    return max(SEPARATORS, key=fits)


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells]
    except csv.Error:
        raise UploadRefused(
            _("Line %(n)s cannot be read: a cell is too long, or a quotation mark is missing.")
            % {"n": reader.line_num}
        ) from None


# -- workbooks


def _of_workbook(file: IO[bytes]) -> Iterator[Row]:
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        with _child(copy) as child:
            try:
                yield from (_row(json.loads(line)) for line in child.stdout or ())
                if child.wait():
                    raise UploadRefused(
                        _("This workbook cannot be read. Save it again as .xlsx, or as CSV.")
                    )
            finally:
                # Also when whoever reads has had enough of it.
                child.kill()


def _row(line: Any) -> Row:
    if isinstance(line, str):
        raise _too_much(line)
    return line[0], line[1]


def _child(source: IO[bytes]) -> "subprocess.Popen[bytes]":
    limits = (MAX_ROWS + 1, MAX_COLUMNS, MAX_CELL, MAX_SIGNS)
    guard = [sys.executable, "-I", guarded.__file__, str(_MEMORY), str(_SECONDS), "0"]
    return subprocess.Popen(
        [*guard, sys.executable, "-I", workbooks.__file__, *map(str, limits)],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=guarded.surroundings(),
    )


# -- refusals


def _no_table() -> UploadRefused:
    return UploadRefused(_("This is neither a CSV file nor an .xlsx workbook."), 415)


def _too_much(what: str) -> UploadRefused:
    if what == "columns":
        return UploadRefused(
            _("This file has more than %(n)s columns. Leave out what is not needed.")
            % {"n": MAX_COLUMNS}
        )
    if what == "rows":
        return UploadRefused(
            _("This file has more than %(n)s rows. Split it and import the parts.")
            % {"n": number_format(MAX_ROWS, force_grouping=True)}
        )
    return UploadRefused(_("This workbook holds too much text. Split it and import the parts."))
