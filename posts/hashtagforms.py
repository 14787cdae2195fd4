"""Reading what is said of a group of hashtags."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import reading, typed
from posts.models.hashtags import MOST_TAGS

LARGEST = 2**31 - 2


class HashtagGroupForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        label=gettext_lazy("Name"),
        error_messages={"required": gettext_lazy("Give the group a name.")},
    )
    tags = forms.CharField(
        max_length=4000,
        label=gettext_lazy("Hashtags"),
        error_messages={"required": gettext_lazy("Write at least one hashtag.")},
    )
    version = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.posted = data

    def clean_name(self) -> str:
        name = reading.one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Give the group a name."))
        return name

    def clean_tags(self) -> list[str]:
        found = typed.hashtags(self.cleaned_data["tags"], MOST_TAGS)
        if not found:
            raise forms.ValidationError(_("Write at least one hashtag."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed.refuse_unstorable(self, self.posted)
        return cleaned
