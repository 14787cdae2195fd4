"""One line of an imported file: the post that it would make, or what has to be mended in it.

Called by importer.py, for the dry run and again when the post is made.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from posts import cells, reading, rowtimes
from posts.cells import MAX_CHANNELS, MAX_MEDIA, MAX_TAGS
from posts.models import Import, ImportRow, MediaAsset
from posts.services import checks
from posts.services.batch import New, Parts, build
from posts.services.compose import Draft, VariantDraft
from posts.services.known import Known
from posts.states import Stage
from posts.tables import MAX_CELL
from posts.times import Moment
from publishers.models import Channel
from ui.formulas import plain

MAX_TITLE, MAX_TAG, MAX_CAMPAIGN, MAX_COMMENT = 200, 40, 80, 10_000
# Problems of one row, and notes: nobody reads more, and every one is stored.
MAX_SAID = 20
STAGES = {
    "idea": Stage.IDEA, "ideas": Stage.IDEA, "idee": Stage.IDEA,
    "draft": Stage.DRAFTING, "drafting": Stage.DRAFTING, "entwurf": Stage.DRAFTING,
}  # fmt: skip
REVIEW = frozenset({"review", "in review", "in_review", "prüfung", "freigabe"})
# What the words of a row must fit. Whatever else a platform wants can be added to a draft.
_TOO_MUCH = frozenset(
    {
        "too_long", "too_many_bytes", "title_too_long", "comment_too_long", "no_comments",
        "part_too_long", "too_many_parts",
    }
)  # fmt: skip


@dataclass
class Reading:
    """`problems` and `notes`: (column, sentence). Without a problem there is `new`.

    `commits`: it may be scheduled at once. `asks`: it is to be sent for review.
    """

    row: ImportRow
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    new: New | None = None
    commits: bool = False
    asks: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """The same for rows that would make the same post."""
        assert self.new is not None
        said = self.new.draft
        own = {pk: [v.text, v.first_comment] for pk, v in said.channels.items()}
        at = self.new.at.at.isoformat() if self.new.at else ""
        canonical = json.dumps([said.title, said.body, own, at], sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def read(row: ImportRow, importing: Import, known: Known) -> Reading:
    reader = _Reader(Reading(row), importing, known)
    reader.read()
    return reader.reading


class _Reader:
    def __init__(self, reading: Reading, importing: Import, known: Known) -> None:
        self.reading, self.importing, self.known = reading, importing, known
        self.cells = {
            target: plain(cell)
            for target, cell in zip(importing.columns, reading.row.cells, strict=False)
            if target and cell.strip()
        }

    def read(self) -> None:
        self._refuse_unreadable()
        if self.reading.problems:
            return
        channels = self._channels()
        stage = self._stage()
        at = self._moment()
        draft = self._draft(channels)
        if not draft.title and not draft.body and not any(v.text for v in channels.values()):
            self._problem("text", _("There is no text."))
        if self.reading.problems:
            return
        new = build(
            team=self.importing.team,
            by=self.known.by,
            draft=draft,
            parts=Parts(
                self.known.channels, {pk: self.known.assets[pk] for pk, _alt in draft.media}
            ),
            stage=stage,
            at=at,
            source="import",
            source_reference=f"import {self.importing.pk}",
        )
        ready = self._fits(new)
        self.reading.new = None if self.reading.problems else new
        may = self.known.may_commit and "stage" not in self.cells
        self.reading.commits = bool(may and ready and at and channels)

    # -- words

    def _draft(self, channels: Mapping[int, VariantDraft]) -> Draft:
        draft = Draft(
            title=self._short("title", MAX_TITLE),
            body=self.cells.get("text", "").strip(),
            tags=self._tags(),
            campaign=self._named("campaign", MAX_CAMPAIGN, self.known.campaigns),
            assignee=self._assignee(),
            channels=channels,
        )
        media = self._media()
        return replace(
            draft,
            media=[(asset.pk, asset.alt) for asset in media],
            focal={asset.pk: asset.focal for asset in media},
        )

    def _refuse_unreadable(self) -> None:
        for target, cell in self.cells.items():
            if len(cell) > MAX_CELL:
                self._problem(target, _("Longer than %(n)s characters.") % {"n": f"{MAX_CELL:,}"})
            elif reading.unstorable(cell):
                self._problem(
                    target, _("Contains a character that cannot be stored. Save the file as UTF-8.")
                )

    def _short(self, target: str, longest: int) -> str:
        text = " ".join(self.cells.get(target, "").split())
        if len(text) > longest:
            self._problem(target, _("Longer than %(n)s characters.") % {"n": longest})
        return text

    def _tags(self) -> list[str]:
        found = [tag.removeprefix("#") for tag in cells.names(self.cells.get("tags", ""))]
        found = [tag for tag in found if tag]
        if len(found) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in found):
            self._problem(
                "tags",
                _("At most %(n)s tags of %(length)s characters.")
                % {"n": MAX_TAGS, "length": MAX_TAG},
            )
            return []
        self._new("tags", (tag for tag in found if tag.lower() not in self.known.tags))
        return found

    def _named(self, target: str, longest: int, known: Iterable[str]) -> str:
        name = self._short(target, longest)
        self._new(target, [name] if name and name.lower() not in known else [])
        return name

    def _new(self, target: str, names: Iterable[str]) -> None:
        for name in names:
            self._note(target, _("“%(name)s” is new and will be added.") % {"name": name[:80]})

    def _assignee(self) -> int | None:
        email = self.cells.get("assignee", "").strip().lower()
        if email and email not in self.known.members:
            self._problem(
                "assignee",
                _("Nobody in this team has the address “%(email)s”.") % {"email": email[:100]},
            )
        return self.known.members.get(email)

    def _media(self) -> list[MediaAsset]:
        names = cells.names(self.cells.get("media", ""))
        if len(names) > MAX_MEDIA:
            self._problem("media", _("At most %(n)s pictures or videos.") % {"n": MAX_MEDIA})
            return []
        found: dict[int, MediaAsset] = {}
        for name in names:
            asset = self.known.media.get(name.lower())
            if asset is None:
                self._problem(
                    "media", _("“%(name)s” is not in the library.") % {"name": name[:100]}
                )
            else:
                found[asset.pk] = asset
        return list(found.values())

    # -- where

    def _channels(self) -> dict[int, VariantDraft]:
        names = cells.names(self.cells.get("channels", ""))
        if len(names) > MAX_CHANNELS:
            self._problem("channels", _("At most %(n)s channels.") % {"n": MAX_CHANNELS})
            names = []
        chosen = [self._channel(name) for name in names]
        own = {
            int(target.removeprefix("text:")): text
            for target, text in self.cells.items()
            if target.startswith("text:")
        }
        comment = self.cells.get("comment", "").strip()
        if len(comment) > MAX_COMMENT:
            self._problem("comment", _("Longer than %(n)s characters.") % {"n": MAX_COMMENT})
        ids = dict.fromkeys([*(pk for pk in chosen if pk), *own])
        for pk in [pk for pk in ids if pk not in self.known.channels]:
            del ids[pk]
            self._problem(f"text:{pk}", _("This channel is gone. Choose the columns again."))
        return {pk: VariantDraft(text=own.get(pk), first_comment=comment) for pk in ids}

    def _channel(self, name: str) -> int | None:
        ids = self.known.names.get(name.lower().removeprefix("@"), ())
        if not ids:
            said = _("“%(name)s” is not one of the team's channels.")
            self._problem("channels", said % {"name": name[:100]})
        elif len(ids) > 1:
            said = _("“%(name)s” may be one of %(n)s channels. Write %(exact)s.")
            exact = self.known.exact(ids[0])
            self._problem("channels", said % {"name": name[:100], "n": len(ids), "exact": exact})
        return ids[0] if len(ids) == 1 else None

    def _fits(self, new: New) -> bool:
        """Whether every channel would take it as it is."""
        ready, now = True, timezone.now()
        document = new.document
        for variant in new.variants:
            if variant.channel.state != Channel.State.CONNECTED:
                ready = False
                said = _("%(channel)s is not connected.")
                self._note("channels", said % {"channel": variant.channel})
            for problem in checks.limits(document, variant.channel, now):
                if problem.level != "error":
                    continue
                ready = False
                column = (
                    "comment" if "comment" in problem.code else self._text_of(variant.channel_id)
                )
                if problem.code in _TOO_MUCH:
                    self._problem(column, str(problem))
                else:
                    self._note(column, _("Before it can go out: %(what)s") % {"what": problem})
        return ready

    def _text_of(self, channel_id: int) -> str:
        own = f"text:{channel_id}"
        return own if own in self.cells else "text"

    # -- when

    def _stage(self) -> Stage:
        said = self.cells.get("stage", "").strip().lower()
        self.reading.asks = said in REVIEW
        if said and said not in STAGES and not self.reading.asks:
            words = _("“%(stage)s” is not a stage. Write idea, drafting or review, or nothing.")
            self._problem("stage", words % {"stage": said[:40]})
        return STAGES.get(said, Stage.DRAFTING)

    def _moment(self) -> Moment | None:
        into = self.importing
        try:
            found = rowtimes.moment(self.cells, zone=into.zone, month_first=into.month_first)
        except rowtimes.Unclear as unclear:
            self._problem(unclear.column, str(unclear))
            return None
        if found is not None and found.note:
            self._note("time", found.note)
        return found

    # -- what is said

    def _problem(self, column: str, sentence: str) -> None:
        _say(self.reading.problems, column, sentence, _("There is more to mend in this row."))

    def _note(self, column: str, sentence: str) -> None:
        if (column, sentence) not in self.reading.notes:
            _say(self.reading.notes, column, sentence, _("There is more to know about this row."))


def _say(said: list[tuple[str, str]], column: str, sentence: str, more: str) -> None:
    """The last that fits says that there is more, instead of what it would have said."""
    if len(said) < MAX_SAID:
        said.append((column, sentence) if len(said) < MAX_SAID - 1 else ("", more))
