"""Public holidays on the days of the calendar: a label beside the date, and words for a title."""

from datetime import date

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.holidays import called
from ui.templatetags.ui import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def holiday(context: Context, day: date) -> str:
    """`{% holiday day.day %}`: what the day is called, or nothing."""
    name = called(context["team"], day)
    if not name:
        return ""
    return format_html(
        '<span class="holiday" title="{}">{}<span class="vh">{} </span>'
        '<span class="clip" dir="auto">{}</span></span>',
        name,
        icon("sun", "xs"),
        _("Public holiday:"),
        name,
    )


@register.simple_tag(takes_context=True)
def holiday_words(context: Context, day: date | None) -> str:
    """`{% holiday_words day.day %}`: as a sentence for a title, or nothing."""
    name = called(context["team"], day) if day else ""
    return _("Public holiday: %(name)s.") % {"name": name} if name else ""
