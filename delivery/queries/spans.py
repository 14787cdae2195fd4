"""Lengths of time in words, as exact as a person needs them."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Below so many seconds: what one of the unit is, and how it is written.
_UNITS: tuple[tuple[float, float, Any], ...] = (
    (0.9995, 0.001, gettext_lazy("%.0f ms")),
    (9.95, 1, gettext_lazy("%.1f s")),
    (120, 1, gettext_lazy("%d s")),
    (3600, 60, gettext_lazy("%d min")),
    (48 * 3600, 3600, gettext_lazy("%d h")),
)


def short(span: timedelta) -> str:
    """40 ms, 3.2 s, 45 s, 12 min, 1 h 5 min, 20 h, 3 days."""
    seconds = span.total_seconds()
    if 3600 <= seconds < 6 * 3600:
        return _("%(h)d h %(n)d min") % {"h": seconds // 3600, "n": seconds % 3600 // 60}
    for below, unit, words in _UNITS:
        if seconds < below:
            return str(words % (seconds / unit))
    return _("%(n)d days") % {"n": seconds // 86_400}
