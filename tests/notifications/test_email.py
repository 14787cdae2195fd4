"""What arrives at a real mail server, for every kind."""

import asyncio

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as configured
from django.template.loader import get_template

from notifications import outbox
from notifications.kinds import KINDS
from notifications.models import Sending
from notifications.services import tell
from tests.notifications.letters import FULL
from tests.processes import free_port

pytestmark = pytest.mark.django_db
OWN = [kind for kind in KINDS.values() if kind.email and not kind.id.startswith("review_r")]


@pytest.fixture
def real_smtp(settings, smtp):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    return smtp


@pytest.mark.parametrize("kind", [k.id for k in OWN if k.id != "review_asked"])
def test_every_kind_reads_well_in_text_and_html(real_smtp, team, alice, kind):
    tell(kind=kind, team=team, user=alice, data=FULL)
    outbox.drain()
    received = real_smtp.wait_for("alice@demo.test")
    text = received.get_body(["plain"]).get_content()
    html = received.get_body(["html"]).get_content()
    line = KINDS[kind].line.format(**FULL)
    assert received["Subject"] == line
    assert f"{configured.SITE_URL}/t/tidewater/posts/1/" in text
    assert f'href="{configured.SITE_URL}/t/tidewater/posts/1/"' in html
    assert "Ines <b>" not in html
    assert "&lt;" not in text
    assert "&amp;" not in text
    assert "{" not in text
    sending = Sending.objects.get()
    assert received["Message-ID"] == f"<drumbeat.{sending.pk}@127.0.0.1>"
    assert received["Auto-Submitted"] == "auto-generated"
    assert sending.state == Sending.State.SENT


def test_a_header_cannot_be_injected(real_smtp, team, alice):
    data = {**FULL, "title": "a\r\nBcc: victim@demo.test", "by": "I\nX-Evil: 1"}
    tell(kind="review_approved", team=team, user=alice, data=data)
    outbox.drain()
    received = real_smtp.wait_for("alice@demo.test")
    assert received["Bcc"] is None
    assert received["X-Evil"] is None
    assert "victim" in received["Subject"]


def test_somebody_outside_gets_no_other_link_into_the_application(real_smtp, team):
    tell(kind="review_approved", team=team, email="out@demo.test", data={**FULL, "url": ""})
    outbox.drain()
    received = real_smtp.wait_for("out@demo.test")
    for part in ("plain", "html"):
        assert "/t/" not in received.get_body([part]).get_content()


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("450 mailbox busy", Sending.State.WAITING),
        ("550 no such mailbox", Sending.State.FAILED),
        ("552 over quota", Sending.State.FAILED),
    ],
)
@pytest.mark.parametrize("when", ["handle_RCPT", "handle_DATA"])
def test_what_the_server_refuses(settings, team, alice, answer, state, when):
    class Refusing:
        pass

    async def refuse(self, server, session, envelope, *args):
        await asyncio.sleep(0)
        return answer

    setattr(Refusing, when, refuse)
    controller = Controller(Refusing(), hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    tell(kind="review_approved", team=team, user=alice, data=FULL)
    outbox.drain()
    controller.stop()
    sending = Sending.objects.get()
    assert sending.state == state
    assert answer[:3] in sending.error


def test_every_own_template_comes_as_three():
    own = {
        path.name.split(".")[0]
        for path in (configured.BASE_DIR / "templates/emails").iterdir()
        if not path.name.startswith("_")
    }
    assert {"notification", "team_invitation"} <= own
    for kind in own:
        for ending in ("subject.txt", "txt", "html"):
            assert get_template(f"emails/{kind}.{ending}")
