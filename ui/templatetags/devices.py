"""What a browser calls itself, in the words of people. The page of sessions uses it."""

from django import template
from django.utils.text import Truncator
from django.utils.translation import gettext as _

register = template.Library()

# The first that is named counts: each later one is also claimed by the earlier.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def _named(agent: str, names: dict[str, str]) -> str:
    return next((name for sign, name in names.items() if sign in agent), "")


@register.filter
def device(agent: str) -> str:
    """ "Firefox on Linux"; what is not known stays as it called itself."""
    browser, system = _named(agent, _BROWSERS), _named(agent, _SYSTEMS)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or Truncator(agent).chars(60)
