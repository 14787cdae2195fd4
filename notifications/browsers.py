"""The browsers that a person has let in: kept sealed, and removed when they are gone."""

import json
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from accounts import sealing
from accounts.models import User
from notifications import webpush
from notifications.models import Browser

PURPOSE = "browser"
MOST = 20
LONGEST = 2000


class NotABrowser(Exception):
    """What was sent is no address at a push service with its keys."""


def key() -> str:
    """What browsers subscribe with; empty where push is not set up."""
    if not settings.VAPID_KEY:
        return ""
    return webpush.encoded(webpush.public(webpush.private(settings.VAPID_KEY)))


def let_in(*, user: User, address: str, p256dh: str, auth: str, name: str) -> Browser:
    """A browser in which somebody else was signed in before is now this person's."""
    parts = urlsplit(address)
    try:
        webpush.point(webpush.decoded(p256dh))
        fits = len(webpush.decoded(auth)) == 16
    except ValueError:
        raise NotABrowser from None
    if not fits or parts.scheme != "https" or not parts.hostname or len(address) > LONGEST:
        raise NotABrowser
    known = {"address": address, "p256dh": p256dh, "auth": auth}
    browser, _made = Browser.objects.update_or_create(
        mark=sha256(address.encode()).hexdigest(),
        defaults={
            "user": user,
            "sealed": sealing.seal(json.dumps(known), PURPOSE),
            "host": parts.hostname,
            "name": name[:60],
        },
    )
    Browser.objects.filter(pk__in=_of(user).values("pk")[MOST:]).delete()
    return browser


def of(user: User) -> list[Browser]:
    return list(_of(user))


def _of(user: User) -> QuerySet[Browser]:
    return Browser.objects.filter(user=user).order_by("-pk")


def opened(browser: Browser) -> tuple[str, bytes, bytes]:
    """Address, key and secret. Raises accounts.sealing.Unreadable."""
    known = json.loads(sealing.unseal(browser.sealed, PURPOSE))
    return known["address"], webpush.decoded(known["p256dh"]), webpush.decoded(known["auth"])


def name_of(agent: str) -> str:
    """“Firefox, Linux”: enough to tell one's own apart."""
    programs = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    found = [
        next((name for sign, name in known if sign in agent), "")
        for known in ((*programs, ("Safari", "Safari")), systems)
    ]
    return ", ".join(filter(None, found))
