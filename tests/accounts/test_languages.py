"""A page, a fragment and a mail in the language of whoever reads them."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from accounts import languages
from accounts.models import User
from notifications import outbox
from notifications.services import tell

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.mark.parametrize(
    ("chosen", "asked", "language"),
    [
        ("", {}, "en"),
        ("", GERMAN, "de"),
        ("", {"Accept-Language": "fr,pt;q=0.8"}, "en"),
        ("", {"Accept-Language": "x" * 9000}, "en"),
        ("en", GERMAN, "en"),
        ("de", {}, "de"),
        ("fr", {}, "en"),
    ],
)
def test_own_choice_then_the_browser_then_english(as_user, bob, chosen, asked, language):
    User.objects.filter(pk=bob.pk).update(language=chosen)
    page = as_user(bob).get(reverse("accounts:profile"), headers=asked)
    assert f'<html lang="{language}"' in page.text
    assert page.headers["Content-Language"] == language
    assert "Accept-Language" in page.headers["Vary"]
    assert translation.get_language() == "en"


def test_who_is_not_signed_in_reads_what_the_browser_asks_for(client):
    page = client.get(reverse("account_login"), headers=GERMAN)
    assert "Anmelden" in page.text


def test_a_fragment_and_an_error_too(as_user, bob, vera, team):
    User.objects.filter(pk__in=[bob.pk, vera.pk]).update(language="de")
    board = reverse("calendar_app:board", kwargs={"team": team.slug})
    assert "offene Beiträge" in as_user(bob).get(board, headers={"HX-Request": "true"}).text
    settings = reverse("accounts:team_settings", kwargs={"team": team.slug})
    refused = as_user(vera).get(settings)
    assert refused.status_code == 403
    assert "Das verlangt die Rolle Verwaltung oder Leitung." in refused.text


def test_a_mail_is_in_the_language_of_its_reader(team, alice, bob):
    User.objects.filter(pk=bob.pk).update(language="de")
    reason = "The second picture is 9,000 by 80 pixels: too wide. Bay takes nothing wider than 2:1."
    told = {"title": "Boats", "channel": "Bay", "reason": reason, "url": "/"}
    for user in (alice, bob):
        tell(kind="delivery_failed", team=team, user=user, data=told)
    outbox.drain()
    subjects = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert subjects["alice@demo.test"] == f"“Boats” was not published on Bay: {reason}"
    assert subjects["bob@demo.test"] == (
        "„Boats“ wurde auf Bay nicht veröffentlicht: Das zweite Bild hat 9.000 mal 80 Pixel: zu "
        "breit. Bay nimmt nichts Breiteres als 2:1."
    )


def test_an_invitation_is_in_the_language_of_whoever_invites(as_user, alice, team):
    User.objects.filter(pk=alice.pk).update(language="de")
    invite = reverse("accounts:invitation_new", kwargs={"team": team.slug})
    as_user(alice).post(invite, {"email": "new@demo.test", "role": "editor"})
    outbox.drain()
    letter = mail.outbox[-1]
    assert letter.subject == "Alice lädt Sie zu Tidewater ein"
    assert "mit der Rolle Redaktion" in letter.body


def test_a_password_mail_is_in_the_language_of_the_account(client, alice):
    User.objects.filter(pk=alice.pk).update(language="de")
    client.post(reverse("account_reset_password"), {"email": alice.email})
    assert mail.outbox[-1].subject == "Ein neues Passwort wählen"


def test_of_mail(alice):
    assert languages.of_mail(alice) == "en"
    alice.language = "de"
    assert languages.of_mail(alice) == "de"
    with translation.override("de"):
        assert languages.of_mail(None) == "de"
        alice.language = ""
        assert languages.of_mail(alice) == "en"
