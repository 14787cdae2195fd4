"""The forms of an import: the file, and what its columns are. Called by views/importing.py."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import team_zones
from posts.models import Import
from posts.tables import MAX_BYTES, MAX_ROWS

ACCEPT = ".csv,.tsv,.txt,.xlsx,text/csv"


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("This file is empty. Choose it again."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = number_format(MAX_ROWS, force_grouping=True)
        most = {"mb": MAX_BYTES // (1024 * 1024), "rows": rows}
        said = _("CSV or .xlsx, at most %(mb)s MB and %(rows)s rows.")
        self.fields["file"].help_text = said % most


class ColumnsForm(forms.Form):
    """One choice for each column, by its number: column_0, column_1 …"""

    zone = forms.ChoiceField(
        choices=team_zones, label=gettext_lazy("Time zone of rows that name none")
    )
    slashes = forms.ChoiceField(
        choices=[
            ("day", gettext_lazy("Day first: 9/12 is 9 December")),
            ("month", gettext_lazy("Month first: 12/9 is 9 December")),
        ],
        label=gettext_lazy("Dates with slashes"),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        importing: Import,
        targets: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(
            data,
            initial={
                "zone": importing.zone,
                "slashes": "month" if importing.month_first else "day",
            },
        )
        self.importing, self.choices = importing, list(targets)
        for number, heading in enumerate(importing.headings):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                choices=self.choices,
                required=False,
                initial=importing.columns[number],
                label=heading or _("Column %(n)s") % {"n": number + 1},
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = self.chosen
        names = dict(self.choices)
        for target in dict.fromkeys(one for one in chosen if one and chosen.count(one) > 1):
            self.add_error(
                None, _("“%(name)s” is chosen for two columns.") % {"name": names[target]}
            )
        if not any(one in ("text", "title") or one.startswith("text:") for one in chosen):
            self.add_error(None, _("Say which column has the text."))
        return cleaned

    @property
    def chosen(self) -> list[str]:
        return [
            self.cleaned_data.get(f"column_{number}", "")
            for number in range(len(self.importing.headings))
        ]

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{number}"] for number in range(len(self.importing.headings))]
