"""What is known of a happening, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext

from ui.spoken import spoken

# What of a message's data a worker has put in words.
_BY_MACHINES = ("reason", "what", "waiting", "outcome", "where", "when", "began", "ended")


def facts(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data, and what a machine gave as reasons in the active language."""
    written = _BY_MACHINES if "by" in data else (*_BY_MACHINES, "comment")
    known = {key: spoken(str(data[key])) for key in written if key in data}
    if stage := data.get("stage"):
        known["stage"] = pgettext("state", str(stage).replace("_", " "))
    return {**data, **known}
