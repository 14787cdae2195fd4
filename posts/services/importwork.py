"""Taking the rows of an import in turn: looking at them, making posts of them, undoing that.

Rows are the queue. One handful is one transaction that holds the import's row: no other worker has
it meanwhile, and a worker that dies leaves its handful as it was. Called by tasks.py.
"""

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.db.utils import DataError, IntegrityError, InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from notifications.live import announce
from posts import audited
from posts.errors import PostsError
from posts.models import Activity, Import, ImportRow, Post
from posts.services import duplicates, importnews, trash
from posts.services.batch import create_all
from posts.services.batchcommit import schedule_all
from posts.services.commitment import locked
from posts.services.known import Known, known
from posts.services.rows import Reading, read

log = structlog.get_logger(__name__)

# A worker has other things to do as well.
SECONDS = 4.0
AT_ONCE: Mapping[str, int] = {"checking": 250, "running": 100, "undoing": 20}
MOST_ASKING = 200
# In one statement: Django's bulk_update takes longer than all the rest of a row.
_STORE = """
UPDATE posts_importrow r
SET outcome = v.outcome, problems = v.problems, notes = v.notes, fingerprint = v.fingerprint,
  planned_at = v.planned_at, commits = v.commits, asks = v.asks, post_id = v.post_id,
  version = v.version, seen = v.seen
FROM jsonb_to_recordset(%s::jsonb) AS v(
  id bigint, outcome text, problems jsonb, notes jsonb, fingerprint text, planned_at timestamptz,
  commits boolean, asks boolean, post_id bigint, version integer, seen bigint)
WHERE r.id = v.id"""
_STORED = (
    "id", "outcome", "problems", "notes", "fingerprint", "planned_at", "commits", "asks", "post_id",
    "version", "seen",
)  # fmt: skip

Step, Outcome = Import.Step, ImportRow.Outcome


def waiting() -> list[int]:
    return list(
        Import.objects.filter(step__in=Import.AT_WORK).order_by("pk").values_list("pk", flat=True)
    )


def work(import_id: int) -> bool:
    """For some seconds; whether there is more to do, which another worker may be doing.

    Where a handful fails its rows are taken alone, and one that fails alone is set aside: nothing
    that a file holds keeps back the rows and the imports behind it.
    """
    until, alone = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        try:
            if not _handful(import_id, alone=alone > 0):
                return False
            alone -= 1
        except (OperationalError, InterfaceError):
            raise  # The database's fault, not the file's: the tick comes again.
        except Exception:  # The boundary: what nobody foresaw in a row is logged and said.
            log.exception("imports.handful_failed", import_id=import_id)
            if alone > 0:
                _set_aside(import_id)
            alone = max(AT_ONCE.values()) if alone <= 0 else alone - 1
    return True


def _held(import_id: int) -> Import | None:
    held = Import.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    held = held.select_related("team", "by", "undone_by")
    return held.filter(pk=import_id, step__in=Import.AT_WORK).first()


@transaction.atomic
def _set_aside(import_id: int) -> None:
    """The next row, which cannot be dealt with."""
    importing = _held(import_id)
    for row in _next(importing, alone=True) if importing else []:
        row.outcome = Outcome.KEPT if row.outcome == Outcome.MADE else Outcome.BAD
        row.problems = [["", _("This row could not be dealt with. Look at what is special in it.")]]
        _store([row])


@transaction.atomic
def _handful(import_id: int, *, alone: bool = False) -> bool:
    importing = _held(import_id)
    if importing is None:
        return False
    person = importing.undone_by if importing.step == Step.UNDOING else importing.by
    membership = Membership.objects.for_team(importing.team).filter(user=person)
    by = membership.select_related("user", "team").first()
    if by is None or not by.can("write"):
        return _abandon(importing)
    with audited.importing():
        more = _WORK[importing.step](importing, by, _next(importing, alone=alone))
    announce(importing.team_id, f"import:{importing.pk}")
    return more


def _abandon(importing: Import) -> bool:
    said = _("Whoever began this may not write posts in this team any more.")
    if importing.step == Step.UNDOING:
        made = importing.rows.filter(outcome=Outcome.MADE)
        made.update(outcome=Outcome.KEPT, problems=[["", said]])
        return _end(importing, Step.UNDONE)
    left = importing.rows.filter(outcome__in=(Outcome.WAITING, Outcome.READY))
    left.update(outcome=Outcome.BAD, problems=[["", said]])
    return _end(importing, Step.DONE)


def _next(importing: Import, *, alone: bool) -> list[ImportRow]:
    """Held: the approvals room, which sends some of them for review, holds its rows first, too."""
    rows = importing.rows.select_for_update(of=("self",)).filter(outcome=_NEXT[importing.step])
    return list(rows[: 1 if alone else AT_ONCE[importing.step]])


def _store(rows: Sequence[ImportRow]) -> None:
    values = [{name: getattr(row, name) for name in _STORED} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [json.dumps(values, cls=DjangoJSONEncoder)])


def _end(importing: Import, step: Import.Step) -> bool:
    Import.objects.filter(pk=importing.pk).update(step=step, ended_at=timezone.now())
    announce(importing.team_id, f"import:{importing.pk}")
    return False


# -- looking


def _check(importing: Import, by: Membership, rows: Sequence[ImportRow]) -> bool:
    if not rows:
        Import.objects.filter(pk=importing.pk).update(step=Step.CHECKED)
        return False
    _keep_few_asking(importing, _read_all(importing, known(importing, by, rows), rows))
    _store(rows)
    return True


