"""What the channels page shows: every channel with its health, and what else can be connected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, TeamQuerySet
from publishers import oauth, registrations, registry
from publishers.contract import Account, AppPassword, Auth, OAuth2, Spec
from publishers.models import Channel, Grant, OAuthState
from publishers.registrations import Door

SOON = timedelta(days=7)
State = Channel.State
_RANK = Case(
    When(state=State.RECONNECT, then=Value(0)),
    When(state=State.DISCONNECTED, then=Value(2)),
    default=Value(1),
)


@dataclass(frozen=True)
class Health:
    """`status` is the design's word, `tone` how the note looks, `act` what the button says."""

    status: str
    label: Any
    note: str = ""
    tone: str = "plain"
    act: str = ""


@dataclass(frozen=True)
class Access:
    """How long our access lasts: a sentence, with a moment in it where there is one."""

    text: Any
    at: Any = None


@dataclass(frozen=True)
class Card:
    """`revoked`: the platform can be told to forget our access when we leave."""

    channel: Channel
    platform: str
    health: Health
    access: Access
    revoked: bool
    picture: str


@dataclass(frozen=True)
class Entry:
    """One door: how it is called, and what an administrator must set before it opens."""

    door: Door
    label: str
    auth: Auth
    ready: bool
    redirect_uri: str = ""
    variables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Platform:
    """One platform that can be connected, or what an administrator must set first."""

    slug: str
    name: str
    doors: tuple[Entry, ...]
    setup: str

    @property
    def ready(self) -> bool:
        """Whether some way in is open."""
        return any(entry.ready for entry in self.doors)


def channels(team: Team) -> TeamQuerySet[Channel]:
    """Trouble first, what was disconnected last."""
    return (
        Channel.objects.for_team(team)
        .select_related("grant", "connected_by")
        .order_by(_RANK, "platform", "name", "id")
    )


def card(channel: Channel) -> Card:
    spec = registry.ADAPTERS[channel.platform].spec if known(channel) else None
    name = spec.name if spec else channel.platform
    grant = getattr(channel, "grant", None)
    return Card(
        channel=channel,
        platform=name,
        health=_health(channel, grant, name) if spec else _gone(name),
        access=_access(channel, grant, spec),
        revoked=spec is not None and bool(getattr(spec.auth, "revoke_path", "")),
        picture=picture(channel.avatar_url),
    )


def profile(channel: Channel) -> str:
    """Where a person sees what the account has posted; empty where nobody can tell."""
    path = registry.spec_for(channel.platform).profile.get(channel.kind) if known(channel) else None
    if path is None:
        return ""
    web = registrations.place_of(Door(channel.platform, host=channel.host))["web_url"].rstrip("/")
    names = {"handle": quote(channel.handle.lstrip("@")), "id": quote(channel.remote_id, safe="")}
    return f"{web}/{path.format(**names)}"


def picture(address: str) -> str:
    """The account's picture where browsers may load it: the page shows files of this site only."""
    return address if address.startswith(f"{settings.SITE_URL}/") else ""


def known(channel: Channel) -> bool:
    """False for a channel of a platform that this version no longer has."""
    return channel.platform in registry.ADAPTERS


def summary(team: Team) -> dict[str, int]:
    states = list(Channel.objects.for_team(team).values_list("state", flat=True))
    return {
        "connected": states.count(State.CONNECTED),
        "trouble": states.count(State.RECONNECT),
        "total": len(states),
    }


def platforms() -> list[Platform]:
    return [platform(spec) for spec in sorted(registry.specs(), key=lambda spec: spec.name.lower())]


def platform(spec: Spec) -> Platform:
    entries = tuple(entry(door) for door in registrations.doors(spec))
    return Platform(spec.slug, spec.name, entries, spec.setup)


def door_name(door: Door) -> str:
    """What people call it; with its own label where the platform has several."""
    label = door.auth.label if isinstance(door.auth, OAuth2) else ""
    return f"{door.spec.name} · {label}" if label else door.spec.name


def entry(door: Door) -> Entry:
    auth = door.auth
    if not isinstance(auth, OAuth2):
        return Entry(door, "", auth, ready=True)
    ready = door.registers or bool(registrations.app_for(door).client_id)
    variables = (f"{door.prefix}_CLIENT_ID", f"{door.prefix}_CLIENT_SECRET")
    return Entry(door, auth.label, door.oauth, ready, oauth.redirect_uri(door.platform), variables)


def usual_host(door: Door) -> str:
    """Where most accounts of a platform with many servers are."""
    return str(registrations.place_of(door)["api_url"]) if door.registers else ""


@dataclass(frozen=True)
class Choice:
    """One account to choose from, with what is known of it here."""

    account: Account
    here: bool
    elsewhere: bool
    chosen: bool


def options(
    row: OAuthState, accounts: Sequence[Account], elsewhere: set[str], typed: list[str] | None
) -> list[Choice]:
    """`typed` is what was chosen; before that, what neither this team nor another one has."""
    found = Channel.objects.for_team(row.team).filter(platform=row.platform, state=State.CONNECTED)
    here = set(found.values_list("remote_id", flat=True))
    return [
        Choice(
            account=account,
            here=account.remote_id in here,
            elsewhere=account.remote_id in elsewhere,
            chosen=account.remote_id not in here | elsewhere
            if typed is None
            else account.remote_id in typed,
        )
        for account in accounts
    ]


def _health(channel: Channel, grant: Grant | None, name: str) -> Health:
    reconnect = _("Reconnect %(platform)s") % {"platform": name}
    if channel.state == State.DISCONNECTED:
        return Health("paused", gettext_lazy("Disconnected"), act=reconnect)
    if channel.state == State.RECONNECT or grant is None:
        note = channel.problem or _("%(platform)s ended our access.") % {"platform": name}
        waits = _("Its posts wait until you reconnect.")
        return Health("attention", gettext_lazy("Signed out"), f"{note} {waits}", "bad", reconnect)
    if channel.paused:
        note = _("Nothing is published here until you resume it.")
        return Health("paused", gettext_lazy("Paused"), note)
    ends = grant.expires_at
    if ends is not None and not grant.refresh_token and ends < timezone.now() + SOON:
        note = _("%(platform)s cannot renew by itself. An admin can do it in a minute.")
        return Health(
            "warning", gettext_lazy("Renew soon"), note % {"platform": name}, "warn", reconnect
        )
    if channel.problem:
        return Health("warning", gettext_lazy("Needs a look"), channel.problem, "warn")
    return Health("ok", gettext_lazy("Healthy"))


def _gone(name: str) -> Health:
    note = _("This version of Drumbeat does not know %(platform)s.") % {"platform": name}
    return Health("attention", gettext_lazy("Unknown"), note, "bad")


def _access(channel: Channel, grant: Grant | None, spec: Spec | None) -> Access:
    if grant is None:
        return Access(gettext_lazy("None, the token was erased"))
    if channel.state == State.RECONNECT:
        return Access(gettext_lazy("Ended"))
    if grant.refresh_token and grant.expires_at is not None:
        if spec is not None and isinstance(spec.auth, AppPassword):
            return Access(gettext_lazy("App password, renews itself"))
        return Access(gettext_lazy("Renews itself, next by"), grant.expires_at)
    if grant.expires_at is not None:
        return Access(gettext_lazy("Ends"), grant.expires_at)
    return Access(gettext_lazy("Does not expire"))
