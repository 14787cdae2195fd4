"""What is typed as a comment. Called by views/comments.py."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import reading
from posts.models.comment import MAX_TEXT


class CommentForm(forms.Form):
    text = forms.CharField(
        max_length=MAX_TEXT,
        label=gettext_lazy("Comment"),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    external = forms.BooleanField(required=False)
    on = forms.CharField(max_length=16, required=False)

    def clean_text(self) -> str:
        text = reading.newlines(self.cleaned_data["text"])
        if reading.unstorable(text):
            raise forms.ValidationError(_("This text has characters that cannot be stored."))
        return text