def _keep_few_asking(importing: Import, ready: Sequence[Reading]) -> None:
    """Each writes to every reviewer."""
    asking = importing.rows.filter(asks=True, outcome=Outcome.READY).count()
    for reading in ready:
        asking += reading.row.asks
        if reading.row.asks and asking > MOST_ASKING:
            reading.row.outcome = Outcome.BAD
            said = _("At most %(n)s rows of one import are sent for review. Leave the stage away.")
            reading.row.problems.append(["stage", said % {"n": MOST_ASKING}])


def _read_all(importing: Import, team: Known, rows: Sequence[ImportRow]) -> list[Reading]:
    """Write onto the rows what was found; those that are ready come back."""
    readings = [read(row, importing, team) for row in rows]
    for reading in readings:
        _put(reading)
    good = [reading for reading in readings if not reading.problems]
    duplicates.mark_repeated(importing, good)
    duplicates.mark_existing(importing, [r for r in good if r.row.outcome == Outcome.READY])
    return [reading for reading in good if reading.row.outcome == Outcome.READY]


def _put(reading: Reading) -> None:
    row = reading.row
    row.problems = [list(one) for one in reading.problems]
    row.notes = [list(one) for one in reading.notes]
    row.outcome = Outcome.BAD if reading.problems else Outcome.READY
    row.commits, row.asks = reading.commits, reading.asks
    at = reading.new.at if reading.new else None
    row.planned_at = at.at if at else None
    row.fingerprint = reading.fingerprint if reading.new else ""


# -- making


def _run(importing: Import, by: Membership, rows: Sequence[ImportRow]) -> bool:
    if not rows:
        _end(importing, Step.DONE)
        importnews.tell_made(importing, by)
        return False
    # What was said yes to: a gate that has opened since commits nothing that was shown as a plan.
    agreed = {row.pk for row in rows if row.commits}
    ready = _read_all(importing, known(importing, by, rows), rows)
    try:
        _make(importing, by, ready, agreed)
    except (DataError, IntegrityError):
        for reading in ready:
            _make_alone(importing, by, reading, agreed)
    _note_seen(rows)
    _store(rows)
    return True


@transaction.atomic
def _make(
    importing: Import, by: Membership, ready: Sequence[Reading], agreed: Collection[int]
) -> None:
    """Time is committed through the questions that everybody is asked; refused, it stays a plan."""
    news = [reading.new for reading in ready if reading.new]
    create_all(team=importing.team, by=by.user, posts=news)
    for reading, new in zip(ready, news, strict=True):
        reading.row.commits = reading.commits and reading.row.pk in agreed
        reading.row.post, reading.row.outcome = new.post, Outcome.MADE
    committed = [new for one, new in zip(ready, news, strict=True) if one.row.commits]
    refused = schedule_all(team=importing.team, by=by.user, posts=committed)
    for reading, new in zip(ready, news, strict=True):
        if why := refused.get(new.post.pk):
            reading.row.notes.append(["date", _("Only planned: %(why)s") % {"why": why}])


def _make_alone(
    importing: Import, by: Membership, reading: Reading, agreed: Collection[int]
) -> None:
    """One that the database refuses does not keep back the others."""
    row = reading.row
    try:
        _make(importing, by, _read_all(importing, known(importing, by, [row]), [row]), agreed)
    except (DataError, IntegrityError):
        row.post, row.outcome = None, Outcome.BAD
        row.problems = [["", _("This row could not be stored. Look at what is special about it.")]]


def _note_seen(rows: Sequence[ImportRow]) -> None:
    made = [row.post_id for row in rows if row.post_id]
    found = Activity.objects.filter(post__in=made).order_by().values_list("post")
    latest = dict(found.annotate(last=Max("pk")))
    for row in rows:
        if row.post:
            row.seen, row.version = latest.get(row.post.pk, 0), row.post.version


# -- undoing


def _undo(importing: Import, by: Membership, rows: Sequence[ImportRow]) -> bool:
    if not rows:
        _end(importing, Step.UNDONE)
        importnews.tell_undone(importing, by)
        return False
    posts = {post.pk: post for post in _posts_of(rows)}
    for row in rows:
        post = posts.get(row.post_id or 0)
        why = _take_back(row, post, by) if post else ""
        row.outcome = Outcome.KEPT if why else Outcome.UNDONE
        row.notes = [*row.notes, ["", why]] if why else row.notes
    _store(rows)
    return True


def _posts_of(rows: Sequence[ImportRow]) -> QuerySet[Post]:
    """Those that are not in the trash already."""
    return Post.objects.filter(pk__in=[row.post_id for row in rows], trashed_at=None)


def _take_back(row: ImportRow, post: Post, by: Membership) -> str:
    """Why the post stays; empty when it is in the trash now."""
    post = locked(post)
    latest = post.activity.aggregate(latest=Max("pk"))["latest"] or 0
    if (post.version, latest) != (row.version, row.seen):
        return _("Somebody has worked on it since.")
    try:
        trash.trash(post=post, by=by.user)
    except PostsError as error:
        return str(error)
    return ""


_NEXT: Mapping[str, str] = {
    Step.CHECKING: Outcome.WAITING,
    Step.RUNNING: Outcome.READY,
    Step.UNDOING: Outcome.MADE,
}
_WORK: Mapping[str, Callable[[Import, Membership, Sequence[ImportRow]], bool]] = {
    Step.CHECKING: _check,
    Step.RUNNING: _run,
    Step.UNDOING: _undo,
}
