"""The style guide: every component in every state, for whoever builds or reviews a page."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

STATUSES = [
    "idea",
    "draft",
    "review",
    "changes",
    "rejected",
    "approved",
    "scheduled",
    "publishing",
    "published",
    "attention",
    "unknown",
    "paused",
]
TOKENS = [
    "paper",
    "sunken",
    "sheet",
    "raised",
    "line-soft",
    "line",
    "control",
    "ink-3",
    "ink-2",
    "ink",
    "accent",
    "accent-ink",
    "accent-soft",
    "good",
    "warn",
    "bad",
]


class ExampleForm(forms.Form):
    """One field of each kind; shown refused, because errors are what is easily forgotten."""

    title = forms.CharField(
        label="Internal title", required=False, help_text="Only the team sees this."
    )
    time = forms.TimeField(label="Time", widget=forms.TimeInput(attrs={"type": "time"}))
    caption = forms.CharField(label="Caption", widget=forms.Textarea(attrs={"rows": 3}))
    zone = forms.ChoiceField(label="Time zone", choices=[("l", "Lisbon"), ("b", "Berlin")])
    repeat = forms.ChoiceField(
        label="Repeat", choices=[("1", "Once"), ("7", "Every week")], widget=forms.RadioSelect
    )
    comment = forms.BooleanField(label="Add a first comment", required=False)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    form = ExampleForm({"title": "", "time": "", "caption": "", "zone": "l", "repeat": "1"})
    form.add_error("time", "11:00 has passed. The next free slot is 17:45.")
    form.errors["time"] = form.error_class(form.errors["time"][1:])
    if request.GET.get("toast"):
        messages.success(request, "Moved to Tue 15 Dec, 10:00.")
    context = {
        "statuses": STATUSES,
        "tokens": TOKENS,
        "form": form,
        "now": timezone.now(),
        "page": Paginator(range(100), 20).page(2),
        "diff": [
            ("equal", "the gauge read "),
            ("delete", "a record-breaking "),
            ("equal", "4.31 m"),
        ],
        "sample": "Two years of open gauges: https://tidewater.earth/harbour #opendata @harbour",
    }
    return render(request, "ui/styleguide.html", context)


# accounts.access is above this room, so the mark that it would set is written here.
styleguide.access_policy = "public"  # type: ignore[attr-defined]  # for the test of all URLs
