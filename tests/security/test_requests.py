"""What a request may pretend: forged forms and headers, foreign hosts, addresses to be sent to."""

import re
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from notifications import outbox
from tests.choosing import look
from tests.security.addresses import every_path
from tests.security.conftest import words

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
# No form of a browser, but what others send by themselves, and sign: platforms
# (tests/publishers/test_hooks.py) and mail programs (tests/notifications/test_preferences.py).
SIGNED = {"publishers:hook", "notifications:unsubscribe"}


# -- forged forms


def test_no_form_is_taken_without_its_token(strict, world, unchanged, subtests):
    browser = strict(world.owner)
    foreign = {"Origin": "https://evil.test"}
    forms = {name: path for name, path in every_path(world).items() if name not in SIGNED}
    for name, path in forms.items():
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


@pytest.mark.parametrize("target", ELSEWHERE)
def test_choosing_posts_leads_back_into_drumbeat_only(as_user, world, target):
    page = look(as_user(world.owner), "approvals:selection_submit", world.post, next=target)
    assert page.status_code == 200
    assert here(page.context["next"])


@pytest.mark.parametrize("target", ["https://evil.test/x", "//evil.test/x", "javascript:x"])
def test_signed_out_under_htmx_one_comes_back_to_pages_of_ours(client, world, target):
    path = reverse("calendar_app:board", args=[world.team.slug])
    login, asked = reverse("account_login"), HTMX
    back = client.get(path, headers={**asked, "HX-Current-URL": f"http://testserver{path}?q=a"})
    assert back.headers["HX-Redirect"] == f"{login}?{urlencode({'next': f'{path}?q=a'})}"
    elsewhere = client.get(path, headers={**asked, "HX-Current-URL": target})
    assert (elsewhere.status_code, elsewhere.headers["HX-Redirect"]) == (401, login)


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


PUBLIC = {"publishers:platforms_css", "notifications:worker"}
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
