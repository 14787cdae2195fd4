"""What a request may pretend: forged forms and headers, foreign hosts, addresses to be sent to."""

import asyncio
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from config.asgi import Bounded, application
from notifications import outbox
from tests.architecture.test_urls import addresses, ours
from tests.security.conftest import filled, words

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
# Where else than here: each is a way to write an address that leaves this site, or runs a script.
ELSEWHERE = [
    "//evil.test",
    "///evil.test",
    "https://evil.test",
    "https:evil.test",
    "https:///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/%09/evil.test",
    "\t//evil.test",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "http://testserver@evil.test",
    "http://testserver.evil.test",
    "/%0d%0aLocation:%20https://evil.test",
    "\x00//evil.test",
]
KWARGS = {
    "token": "x" * 40,
    "signed": "x",
    "request_id": 1,
    "asset_id": 1,
    "platform": "bluesky",
    "key": "x",
    "uidb36": "1",
    "pk": 1,
    "provider_id": "x",
}


def every_path(world) -> dict[str, str]:
    """Our addresses, and those of the libraries that can be written without an object."""
    paths = {}
    for address in ours():
        there = "<slug:team>" in address.route
        kwargs = (
            filled(address.name, address.route, world)
            if there
            else {n: KWARGS[n] for n in re.findall(r"<(?:\w+:)?(\w+)>", address.route)}
        )
        paths[address.name] = reverse(address.name, kwargs=kwargs)
    for address in addresses():
        if address.route.startswith("accounts/") and not re.search(r"[<(\\]", address.route):
            paths.setdefault(address.name, f"/{address.route}")
    assert {"account_login", "account_logout", "account_change_password"} <= set(paths)
    return paths


# -- forged forms


