"""What forms ask of any text: that it can be stored, and that tags and hashtags are some."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import reading
from posts.models.post import LONGEST_TAG, MOST_TAGS

LONGEST_HASHTAG = 100


class WordsField(forms.CharField):
    """Several lines. A browser counts a line break once where it stops whoever types, and sends two
    characters for it: what it let through is not too long.
    """

    default_error_messages = {
        "max_length": gettext_lazy(
            "That is too long: it has %(show_value)d characters, of at most %(limit_value)d."
        )
    }

    def to_python(self, value: object) -> str:
        typed = reading.newlines(value) if isinstance(value, str) else value
        return super().to_python(typed) or ""


def refuse_unstorable(form: forms.Form, posted: QueryDict) -> None:
    """Say which field has a character that no row can keep. Called while the form is cleaned."""
    for name, values in posted.lists():
        if any(map(reading.unstorable, values)):
            field = form.fields.get(name)
            label = field.label if field and field.label else _("A text")
            form.errors.pop(name, None)  # Django's own words for NUL name neither.
            form.add_error(
                name if field else None,
                _("%(field)s contains a character that cannot be stored. Delete it.")
                % {"field": label},
            )


def storable(text: str, label: str) -> str:
    """The same text. Raises ValidationError."""
    if reading.unstorable(text):
        raise forms.ValidationError(
            _("%(field)s contains a character that cannot be stored. Delete it.") % {"field": label}
        )
    return text


def tags(text: str) -> list[str]:
    """Names between commas, each once. Raises ValidationError."""
    found = reading.names(text)
    if len(found) > MOST_TAGS or any(len(name) > LONGEST_TAG for name in found):
        raise forms.ValidationError(_("At most %(n)s tags of 40 characters.") % {"n": MOST_TAGS})
    return found


def hashtags(text: str, most: int) -> list[str]:
    """Without their marks, each once. Raises ValidationError."""
    found, wrong = reading.hashtags(text)
    if wrong:
        raise forms.ValidationError(
            _("#%(tag)s cannot be a hashtag: use letters, figures and _ only.") % {"tag": wrong}
        )
    if len(found) > most or any(len(tag) > LONGEST_HASHTAG for tag in found):
        raise forms.ValidationError(_("At most %(n)s hashtags of 100 characters.") % {"n": most})
    return found
