"""Reading files: what people save, and what somebody sends who means harm."""

import io
import zipfile
from contextlib import closing
from datetime import date, datetime, time

import pytest

from posts import tables, workbooks
from posts.errors import UploadRefused
from tests.posts.importing import text, workbook

ROWS = (
    ("Text", "Datum"),
    ("Zwölf Bojen: „heute“", "9.12.2026"),
    ("Zwei\nZeilen, eine; Zelle", ""),
)
READ = [
    (1, ["Text", "Datum"]),
    (2, ["Zwölf Bojen: „heute“", "9.12.2026"]),
    (3, ["Zwei\nZeilen, eine; Zelle"]),
]


def read(content: bytes) -> list[tables.Row]:
    with closing(tables.rows_of(io.BytesIO(content), len(content))) as rows:
        return list(rows)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_csv_as_people_save_it(separator, encoding):
    assert read(text(*ROWS, separator=separator, encoding=encoding)) == READ


def test_workbook():
    assert read(workbook(*ROWS)) == READ


def test_the_line_that_names_the_separator_is_no_row():
    assert read(b"sep=;\r\nText;Tags\r\nA,B;C\r\n") == [(2, ["Text", "Tags"]), (3, ["A,B", "C"])]


def test_empty_rows_count_but_are_not_read():
    assert read(b"text,tags\n,\n\nOne,\n") == [(1, ["text", "tags"]), (4, ["One"])]
    assert read(workbook(("text",), (), ("One",))) == [(1, ["text"]), (3, ["One"])]


def test_dates_numbers_and_formulas_of_a_workbook():
    # A workbook's moments have no zone, and it gives back its days as midnights.
    day = datetime.combine(date(2026, 12, 9), time())
    rows = read(
        workbook(
            ("a", "b", "c", "d", "e", "f"),
            (datetime.combine(day, time(9, 30)), day, time(9, 30), 5.0, 1.5, True),
        )
    )
    assert rows[1][1] == ["2026-12-09 09:30", "2026-12-09", "09:30", "5", "1.5", "TRUE"]
    assert workbooks.text_of("a\x00b\r\nc") == "a\ufffdb\nc"


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 422, "empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, 415, "old Excel file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, 415, "neither a CSV file nor"),
        (b"PK\x03\x04 no archive", 422, "workbook cannot be read"),
        (b"text\n" + b'"' + b"x" * 140_000, 422, "Line 2 cannot be read"),
        (b",".join([b"x"] * 61), 422, "more than 60 columns"),
    ],
)
def test_refusals_say_why(content, status, words):
    with pytest.raises(UploadRefused) as refused:
        read(content)
    assert refused.value.status == status
    assert words in str(refused.value)


def test_too_many_rows_too_wide_too_large(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    monkeypatch.setattr(tables, "MAX_COLUMNS", 2)
    monkeypatch.setattr(tables, "MAX_SIGNS", 100)
    for made in (text, workbook):
        assert len(read(made(("a", "b"), *[("x",)] * 3))) == 4
        for rows in ([("x",)] * 5, [("x", "y", "z")], [("x" * 60,)] * 2):
            with pytest.raises(UploadRefused, match=r"more than|too much"):
                read(made(*rows))
    monkeypatch.setattr(tables, "MAX_BYTES", 5)
    with pytest.raises(UploadRefused, match="larger than"):
        read(b"text\nOne\n")


def packed(**files: str) -> bytes:
    """A workbook with files of its own, in place of those of that name."""
    out, plain = io.BytesIO(), io.BytesIO(workbook(("text",), ("One",)))
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path in source.namelist():
            name = path.rsplit("/", 1)[-1].partition(".")[0]
            made.writestr(path, files.pop(name, None) or source.read(path))
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def test_an_archive_that_unpacks_to_very_much_is_not_unpacked():
    content = packed(bomb="0" * (workbooks.UNPACKED + 1))
    assert len(content) < 1_000_000
    with pytest.raises(UploadRefused, match="too much text"):
        read(content)


def test_entities_are_not_followed():
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(8))
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE x [{lol}]><worksheet xmlns="http://schemas.openxmlformats'
        '.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l7;'
        "</t></is></c></row></sheetData></worksheet>"
    )
    with pytest.raises(UploadRefused, match="cannot be read"):
        read(packed(sheet1=sheet))


def test_a_reader_that_is_left_early_ends():
    content = workbook(*[(f"Row {n}", "x" * 2000) for n in range(400)])
    rows = tables.rows_of(io.BytesIO(content), len(content))
    assert next(rows)[0] == 1
    rows.close()
