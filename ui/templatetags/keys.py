"""What the keys are called, as a tag that every page may use."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def kbd(*keys: str) -> SafeString:
    """The marks are those of a Mac; where that key has another name, drum-keys.js writes it."""
    other = format_html(' data-else="{}"', _("Ctrl"))
    drawn = (("" if key != "\N{PLACE OF INTEREST SIGN}" else other, key) for key in keys)
    return format_html_join("", '<kbd class="kbd"{}>{}</kbd>', drawn)
