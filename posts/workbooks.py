"""Prints the first sheet of a workbook as lines of JSON. Run as a program of its own, under
guarded.py, since who made the file may mean harm.

    python -I workbooks.py ROWS COLUMNS CELL SIGNS

The file is the standard input, and seekable. Each line is [row, cells]; or the last is a word: what
the file has too much of. Whatever else is wrong ends the program.
"""

import datetime as dt
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import IO, Any

import openpyxl

# What an archive of ten megabytes may become; a sheet of the most rows with long texts stays below.
UNPACKED = 200_000_000
FILES = 2_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """What no database keeps becomes U+FFFD, which whoever reads the row refuses."""
    return _UNSTORABLE.sub("\ufffd", text)


def text_of(value: Any) -> str:
    """As a person would have typed it; days and times as ISO has them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return storable(str(value)).replace("\r\n", "\n").replace("\r", "\n")


def lines(source: IO[bytes], rows: int, columns: int, cell: int, signs: int) -> Iterator[Any]:
    with zipfile.ZipFile(source) as archive:
        inside = archive.infolist()
    if len(inside) > FILES or sum(one.file_size for one in inside) > UNPACKED:
        yield "signs"
        return
    source.seek(0)
    book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    # What the sheet says of its size may be a lie.
    sheet.reset_dimensions()
    for number, values in enumerate(sheet.iter_rows(max_col=columns + 1, values_only=True), 1):
        cells = [text_of(value)[: cell + 1] for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        rows, signs = rows - 1, signs - sum(map(len, cells))
        if len(cells) > columns or rows < 0 or signs < 0:
            yield "columns" if len(cells) > columns else "rows" if rows < 0 else "signs"
            return
        yield [number, cells]


def main() -> None:
    limits = [int(number) for number in sys.argv[1:5]]
    with os.fdopen(0, "rb") as source:
        for line in lines(source, *limits):
            sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
