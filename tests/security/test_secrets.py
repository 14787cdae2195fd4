"""Secrets stay where they belong: not in logs, messages, addresses, error pages, admin or repr."""

import io
import logging
import re
from urllib.parse import urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from accounts.access import public
from accounts.models import AuditEntry
from config import logs
from config.urls import urlpatterns as real_urls
from notifications.models import Message
from notifications.sealing import seal
from posts.models import Delivery
from publishers import crypto
from publishers.consents import Answer, Held
from publishers.contract import Account, App, Tokens
from publishers.models import Channel, Grant
from publishers.sandbox import accounts as sandbox_accounts
from tests.factories.accounts import UserFactory
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.posts import PostFactory
from tests.factories.publishers import grant_for
from tests.faults.world import environment
from tests.processes import wait_until

CANARY = "CANARY9f3e7c1d5b2a8f6e4c0d"


# -- one run of everything, with secrets that can be recognised


class Visitor:
    """A browser without scripts that speaks to the running site."""

    def __init__(self, base: str) -> None:
        self.base, self.session = base, requests.Session()

    def open(self, where: str) -> requests.Response:
        return self.session.get(self.base + where, timeout=20)

    def send(self, where: str, page: str = "", **form: object) -> requests.Response:
        html = self.open(page or where).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
        data = {"csrfmiddlewaretoken": token[1] if token else "", **form}
        headers = {"Referer": self.base + where}
        return self.session.post(self.base + where, data, headers=headers, timeout=20)


def path_in(letter, pattern: str) -> str:
    text = letter.get_body(("plain",)).get_content()
    return urlsplit(re.search(rf"https?://\S*{pattern}\S*", text)[0]).path


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_no_secret_leaves_its_place(stack, smtp, team, alice, bob):
    alice.set_password(password := f"{CANARY}-password")
    alice.save()
    ReviewerFactory(stage=StageFactory(workflow__team=team), outside=True)
    app_password = "canr-9f3e-7c1d-5b2a"
    account = sandbox_accounts.create(
        "bluesky", "canary.sandbox.test", "Canary", password=app_password
    )
    running = stack(env={**environment(), **smtp.env})
    visitor = Visitor(running.address)
    login, at = reverse("account_login"), f"/t/{team.slug}"
    assert "alert" in visitor.send(login, login=alice.email, password=f"{CANARY}-wrong").text
    assert visitor.send(login, login=alice.email, password=password).ok
    connected = visitor.send(
        f"{at}/channels/connect/bluesky/", identifier=account.handle, secret=app_password
    )
    assert connected.ok, connected.text[:500]
    channel = Channel.objects.get()
    visitor.send(f"{at}/invitations/", f"{at}/settings/", email="new@demo.test", role="editor")
    post = PostFactory(team=team, author=bob, channels=[channel])
    post.planned_at = timezone.now()
    post.save()
    assert visitor.send(f"{at}/posts/{post.pk}/review/", f"{at}/posts/{post.pk}/").ok
    link = path_in(smtp.wait_for("ruth@harbour.test"), "/a/")
    invited = path_in(smtp.wait_for("new@demo.test"), "/invitations/")
    stranger = Visitor(running.address)
    assert stranger.send(reverse("account_reset_password"), email=alice.email).ok
    reset = path_in(smtp.wait_for(alice.email), "password/reset/key/")
    for where in (
        invited,
        reset,
        f"{invited}nothing",
        f"/a/{CANARY}",
        f"{at}/board/?token={CANARY}",
    ):
        stranger.open(where)
    shown = re.search(r'name="content_hash" value="(\w+)"', stranger.open(link).text)[1]
    page = urlsplit(stranger.open(link).url).path
    assert stranger.send(page, decision="approve", content_hash=shown).ok
    # Approved by e-mail, it waits a minute to be taken back: enough is known by then.
    wait_until(lambda: Delivery.objects.filter(state__in=("queued", "claimed")).exists())
    grant = Grant.objects.get()
    tokens = [
        crypto.decrypt(grant.access_token, row=grant.row("access")),
        crypto.decrypt(grant.refresh_token, row=grant.row("refresh")),
    ]
    cookies = [cookie.value for cookie in (*visitor.session.cookies, *stranger.session.cookies)]
    links = [
        part for where in (link, invited, reset) for part in where.split("/") if len(part) > 30
    ]
    keys = environment()
    secrets = {
        CANARY, app_password, *tokens, *cookies, *links,
        keys["DRUMBEAT_SECRET_KEY"], keys["DRUMBEAT_TOKEN_KEYS"],
    }  # fmt: skip
    assert len(secrets) >= 10
    told = list(AuditEntry.objects.values())
    assert {"channel.connect", "review.approve", "refusal.link"} <= {one["verb"] for one in told}
    written = {"the log": running.log, "the audit log": str(told)}
    for file in running.home.path.rglob("*"):
        if file.is_file() and "media" not in file.parts:
            written[str(file)] = file.read_bytes().decode(errors="replace")
    # The requests were logged, and what they carried was taken out.
    assert "/a/[hidden]" in running.log
    assert "/invitations/[hidden]" in running.log
    assert "password/reset/key/[hidden]" in running.log
    found = {
        (place, secret[:12])
        for place, text in written.items()
        for secret in secrets
        if secret in text
    }
    assert not found


