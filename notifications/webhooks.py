"""Endpoints: what they are called with, how that is signed, and what people do with them."""

import hmac
import json
import re
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from accounts import audit, languages, sealing
from accounts.models import Team, User
from notifications.events import HAPPENINGS, TEST
from notifications.facts import facts
from notifications.models import Call, Endpoint, Event
from ui.mail import absolute

PURPOSE = "webhook"
BOTH_SECRETS = timedelta(hours=24)
HIDDEN = "•••"
MOST_ENDPOINTS = 20
# Chats ring a bell for everybody at these words.
_CROWDS = re.compile(r"@(?=(?:everyone|here|channel|all)\b)", re.IGNORECASE)
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class TooMany(Exception):
    """A team has enough of them."""


# -- what is sent


def body(call: Call) -> bytes:
    """The same for every attempt."""
    event, endpoint = call.event, call.endpoint
    with override(languages.of_mail(endpoint.created_by)):
        said = _sentence(event)
    url = absolute(str(event.data["url"])) if event.data.get("url") else ""
    if endpoint.style == Endpoint.Style.SLACK:
        shown = _CROWDS.sub("@\u200b", f"{endpoint.team.name}: {said}").translate(_SLACK)
        return _json({"text": f"{shown}\n{url}".strip()})
    return _json(
        {
            "id": str(event.pk),
            "type": event.name,
            "created_at": event.at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "team": {"slug": endpoint.team.slug, "name": endpoint.team.name},
            "text": said,
            "url": url,
            "data": {key: value for key, value in event.data.items() if key != "url"},
        }
    )


def _sentence(event: Event) -> str:
    known = TEST if event.name == TEST.name else HAPPENINGS[event.name]
    return str(known.line).format(**facts(event.data))


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def headers(call: Call, content: bytes, at: int) -> dict[str, str]:
    number = str(call.event_id)
    keys = [secret_of(call.endpoint), *former_secrets(call.endpoint)]
    signed = [f"v1={signature(key, at, number, content)}" for key in keys]
    return {
        "Content-Type": "application/json",
        "Drumbeat-Event-Id": number,
        "Drumbeat-Signature": ",".join([f"t={at}", *signed]),
    }


def signature(secret: str, at: int, number: str, content: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.{number}.".encode() + content, sha256).hexdigest()


# -- what is sealed


def address_of(endpoint: Endpoint) -> str:
    return sealing.unseal(endpoint.address, PURPOSE)


def secret_of(endpoint: Endpoint) -> str:
    return sealing.unseal(endpoint.secret, PURPOSE)


def former_secrets(endpoint: Endpoint) -> list[str]:
    """For a day after the change, so that a receiver may follow at leisure."""
    if endpoint.former_until is None or endpoint.former_until <= timezone.now():
        return []
    return [sealing.unseal(endpoint.former_secret, PURPOSE)]


def scrubbed(endpoint: Endpoint, text: str) -> str:
    """What somebody answered, without what is only between them and us."""
    address = address_of(endpoint)
    parts = urlsplit(address)
    long = [part for part in parts.path.split("/") if len(part) >= 8]
    known = [secret_of(endpoint), *former_secrets(endpoint), address, parts.query, *long]
    for secret in sorted({each for each in known if each}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _new_secret() -> str:
    return f"drumhook_{secrets.token_urlsafe(32)}"


# -- what people do


@transaction.atomic
def add(
    *, team: Team, by: User, name: str, url: str, style: str, events: Collection[str]
) -> tuple[Endpoint, str]:
    """The endpoint and its secret, which is shown this once. Raises TooMany."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if Endpoint.objects.for_team(team).count() >= MOST_ENDPOINTS:
        raise TooMany
    secret = _new_secret()
    endpoint = Endpoint.objects.create(
        team=team,
        name=name,
        style=style,
        events=sorted(events),
        host=urlsplit(url).hostname or "",
        address=sealing.seal(url, PURPOSE),
        secret=sealing.seal(secret, PURPOSE),
        created_by=by,
    )
    _audit("webhook.add", endpoint, by=by, after=_facts(endpoint))
    return endpoint, secret


@transaction.atomic
def change(endpoint: Endpoint, *, name: str, url: str, style: str, events: Collection[str]) -> None:
    """Without a `url` the address stays."""
    new = {"host": urlsplit(url).hostname or "", "address": sealing.seal(url, PURPOSE)}
    rows = Endpoint.objects.filter(pk=endpoint.pk)
    rows.update(name=name, style=style, events=sorted(events), **(new if url else {}))
    before, after = audit.changed(_facts(endpoint), _facts(rows.get()))
    _audit("webhook.change", endpoint, before=before, after=after)


@transaction.atomic
def rotate(endpoint: Endpoint) -> str:
    """A new secret, shown this once; the one before stays good for a day."""
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    secret = _new_secret()
    row.former_secret, row.former_until = row.secret, timezone.now() + BOTH_SECRETS
    row.secret = sealing.seal(secret, PURPOSE)
    row.save(update_fields=["secret", "former_secret", "former_until"])
    _audit("webhook.rotate", endpoint)
    return secret


@transaction.atomic
def pause(endpoint: Endpoint) -> None:
    rows = Endpoint.objects.filter(pk=endpoint.pk, pause="")
    if rows.update(pause=Endpoint.Pause.ASKED):
        _audit("webhook.pause", endpoint)


@transaction.atomic
def resume(endpoint: Endpoint) -> None:
    """As if it had never failed; what waits is sent."""
    rows = Endpoint.objects.filter(pk=endpoint.pk).exclude(pause="")
    if rows.update(pause="", failures=0, failing_since=None, rest_until=None):
        _audit("webhook.resume", endpoint)


@transaction.atomic
def test(endpoint: Endpoint) -> Call:
    event = Event.objects.create(team=endpoint.team, name=TEST.name, data={})
    _audit("webhook.test", endpoint)
    return Call.objects.create(endpoint=endpoint, event=event)


@transaction.atomic
def remove(endpoint: Endpoint) -> None:
    _audit("webhook.remove", endpoint, before=_facts(endpoint))
    endpoint.delete()


@transaction.atomic
def replay(endpoint: Endpoint, *, call: int = 0, since: datetime | None = None) -> int:
    """Again one call that has ended, or all that failed since a moment; how many. Ids stay."""
    ended = endpoint.calls.filter(state__in=[Call.State.SENT, Call.State.FAILED])
    chosen = ended.filter(pk=call) if call else ended.filter(state=Call.State.FAILED)
    if since is not None:
        chosen = chosen.filter(event__at__gte=since)
    now = timezone.now()
    count = chosen.update(state=Call.State.WAITING, attempts=0, since=now, run_at=now, error="")
    if count:
        _audit("webhook.replay", endpoint, after={"count": count})
    return count


def _facts(endpoint: Endpoint) -> dict[str, Any]:
    """Of the address its host alone: the rest may be a secret."""
    return {
        "name": endpoint.name,
        "host": endpoint.host,
        "style": endpoint.style,
        "events": endpoint.events,
    }


def _audit(verb: str, endpoint: Endpoint, **more: Any) -> None:
    about = audit.About("webhook", endpoint.pk, endpoint.name)
    audit.write(verb, team=endpoint.team_id, about=about, **more)
