"""What an administrator does once for each platform, and whether it was done right.

Called by the administration.
"""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from publishers import oauth, registrations
from publishers.contract import Reconnect, Rejected, Tokens
from publishers.queries import Entry, Platform, door_name
from publishers.registrations import Door

# Nobody has such a code, so what a platform says to it is about us.
NO_CODE = "drumbeat-check"


@dataclass(frozen=True)
class Found:
    good: bool
    words: str


@dataclass(frozen=True)
class Step:
    """One door: `source` says where its client id comes from; `key` names it in a form."""

    entry: Entry
    name: str
    key: str
    source: str
    asked: bool


@dataclass(frozen=True)
class Setup:
    """`hook_url` is empty where the platform tells nothing by itself."""

    platform: Platform
    steps: tuple[Step, ...]
    hook_url: str


def setup(platform: Platform) -> Setup:
    spec = platform.doors[0].door.spec
    hook = settings.SITE_URL + reverse("publishers:hook", args=[platform.slug])
    steps = tuple(_step(entry) for entry in platform.doors)
    return Setup(platform, steps, hook if "webhook" in spec.features else "")


def check(door: Door) -> Found:
    """Offer a code that was never given out. Who is not known is refused for that first."""
    name = door_name(door)
    if not registrations.app_for(door).client_id:
        return Found(False, _("%(name)s: no client id is entered.") % {"name": name})
    answer = oauth.exchange(door, code=NO_CODE, verifier=NO_CODE)
    if isinstance(answer, Rejected):
        return Found(False, answer.reason)
    if isinstance(answer, Reconnect | Tokens):
        return Found(True, _("%(name)s knows this installation.") % {"name": name})
    return Found(False, answer.reason)


def _step(entry: Entry) -> Step:
    door = entry.door
    needs = bool(entry.redirect_uri) and not door.registers
    key = f"{door.platform} {door.way}".strip()
    return Step(entry, door_name(door), key, _source(door) if needs else "", needs)


def _source(door: Door) -> str:
    words = {
        "environment": _("from the environment"),
        "entered": _("entered here"),
        "sandbox": _("simulated: nothing to register"),
    }
    return words.get(registrations.source_of(door), _("missing"))
