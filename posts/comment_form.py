"""What is typed as a comment. Called by views/comments.py."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import reading
from posts.models.comment import MAX_QUOTE, MAX_TEXT
from posts.queries.places import Marked
from posts.services.comments import Words
from posts.typed import WordsField

# Further down than any text is long.
MOST_NEAR = 1_000_000


class CommentForm(forms.Form):
    text = WordsField(
        max_length=MAX_TEXT,
        label=gettext_lazy("Comment"),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    external = forms.BooleanField(required=False)
    on = forms.CharField(max_length=16, required=False)
    # What was marked: its words, what channel shows them, and about where.
    marked = forms.CharField(max_length=MAX_QUOTE, required=False)
    channel = forms.IntegerField(min_value=0, required=False)
    near = forms.IntegerField(min_value=0, max_value=MOST_NEAR, required=False)

    def clean_text(self) -> str:
        return _storable(self.cleaned_data["text"])

    def clean_marked(self) -> str:
        return _storable(self.cleaned_data["marked"])

    @property
    def words(self) -> Words:
        data: dict[str, Any] = self.cleaned_data
        marked = None
        if data["marked"]:
            marked = Marked(data["marked"], data["channel"] or 0, data["near"] or 0)
        return Words(data["text"], data["external"], data["on"], marked)


def _storable(typed: str) -> str:
    text = reading.newlines(typed)
    if reading.unstorable(text):
        raise forms.ValidationError(_("This text has characters that cannot be stored."))
    return text
