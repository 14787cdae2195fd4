"""What a column of an imported file can be, and what it probably is by its heading. Pure.

A target is a word of TARGETS, or "text:7" for the text of channel 7; "" leaves the column out.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

TARGETS: dict[str, Any] = {
    "text": _("Text"),
    "title": _("Title"),
    "channels": _("Channels"),
    "date": _("Date"),
    "time": _("Time"),
    "zone": _("Time zone"),
    "tags": _("Tags"),
    "campaign": _("Campaign"),
    "assignee": _("Assignee (e-mail)"),
    "comment": _("First comment"),
    "stage": _("Stage"),
    "media": _("Media by file name"),
}
# The headings of the template and of exports are the words of TARGETS themselves.
_HEADINGS: dict[str, str] = {
    "text": "text body post caption message copy content posttext posttexts description beitrag "
    "beitragstext inhalt nachricht beschreibung bildunterschrift",
    "title": "title headline subject name titel überschrift ueberschrift betreff",
    "channels": "channels channel accounts account profiles profile platforms platform networks "
    "network kanäle kanaele kanal konten konto profil profil plattformen plattform netzwerk",
    "date": "date day publishdate postdate scheduleddate datetime dateandtime scheduledat "
    "publishat scheduled datum termin veröffentlichung veroeffentlichung zeitpunkt "
    "datumuhrzeit datumundzeit datumunduhrzeit geplant geplantfür",
    "time": "time hour posttime publishtime scheduledtime uhrzeit zeit",
    "zone": "zone timezone tz zeitzone",
    "tags": "tags labels label keywords schlagwörter schlagwoerter schlagworte schlagwort "
    "stichwörter stichworte etiketten",
    "campaign": "campaign campaigns kampagne kampagnen aktion",
    "assignee": "assignee assigneeemail assignedto owner email mail responsible verantwortlich "
    "verantwortliche zuständig zustaendig bearbeiter bearbeiterin zugewiesen",
    "comment": "comment firstcomment kommentar ersterkommentar",
    "stage": "stage status state stufe phase",
    "media": "media image images picture pictures photo photos video videos file files filename "
    "bild bilder foto fotos medien datei dateien dateiname",
}
_KNOWN = {word: target for target, words in _HEADINGS.items() for word in words.split()}
_OWN_TEXT = re.compile(r"\s*(?:text|beitrag)\s*(?::\s*(.+?)|\(\s*(.+?)\s*\))\s*", re.IGNORECASE)
_DAY = re.compile(r"\s*\d{1,4}[./-]\d{1,2}[./-]\d{0,4}.*")


def guess(
    headings: Sequence[str], samples: Sequence[Sequence[str]], channels: Mapping[str, Sequence[int]]
) -> list[str]:
    """A target for each column, none twice. `channels`: ids by what a channel may be called."""
    found: list[str] = []
    for number, heading in enumerate(headings):
        values = [row[number] for row in samples if number < len(row) and row[number].strip()]
        target = _target(heading, values, channels)
        found.append("" if target in found else target)
    return found


def _target(heading: str, values: Sequence[str], channels: Mapping[str, Sequence[int]]) -> str:
    own = _OWN_TEXT.fullmatch(heading)
    if own:
        ids = channels.get((own[1] or own[2]).lower(), ())
        return f"text:{ids[0]}" if len(ids) == 1 else ""
    # What stands in brackets explains: "date (Europe/Lisbon)".
    word = re.sub(r"\(.*\)|[\W_]", "", heading.lower())
    # Of a day in German, a label in English.
    if word == "tag":
        return "date" if values and all(map(_DAY.fullmatch, values)) else "tags"
    return _KNOWN.get(word, "")


def month_comes_first(values: Sequence[str]) -> bool:
    """Whether dates with slashes can only be read with the month first."""
    pairs = [re.match(r"\s*(\d{1,2})/(\d{1,2})/\d", value) for value in values]
    return any(pair and int(pair[2]) > 12 for pair in pairs)
