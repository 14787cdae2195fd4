"""Files as people have them, and imports taken through their steps without a worker."""

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from openpyxl import Workbook

from posts.models import Import
from posts.services import importer, importwork

HEAD = ("text", "channels", "date", "time")


def text(*rows, separator=",", encoding="utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def tomorrow(days: int = 1) -> str:
    here = timezone.localtime(timezone=ZoneInfo("Europe/Lisbon"))
    return (here.date() + timedelta(days=days)).isoformat()


def taken_in(team, by, content: bytes, name="plan.csv") -> Import:
    return importer.take_in(
        team=team, by=by, file=io.BytesIO(content), size=len(content), name=name
    )


def worked(importing: Import) -> Import:
    while importwork.work(importing.pk):
        pass
    importing.refresh_from_db()
    return importing


def checked(team, by, *rows, **changed) -> Import:
    importing = taken_in(team, by, text(*rows))
    importer.map_columns(
        importing=importing,
        chosen=changed.get("chosen", importing.columns),
        zone=changed.get("zone", importing.zone),
        month_first=changed.get("month_first", importing.month_first),
    )
    return worked(importing)


def confirm(importing: Import, by) -> None:
    """A yes to what is there now."""
    importer.confirm(importing=importing, by=by, mark=importer.mark_of(importing))


def done(team, by, *rows, **changed) -> Import:
    importing = checked(team, by, *rows, **changed)
    confirm(importing, by)
    return worked(importing)


def said(importing: Import, number: int = 2) -> str:
    """All that is said about one row."""
    row = importing.rows.get(number=number)
    return " ".join(f"{column}: {text}" for column, text in [*row.problems, *row.notes])
