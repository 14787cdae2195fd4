"""Mail that was caught instead of sent."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from publishers.sandbox.models import Mail

pytestmark = pytest.mark.django_db
BACKEND = "publishers.sandbox.mail.CatcherBackend"


@pytest.fixture
def letter() -> Mail:
    message = EmailMultiAlternatives(
        "Bitte prüfen: Ebb & flow",
        "Read it: http://testserver/r/abc/\nGrüße",
        "Drumbeat <drumbeat@localhost>",
        ["ruth@harbour.test"],
        bcc=["archive@harbour.test"],
        headers={"X-Kind": "review.asked"},
        connection=get_connection(BACKEND),
    )
    message.attach_alternative(
        '<h1>Ebb</h1><script>alert(1)</script><a href="http://testserver/r/abc/">Read</a>',
        "text/html",
    )
    assert message.send() == 1
    return Mail.objects.get()


def test_catches_all_parts(letter):
    assert letter.subject == "Bitte prüfen: Ebb & flow"
    assert letter.recipients == ["ruth@harbour.test", "archive@harbour.test"]
    assert "Grüße" in letter.text
    assert "<h1>Ebb</h1>" in letter.html
    assert ["X-Kind", "review.asked"] in letter.headers


def test_list(client, letter):
    page = client.get(reverse("sandbox:mail"))
    assert "Ebb &amp; flow" in page.text
    assert "ruth@harbour.test" in page.text
    assert reverse("sandbox:message", args=[letter.pk]) in page.text


def test_message(client, letter):
    page = client.get(reverse("sandbox:message", args=[letter.pk]))
    assert f'src="{reverse("sandbox:message_html", args=[letter.pk])}"' in page.text
    assert 'href="http://testserver/r/abc/"' in page.text
    assert "review.asked" in page.text
    assert "<script>alert" not in page.text
    assert client.get(reverse("sandbox:message", args=[letter.pk + 1])).status_code == 404


def test_the_html_part_runs_nothing(client, letter):
    page = client.get(reverse("sandbox:message_html", args=[letter.pk]))
    policy = page["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in page.text


def test_throwing_away(client, letter):
    assert client.get(reverse("sandbox:mail_empty")).status_code == 405
    assert client.post(reverse("sandbox:mail_empty")).status_code == 302
    assert "No mail" in client.get(reverse("sandbox:mail")).text


def test_text_only(client):
    EmailMultiAlternatives(
        "Hi", "Only text", "a@b.test", ["c@d.test"], connection=get_connection(BACKEND)
    ).send()
    letter = Mail.objects.get()
    assert letter.html == ""
    assert "<iframe" not in client.get(reverse("sandbox:message", args=[letter.pk])).text
