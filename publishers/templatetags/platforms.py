"""`{% load platforms %}`: for pages that draw posts as a platform would."""

from django import template

from publishers import styles

register = template.Library()


@register.simple_tag
def platforms_css() -> str:
    """The stylesheet's address: `<link rel="stylesheet" href="{% platforms_css %}">`."""
    return styles.address()
