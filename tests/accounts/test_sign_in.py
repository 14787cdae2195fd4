"""Sign-up, sign-in and second factor, through the pages that people use."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.sealing import Unreadable, seal, unseal
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "drumbeat-demo"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def sign_up(client, **changes):
    form = {"name": "Noor", "email": "noor@demo.test", "password1": "tide-and-time-9"}
    return client.post(reverse("account_signup"), {**form, **changes})


def code_of(user) -> str:
    secret = unseal(
        Authenticator.objects.get(user=user, type="totp").data["secret"], "second factor"
    )
    return code_for(secret)


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_sign_up_confirm_sign_in(client, mailoutbox):
    response = sign_up(client)
    assert response.url == reverse("account_email_verification_sent")
    user = User.objects.get()
    assert user.name == "Noor"
    assert sign_in(Client(), user.email, "tide-and-time-9").url == response.url
    mail = mailoutbox[0]
    link = re.search(rf"{re.escape(settings.SITE_URL)}(/\S+)", mail.body)[1]
    assert link in mail.alternatives[0][0]
    assert not EmailAddress.objects.get().verified
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified
    client.post(link)
    assert EmailAddress.objects.get().verified
    assert sign_in(Client(), user.email, "tide-and-time-9").url == reverse("home")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"email": "nonsense"},
        {"email": "a\x00b@demo.test"},
        {"password1": "123"},
        {"password1": "password"},
        {"password1": "noor@demo.test"},
    ],
)
def test_a_bad_sign_up_says_where(client, changes):
    response = sign_up(client, **changes)
    assert "field__error" in response.text
    assert not User.objects.exists()


def test_sign_up_does_not_tell_who_has_an_account(client, mailoutbox, plain):
    UserFactory(email="noor@demo.test")
    known, unknown = sign_up(client), sign_up(Client(), email="nobody@demo.test")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert plain(Client().get(known.url)) == plain(Client().get(unknown.url))
    assert User.objects.filter(email="noor@demo.test").count() == 1
    assert "already" in mailoutbox[0].subject
    assert f"{settings.SITE_URL}{reverse('account_reset_password')}" in mailoutbox[0].body


def test_sign_in_does_not_tell_who_has_an_account(client):
    UserFactory(email="noor@demo.test")
    known, unknown = (
        sign_in(Client(), email, "wrong-wrong") for email in ("noor@demo.test", "no@demo.test")
    )
    said = [re.search(r'role="alert"[^>]*>(.*?)<', page.text)[1] for page in (known, unknown)]
    assert said[0] == said[1] != ""
    assert known.status_code == unknown.status_code


def test_a_reset_does_not_tell_who_has_an_account(client, mailoutbox):
    UserFactory(email="noor@demo.test")
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in ("noor@demo.test", "nobody@demo.test")
    ]
    assert answers[0].url == answers[1].url
    assert [mail.to for mail in mailoutbox] == [["noor@demo.test"], ["nobody@demo.test"]]


def test_guessing_is_stopped_for_the_account(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key"}
    UserFactory(email="noor@demo.test")
    for _ in range(5):
        sign_in(client, "noor@demo.test", "wrong")
    assert "Too many" in sign_in(client, "noor@demo.test").text
    UserFactory(email="other@demo.test")
    assert sign_in(Client(), "other@demo.test").status_code == 302


def test_too_many_sign_ins_from_one_place_are_429(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    answers = [sign_in(client, "x@demo.test").status_code for _ in range(4)]
    assert answers[-1] == 429


def test_reset_by_mail_signs_out_other_devices(client, mailoutbox):
    user = UserFactory(email="noor@demo.test")
    elsewhere = Client()
    sign_in(elsewhere, user.email)
    assert elsewhere.get(reverse("accounts:profile")).status_code == 200
    client.post(
        reverse("account_reset_password"), {"email": user.email}, headers={"Host": "localhost"}
    )
    body = mailoutbox[0].body
    link = re.search(rf"{re.escape(settings.SITE_URL)}(/accounts/password/reset/key/\S+)", body)[1]
    form = client.get(link, follow=True)
    path = form.redirect_chain[-1][0]
    client.post(path, {"password1": "quiet-harbour-7", "password2": "quiet-harbour-7"})
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302
    assert sign_in(Client(), user.email, "quiet-harbour-7").url == reverse("home")
    assert "no longer works" in Client().get(link, follow=True).text


def test_a_foreign_host_header_is_refused(client):
    response = client.post(
        reverse("account_reset_password"),
        {"email": "noor@demo.test"},
        headers={"Host": "evil.example"},
    )
    assert response.status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https:evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "%0d%0aX: y",
    ],
)
def test_sign_in_leads_nowhere_else(client, target):
    user = UserFactory()
    response = sign_in(client, user.email, next=target)
    assert response.status_code == 302
    assert "evil" not in response.url
    assert response.url == reverse("home") or response.url.startswith(("/", "%0d"))
    assert "X" not in response.headers


def test_sign_in_makes_a_new_session(client):
    user = UserFactory()
    client.get(reverse("account_login"))
    session = client.session
    session["kept"] = "yes"
    session.save()
    before = session.session_key
    sign_in(client, user.email)
    assert client.session.session_key != before


def test_a_mail_server_that_is_away_is_no_error_page(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    response = sign_up(client)
    assert response.url == reverse("account_email_verification_sent")
    assert "did not answer" in client.get(response.url).text


def test_a_second_factor_is_asked_and_works_once(client):
    user = UserFactory()
    sign_in(client, user.email)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(
        reverse("account_reauthenticate")
    )
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = re.search(r'id="authenticator_secret" value="(\w+)"', page.text)[1]
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    stored = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert secret not in stored
    assert unseal(stored, "second factor") == secret

    cache.clear()
    again, code = Client(), code_of(user)
    assert sign_in(again, user.email).url.startswith(reverse("mfa_authenticate"))
    assert again.get(reverse("accounts:profile")).status_code == 302
    assert again.post(reverse("mfa_authenticate"), {"code": code}).url == reverse("home")
    assert again.get(reverse("accounts:profile")).status_code == 200

    replay = Client()
    sign_in(replay, user.email)
    assert "Incorrect code" in replay.post(reverse("mfa_authenticate"), {"code": code}).text
    assert replay.get(reverse("accounts:profile")).status_code == 302


def test_a_code_by_mail_does_not_skip_the_second_factor(client, mailoutbox):
    user = UserFactory()
    Authenticator.objects.create(
        user=user, type="totp", data={"secret": seal("JBSWY3DPEHPK3PXP", "second factor")}
    )
    client.post(reverse("account_request_login_code"), {"email": user.email})
    code = re.search(r"\n\n(\S+)\n\n", mailoutbox[0].body)[1]
    response = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert response.url.startswith(reverse("mfa_authenticate"))
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_a_seal_fits_one_purpose_and_one_key(settings):
    sealed = seal("secret", "a")
    assert "secret" not in sealed
    assert unseal(sealed, "a") == "secret"
    with pytest.raises(Unreadable):
        unseal(sealed, "b")
    newer = "YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlcjE="
    settings.TOKEN_KEYS = [newer, *settings.TOKEN_KEYS]
    assert unseal(sealed, "a") == "secret"
    settings.TOKEN_KEYS = [newer]
    with pytest.raises(Unreadable):
        unseal(sealed, "a")


PAGES = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_request_login_code",
    "account_email_verification_sent",
    "account_inactive",
)
OWN_PAGES = (
    "account_email",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "usersessions_list",
    "socialaccount_connections",
)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_before_sign_in_has_our_look_and_nothing_inline(client, name):
    _check_page(client.get(reverse(name), follow=True))


@pytest.mark.parametrize("name", OWN_PAGES)
def test_every_page_of_an_account_has_our_look_and_nothing_inline(client, name):
    sign_in(client, UserFactory().email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse(name))
    _check_page(page)
    assert ('class="account"' in page.text) == (name != "account_reauthenticate")


def _check_page(page):
    assert page.status_code == 200
    assert 'class="brand"' in page.text
    assert not re.search(r"\sstyle\s*=|<style|\son\w+=", page.text)
    for script in re.findall(r"<script([^>]*)>", page.text):
        assert "src=" in script or 'type="application/json"' in script
    assert "'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
