"""What a person may add when saying that a post is live."""

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _


class LiveForm(forms.Form):
    permalink = forms.URLField(
        label=_("Its address"),
        required=False,
        max_length=600,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
