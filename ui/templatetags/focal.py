"""Which part of a picture stays in sight where its frame has another shape."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def focal(at: tuple[int, int]) -> SafeString:
    """`<img{% focal picture.focal %}>`: percents from the left and top, as focal.css knows them."""
    x, y = ((percent + 5) // 10 for percent in at)
    return format_html(' data-x="{}" data-y="{}"', x, y)