# -- error pages


@public
def broken(request: HttpRequest) -> HttpResponse:
    secret = CANARY
    raise RuntimeError(f"access_token={secret} could not be used")


urlpatterns = [path("broken/", broken), *real_urls]
handler500 = "ui.errors.server_error"


@pytest.mark.django_db
def test_an_error_page_tells_nothing(settings, alice):
    settings.ROOT_URLCONF = __name__
    settings.DEBUG = False
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.formatter(json=True))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        client = Client(raise_request_exception=False)
        client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session.session_key
        form = {"password": CANARY, "secret": CANARY}
        for headers in ({}, {"HX-Request": "true"}):
            response = client.post(f"/broken/?code={CANARY}", form, headers=headers)
            assert response.status_code == 500
            page = response.content.decode()
            assert CANARY not in page
            assert "Traceback" not in page
            assert "RuntimeError" not in page
            assert "no-store" in response.headers["Cache-Control"]
    finally:
        logger.removeHandler(handler)
    logged = out.getvalue()
    assert "RuntimeError" in logged
    assert CANARY not in logged
    assert session not in logged


# -- what administrators see


@pytest.mark.django_db
def test_administrators_see_no_secret(world, as_user, subtests):
    owner = world.owner
    owner.is_staff = owner.is_superuser = True
    owner.save()
    Grant.objects.all().delete()
    grant = grant_for(world.channel, access=CANARY, refresh=CANARY)
    message = Message.objects.exclude(sealed="").latest("pk")
    Authenticator.objects.create(user=owner, type=Authenticator.Type.TOTP, data={"secret": CANARY})
    browser = as_user(owner)
    session = browser.session.session_key
    UserSession.objects.create(user=owner, ip="127.0.0.1", session_key=session)
    request = world.review.requests.first()
    secrets = [
        CANARY, session, grant.access_token, grant.refresh_token, message.sealed,
        request.token_hash, world.consent.state_hash, owner.password, world.key.digest,
    ]  # fmt: skip
    for model in admin.site._registry:
        info = (model._meta.app_label, model._meta.model_name)
        pages = [reverse("admin:{}_{}_changelist".format(*info))]
        for row in model._base_manager.order_by("-pk")[:5]:
            pages.append(reverse("admin:{}_{}_change".format(*info), args=[row.pk]))
        for page in pages:
            with subtests.test(page):
                shown = browser.get(page).content.decode()
                assert not [secret[:12] for secret in secrets if secret in shown]


@pytest.mark.django_db
def test_the_administrators_site_is_for_staff(as_user, client, world, vera, subtests):
    member = as_user(vera)
    for model in admin.site._registry:
        info = (model._meta.app_label, model._meta.model_name)
        listed = reverse("admin:{}_{}_changelist".format(*info))
        with subtests.test(listed):
            for browser in (client, member):
                for method in ("get", "post"):
                    response = getattr(browser, method)(listed)
                    assert response.status_code in (302, 403)
                    if response.status_code == 302:
                        assert "/login/" in response["Location"]


# -- in our hands


def test_nothing_that_holds_a_secret_shows_it():
    tokens = Tokens(access=CANARY, refresh=CANARY)
    account = Account(remote_id="1", handle="a", token=CANARY)
    app = App(client_id="a", client_secret=CANARY, api_url="", web_url="")
    for holder in (tokens, account, app, Held(tokens, (account,)), Answer(CANARY, CANARY)):
        assert CANARY not in repr(holder)
        assert CANARY not in str(holder)
        assert CANARY not in f"{holder}"


@pytest.mark.django_db
def test_rows_do_not_show_what_they_keep(world):
    grant = Grant.objects.get(channel=world.channel)
    sealed = seal({"link": CANARY})
    message = Message(team=world.team, user=world.owner, kind="review_asked", sealed=sealed)
    for row in (grant, message, world.consent, world.invitation, world.review.requests.first()):
        for shown in (repr(row), str(row)):
            assert grant.access_token not in shown
            assert sealed not in shown
    assert CANARY not in sealed


@pytest.mark.django_db
def test_links_are_kept_as_digests_only(world):
    """Whoever reads the database can follow none of them."""
    told = Message.objects.filter(kind="review_asked")
    assert told
    for message in told:
        assert "/a/" not in str(message.data)
        assert message.sealed.startswith("gAAAA")
    user = UserFactory()
    assert "drumbeat-demo" not in user.password
    assert signing.dumps([1]) != signing.dumps([1], salt="approvals.page")
