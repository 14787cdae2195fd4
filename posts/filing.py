"""Reading the forms of the library: what its page is asked for, and what is said of a file.

Called by views/library.py and its like.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import reading
from posts.models import Folder, MediaAsset
from posts.queries.library import NO_FOLDER, SHOWS, SORTS, Wanted
from posts.services import library
from posts.services.media import display_name

MOST_WORDS = 100
LONGEST_TAG = 40


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
    )


def chosen(values: Sequence[str]) -> list[int]:
    """Ids in the order in which they were posted, each once."""
    return list(dict.fromkeys(filter(None, map(reading.number, values))))


class TagsForm(forms.Form):
    tags = forms.CharField(max_length=1000, required=False, label=gettext_lazy("Tags"))

    def clean_tags(self) -> list[str]:
        text: str = self.cleaned_data["tags"]
        _require_storable(text, _("Tags"))
        found = reading.names(text)
        if len(found) > library.MOST_TAGS or any(len(name) > LONGEST_TAG for name in found):
            raise forms.ValidationError(
                _("At most %(n)s tags of 40 characters.") % {"n": library.MOST_TAGS}
            )
        return found


class AssetForm(TagsForm):
    """What is said of one picture or video. Its name stays where the field is empty."""

    name = forms.CharField(max_length=200, required=False, label=gettext_lazy("Name"))
    alt = forms.CharField(max_length=2000, required=False, label=gettext_lazy("Alt text"))
    folder = forms.ModelChoiceField(
        Folder.objects.none(), required=False, label=gettext_lazy("Folder")
    )

    def __init__(self, data: Any, *, asset: MediaAsset) -> None:
        super().__init__(data)
        self.asset = asset
        folder: Any = self.fields["folder"]
        folder.queryset = Folder.objects.for_team(asset.team)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        _require_storable(name, _("Name"))
        return display_name(name) or self.asset.name

    def clean_alt(self) -> str:
        alt: str = self.cleaned_data["alt"]
        _require_storable(alt, _("Alt text"))
        return reading.newlines(alt)


class FolderForm(forms.Form):
    name = forms.CharField(max_length=60, label=gettext_lazy("Name"))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        _require_storable(name, _("Name"))
        # Control characters and direction overrides could make two look like one.
        shown = "".join(char for char in name if char.isprintable()).strip()
        if not shown:
            raise forms.ValidationError(_("Give the folder a name."))
        return shown


def _require_storable(text: str, label: str) -> None:
    if reading.unstorable(text):
        raise forms.ValidationError(
            _("%(field)s contains a character that cannot be stored. Delete it.") % {"field": label}
        )
