"""Reading the forms of the library: what its page is asked for, and what is said of a file.

Called by views/library.py and its like.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import reading, typed
from posts.models import Folder, MediaAsset
from posts.queries.library import NO_FOLDER, SHOWS, SORTS, Wanted
from posts.services.library import Rights
from posts.services.media import display_name
from publishers.crops import Point

MOST_WORDS = 100


def wanted(query: Mapping[str, str], folders: Sequence[Folder]) -> Wanted:
    """What is not understood, or is gone meanwhile, is not asked for."""
    known = {str(folder.pk): folder.pk for folder in folders} | {"none": NO_FOLDER}
    kind, show = query.get("kind", ""), query.get("show", "")
    sort = query.get("sort", "")
    words = query.get("q", "").strip()[:MOST_WORDS]
    return Wanted(
        words="" if reading.unstorable(words) else words,
        kind=kind if kind in MediaAsset.Kind.values else "",
        folder=known.get(query.get("folder", ""), 0),
        tag=reading.number(query.get("tag", "")),
        show=show if show in SHOWS else "",
        sort=sort if sort in SORTS else "newest",
        after=reading.number(query.get("after", "")),
        shown=reading.number(query.get("shown", "")),
    )


def chosen(values: Sequence[str]) -> list[int]:
    """Ids in the order in which they were posted, each once."""
    return list(dict.fromkeys(filter(None, map(reading.number, values))))


class TagsForm(forms.Form):
    tags = forms.CharField(max_length=1000, required=False, label=gettext_lazy("Tags"))

    def clean_tags(self) -> list[str]:
        return typed.tags(typed.storable(self.cleaned_data["tags"], _("Tags")))


def _percent() -> forms.IntegerField:
    words = gettext_lazy("Choose a point within the picture.")
    said = dict.fromkeys(("invalid", "min_value", "max_value"), words)
    return forms.IntegerField(min_value=0, max_value=100, required=False, error_messages=said)


class AssetForm(TagsForm):
    """What is said of one picture or video. Its name stays where the field is empty."""

    name = forms.CharField(max_length=200, required=False, label=gettext_lazy("Name"))
    alt = forms.CharField(max_length=2000, required=False, label=gettext_lazy("Alt text"))
    folder = forms.ModelChoiceField(
        Folder.objects.none(), required=False, label=gettext_lazy("Folder")
    )
    focal_x = _percent()
    focal_y = _percent()
    rights = forms.ChoiceField(
        choices=MediaAsset.Rights.choices, required=False, label=gettext_lazy("Rights")
    )
    credit = forms.CharField(
        max_length=300, required=False, label=gettext_lazy("Licence or credit")
    )
    rights_until = forms.DateField(required=False, label=gettext_lazy("Until"))

    def __init__(self, data: Any, *, asset: MediaAsset) -> None:
        super().__init__(data)
        self.asset = asset
        folder: Any = self.fields["folder"]
        folder.queryset = Folder.objects.for_team(asset.team)

    def clean_name(self) -> str:
        name = typed.storable(self.cleaned_data["name"], _("Name"))
        return display_name(name) or self.asset.name

    def clean_alt(self) -> str:
        return reading.newlines(typed.storable(self.cleaned_data["alt"], _("Alt text")))

    def clean_credit(self) -> str:
        return reading.one_line(typed.storable(self.cleaned_data["credit"], _("Licence or credit")))

    @property
    def said(self) -> dict[str, Any]:
        """For services/library.edit."""
        cleaned = dict(self.cleaned_data)
        rights = Rights(*(cleaned.pop(name) for name in Rights._fields))
        # A form without the fields, as that of a video, changes nothing of it.
        chosen = (cleaned.pop("focal_x"), cleaned.pop("focal_y"))
        focal = self.asset.focal if None in chosen else Point(*chosen)
        return {**cleaned, "rights": rights, "focal": focal}


class FolderForm(forms.Form):
    name = forms.CharField(max_length=60, label=gettext_lazy("Name"))

    def clean_name(self) -> str:
        name = typed.storable(self.cleaned_data["name"], _("Name"))
        # Control characters and direction overrides could make two look like one.
        shown = "".join(char for char in name if char.isprintable()).strip()
        if not shown:
            raise forms.ValidationError(_("Give the folder a name."))
        return shown