def test_no_form_is_taken_without_its_token(strict, world, unchanged, subtests):
    browser = strict(world.owner)
    foreign = {"Origin": "https://evil.test"}
    for name, path in every_path(world).items():
        with subtests.test(name):
            assert browser.post(path).status_code == 403
            assert browser.post(path, headers=HTMX).status_code == 403
            assert browser.post(path, {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
            assert browser.post(path, headers=foreign).status_code == 403
            unchanged(f"A forged form at {path}")


def test_a_token_of_another_browser_is_not_taken(strict, world):
    token = strict().get(reverse("account_login")).cookies["csrftoken"].value
    browser = strict(world.owner)
    path = reverse("accounts:theme")
    assert browser.post(path, {"theme": "dark", "csrfmiddlewaretoken": token}).status_code == 403


def test_a_form_from_another_site_is_not_taken(strict, world):
    """Even with the right token: the origin is looked at too."""
    browser = strict(world.owner)
    browser.get(reverse("accounts:profile"))
    token = browser.cookies["csrftoken"].value
    path, form = reverse("accounts:theme"), {"theme": "dark"}
    token_header = {"X-CSRFToken": token}
    evil = {**token_header, "Origin": "https://evil.test"}
    assert browser.post(path, form, headers=evil).status_code == 403
    assert browser.post(path, form, headers={**token_header, "Origin": "null"}).status_code == 403
    assert browser.post(path, form, headers=token_header).status_code == 204


# -- addresses to be sent to


def here(location: str) -> bool:
    """Whether a browser, which drops tabs and line breaks, stays on this site."""
    return bool(re.match(r"/(?![/\\\t\r\n])", location)) and not re.search(r"[\x00-\x20]", location)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_nowhere_else(client, alice, target):
    form = {"login": alice.email, "password": "drumbeat-demo", "next": target}
    response = client.post(reverse("account_login"), form)
    assert response.status_code == 302
    assert here(response["Location"])


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nothing_of_ours_leads_elsewhere(as_user, world, bob, target):
    browser = as_user(bob)
    asked = browser.post(
        reverse("approvals:post_review", args=[world.team.slug, world.post.pk]), {"next": target}
    )
    themed = browser.post(
        reverse("accounts:theme"),
        {"theme": "dark"},
        headers={"Sec-Fetch-Mode": "navigate", "Referer": target.replace("\x00", "")},
    )
    world.message.data = {**world.message.data, "url": target.replace("\x00", "")}
    world.message.user = bob
    world.message.save()
    read = browser.post(
        reverse("notifications:read", args=[world.team.slug]), {"id": world.message.pk}
    )
    for response in (asked, themed, read):
        assert response.status_code == 302
        assert here(response["Location"])


def test_next_is_not_written_as_a_link(client, alice):
    for target in ELSEWHERE:
        page = words(client.get(reverse("account_login"), {"next": target}))
        links = re.findall(r"""(?:href|action|formaction)=["']([^"']*)""", page)
        assert links
        assert all(link.startswith(("/", "#")) or link == "" for link in links)
        assert not any(link.startswith(("//", "/\\")) for link in links)


# -- hosts


def test_an_unknown_host_is_refused(alice):
    for host in ("evil.test", "testserver.evil.test", "127.0.0.1.evil.test", "evil.test:80"):
        response = Client().get(reverse("account_login"), headers={"Host": host})
        assert response.status_code == 400
        assert "evil" not in response.content.decode()


def test_forwarded_hosts_are_not_believed(client):
    headers = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Server": "evil.test"}
    assert "evil" not in words(client.get(reverse("account_login"), headers=headers))


def test_links_in_mail_come_from_the_settings(client, world, settings, as_user):
    """Also where the request came with a host that is allowed but is not the configured one."""
    settings.ALLOWED_HOSTS = ["evil.test", "testserver"]
    settings.SITE_URL = "https://drumbeat.example"
    evil = {"Host": "evil.test", "X-Forwarded-Host": "evil.test"}
    client.post(reverse("account_reset_password"), {"email": world.owner.email}, headers=evil)
    form = {"email": "fresh@demo.test", "password1": "a-long-Password-9", "name": "Fresh"}
    client.post(reverse("account_signup"), form, headers=evil)
    browser = as_user(world.owner)
    browser.post(
        reverse("accounts:invitation_new", args=[world.team.slug]),
        {"email": "guest@demo.test", "role": "editor"},
        headers=evil,
    )
    browser.post(
        reverse("approvals:post_review", args=[world.team.slug, world.post.pk]), headers=evil
    )
    outbox.drain()
    written = "".join(str(message.message()) for message in mail.outbox)
    kinds = ("password/reset/key", "confirm-email", "/invitations/", "/a/")
    joined = written.replace("=\n", "")
    assert all("https://drumbeat.example/" in joined and kind in joined for kind in kinds)
    assert "evil" not in joined


# -- headers of answers


def strict_policy(response) -> None:
    policy = response.headers["Content-Security-Policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] in ("'self'", "'none'")
    if rules["default-src"] == "'none'":
        assert "sandbox" in rules
        return
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    assert "data:" not in rules.get("script-src", "")


def test_every_answer_is_guarded(as_user, client, world, subtests):
    owner = as_user(world.owner)
    for name, path in every_path(world).items():
        for who in (client, owner):
            with subtests.test(f"{name} as {'a stranger' if who is client else 'alice'}"):
                response = who.get(path)
                strict_policy(response)
                assert response.headers["X-Frame-Options"] == "DENY"
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                assert response.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
                assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
                assert "Server" not in response.headers


PUBLIC = {"publishers:platforms_css"}
# Which the browser of a member may keep, and nobody in between.
PICTURES = {"posts:media", "posts:media_small"}


def test_personal_pages_are_not_kept(as_user, world, subtests):
    owner = as_user(world.owner)
    for name, path in every_path(world).items():
        response = owner.get(path)
        with subtests.test(name):
            kept = response.headers.get("Cache-Control", "")
            if name in PICTURES:
                assert kept.startswith("private")
            elif name not in PUBLIC:
                assert "no-store" in kept


@pytest.mark.parametrize("path", ["/nowhere/", "/t/tidewater/posts/0/", "/t/nowhere/board/"])
def test_pages_that_refuse_are_not_kept_either(as_user, world, path):
    response = as_user(world.owner).get(path)
    assert response.status_code == 404
    assert "no-store" in response.headers["Cache-Control"]


def test_the_cookies_are_closed(client, alice):
    form = {"login": alice.email, "password": "drumbeat-demo"}
    before = client.get(reverse("account_login")).cookies
    response = client.post(reverse("account_login"), form)
    session = response.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert before["csrftoken"]["samesite"] == "Lax"


def test_signing_in_begins_a_new_session(client, alice):
    client.get(reverse("account_login"))
    client.session["planted"] = True
    client.session.save()
    before = client.session.session_key
    client.post(reverse("account_login"), {"login": alice.email, "password": "drumbeat-demo"})
    assert client.session.session_key != before


def test_signing_out_empties_the_browser(as_user, alice):
    browser = as_user(alice)
    response = browser.post(reverse("account_logout"))
    assert response.status_code == 302
    assert '"cache"' in response.headers["Clear-Site-Data"]
    assert browser.get(reverse("accounts:profile")).status_code == 302


def test_pages_are_not_kept_by_htmx(as_user, world):
    page = as_user(world.owner).get(reverse("calendar_app:board", args=[world.team.slug]))
    assert re.search(r'<body[^>]*hx-history="false"', page.content.decode())


# -- how much a request may bring


class Peer:
    """The other end of one ASGI call: sends these parts, keeps the status of the answer."""

    def __init__(self, *parts: bytes, length: bytes = b"") -> None:
        self.parts, self.status = list(parts), 0
        named = [(b"content-length", length)] if length else []
        self.scope = {
            "type": "http", "method": "POST", "path": "/accounts/login/", "query_string": b"",
            "headers": [(b"host", b"testserver"), *named],
        }  # fmt: skip

    async def receive(self):
        if not self.parts:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": self.parts.pop(0), "more_body": bool(self.parts)}

    async def send(self, message):
        self.status = message.get("status", self.status)


def bring(peer: Peer, largest: int = 1000) -> int:
    read = []

    async def reading(scope, receive, send):
        while (message := await receive())["type"] != "http.disconnect":
            read.append(message["body"])
        await send({"type": "http.response.start", "status": 200})

    asyncio.run(Bounded(reading, largest)(peer.scope, peer.receive, peer.send))
    assert sum(map(len, read)) <= largest
    return peer.status


def test_a_body_beyond_every_form_is_not_read():
    assert bring(Peer(b"x" * 900, length=b"900")) == 200
    assert bring(Peer(b"x" * 900, length=b"1001")) == 413
    assert bring(Peer(b"x" * 900, length=b"9" * 5000)) == 400
    assert bring(Peer(b"x" * 900, length=b"-1")) == 400
    # Nobody says how long it is, or says too little.
    assert bring(Peer(*[b"x" * 600] * 50)) == 413
    assert bring(Peer(*[b"x" * 600] * 50, length=b"10")) == 413


def test_the_server_loads_it_bounded():
    assert isinstance(application, Bounded)
    assert application.largest < 200 * 1024 * 1024


# -- what a query may say


DIGITS = "9" * 5000
QUERIES = {
    "numbers": {
        "page": DIGITS, "skip": DIGITS, "with": DIGITS, "after": DIGITS, "reconnects": DIGITS,
        "channel": DIGITS, "media": DIGITS, "month": "0001-01", "day": "9999-12-31",
        "at": "0001-01-01T00:00",
    },
    "signs": dict.fromkeys(
        ("page", "skip", "with", "after", "reconnects", "channel", "media", "month", "day", "at",
         "show", "stage", "as", "toast", "next", "q"), "\x00\u0663",
    ),
    "edges": {
        "page": "-1", "skip": "-1", "with": "-1", "after": "9" * 18, "channel": "9" * 18,
        "media": "9" * 18, "month": "9999-12", "day": "0001-01-01", "at": "9999-12-31T23:59",
        "order_by": "author__password", "filter[team__slug]": "harbour",
    },
}  # fmt: skip


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_no_query_breaks_a_page(as_user, world, unchanged, subtests, query):
    owner = as_user(world.owner)
    paths = every_path(world)
    paths.pop("health_ready")  # It says 503 for reasons of its own.
    for name, path in paths.items():
        with subtests.test(name):
            assert owner.get(path, query).status_code < 500
    unchanged("A query")


def test_too_many_fields_are_refused(as_user, world):
    owner = as_user(world.owner)
    path = reverse("posts:create", args=[world.team.slug])
    assert owner.post(path, {f"f{n}": "x" for n in range(10_000)}).status_code == 400
