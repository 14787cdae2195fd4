"""Accounts on the simulated platforms, one of each kind, and the adapters connected to them."""

import time
from dataclasses import replace
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from publishers import clients
from publishers.contract import Account, Processing
from publishers.registrations import Door
from publishers.sandbox import accounts, oauth
from publishers.sandbox.models import Picture
from publishers.sandbox.registry import twin_for
from tests.publishers.adapters.kit import Memory, picture, post

WORDS = "Ol\u00e1 (tide) at nine_thirty & more #tides https://tide.earth/api \U0001f30a"


@pytest.fixture
def sandbox(live_server, settings):
    settings.SITE_URL = live_server.url
    settings.SANDBOX_URL = f"{live_server.url}/sandbox"


def x(handle="tidewater"):
    simulated = accounts.create("x", handle)
    return simulated, Account(
        simulated.remote_id, handle, token=accounts.mint_tokens(simulated).access
    )


def member():
    simulated = accounts.create("linkedin", "inesduarte")
    token = accounts.mint_tokens(simulated).access
    return simulated, Account(f"urn:li:person:{simulated.remote_id}", "Ines", token=token)


def page():
    simulated = accounts.create("linkedin", "tidewater")
    token = accounts.mint_tokens(simulated).access
    urn = f"urn:li:organization:{simulated.remote_id}"
    return simulated, Account(urn, "tidewater", kind="organization", token=token)


def bluesky():
    simulated = accounts.create("bluesky", "tidewater.bsky.example", password="abcd-efgh-ijkl-mnop")
    token = accounts.mint_tokens(simulated).access
    return simulated, Account(simulated.remote_id, simulated.handle, token=token)


def threads():
    return plain("threads")


def mastodon():
    simulated = accounts.create("mastodon", "tidewater")
    token = accounts.mint_tokens(simulated).access
    host = f"{settings.SANDBOX_URL}/mastodon"
    number = f"{simulated.remote_id}@{urlsplit(host).netloc}"
    return simulated, Account(number, "tidewater@tide.example", host=host, token=token)


def instagram():
    return plain("instagram")


def instagram_page():
    simulated, account = plain("instagram")
    return simulated, replace(account, token=minted(simulated, "page"))


def facebook():
    simulated, account = plain("facebook")
    token = accounts.page_token(simulated)
    return simulated, replace(account, kind="organization", token=token)


def plain(platform):
    simulated = accounts.create(platform, "tidewater")
    token = accounts.mint_tokens(simulated).access
    return simulated, Account(simulated.remote_id, "tidewater", token=token)


KINDS = {
    "x": x,
    "member": member,
    "page": page,
    "bluesky": bluesky,
    "threads": threads,
    "mastodon": mastodon,
    "instagram": instagram,
    "instagram_page": instagram_page,
    "facebook": facebook,
}
WAYS = {"instagram_page": "page"}


def connect(kind):
    """The simulated account, and the adapter that has its token."""
    simulated, account = KINDS[kind]()
    door = Door(simulated.platform, WAYS.get(kind, ""), account.host)
    return simulated, clients.adapter_for(door, account)


def minted(simulated, way=""):
    """A token of somebody's own consent at this door."""
    twin = twin_for(simulated.platform)
    scopes = " ".join(oauth.rules(twin, way).scopes)
    family = oauth.new_family()
    return oauth.issue(twin, simulated, scopes, refresh=False, family=family, way=way).access


def replace_token(adapter, token):
    door = Door(adapter.spec.slug, adapter.app.way)
    return clients.adapter_for(door, replace(adapter.account, token=token))


# -- what they post


def now(text=WORDS, *media, **more):
    return post(text, *media, created_at=timezone.now(), **more)


def whole(adapter, text=WORDS, **more):
    """With as few pictures as the platform takes."""
    media = [picture(f"Pier {n}") for n in range(adapter.spec.limits.media_least)]
    return now(text, *media, **more)


def prepare(adapter, payload, step):
    """As long as the platform works on it. What it fetches itself lies where it can."""
    payload = reachable(adapter, payload)
    first = adapter.prepare(payload, step)
    return _settled(first, lambda _: adapter.prepare(payload, step))


def confirmed(adapter, outcome, payload):
    """What is published by and by, as delivery asks about it."""
    return _settled(outcome, lambda working: adapter.confirm(working.handle, payload))


def _settled(outcome, ask):
    for _ in range(20):
        if not isinstance(outcome, Processing):
            break
        time.sleep(0.3)
        outcome = ask(outcome)
    return outcome


def reachable(adapter, payload):
    if not adapter.spec.fetches:
        return payload
    kinds = adapter.spec.limits.image_types
    return replace(payload, media=tuple(served(media, kinds) for media in payload.media))


def served(media, kinds):
    """At an address of this installation, as the platform takes it and as a picture of nobody's."""
    owner = accounts.create("x", "elsewhere")
    row = Picture(account=owner, remote_id=f"{media.sha256[:16]}-{time.time_ns()}", mime=media.mime)
    row.data = media.read()
    if not media.is_video and media.mime not in kinds:
        out = BytesIO()
        Image.open(BytesIO(row.data)).convert("RGB").save(out, "JPEG")
        row.data, row.mime = out.getvalue(), "image/jpeg"
    row.size = len(row.data)
    row.save()
    return replace(media, url=f"{settings.SITE_URL}/sandbox/pictures/{row.pk}/")


def send(adapter, payload, step=None):
    step = step or Memory()
    return prepare(adapter, payload, step) or adapter.publish(payload, step)
