"""Rows 54, 56, 59, 62 where they touch links and mails: whose browser, host and address it is."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.audit import plain
from accounts.models import User
from approvals.models import Decision, Opening, ReviewRequest
from notifications import outbox
from notifications.models import Message
from notifications.sealing import unseal
from tests.security.test_review_links import link_of

pytestmark = pytest.mark.django_db
AGENTS = [
    "<script>alert(1)</script>",
    "Firefox\x1b[2J\x1b[31m and more",
    "Fire\u202exof\u2066 fox",
    "Mozilla/5.0 " + "A" * 5000,
    "{{ 7|add:7 }} %s {0}",
]


@pytest.mark.parametrize("agent", AGENTS, ids=["markup", "ansi", "bidi", "long", "template"])
def test_row_59_and_62_a_browser_that_calls_itself_something(world, client, as_user, agent):
    headers = {"User-Agent": agent}
    client.page = client.get(link_of(world.outside.email), headers=headers)["Location"]
    assert client.get(client.page, headers=headers).status_code == 200
    form = {"decision": "approve", "content_hash": world.review.content_hash}
    assert client.post(client.page, form, headers=headers).status_code == 302
    assert len(Opening.objects.get().agent) <= 300
    assert len(Decision.objects.get().agent) <= 300
    browser, here = as_user(world.owner), [world.team.slug]
    log = browser.get(reverse("accounts:audit", args=here)).text
    # What the log shows is this very browser: one line, as text.
    assert f"<dd>{escape(plain(agent))}</dd>" in log
    pages = [log]
    for name, arg in (("approvals:review", world.review.pk), ("posts:post", world.post.pk)):
        pages.append(browser.get(reverse(name, args=[*here, arg])).text)
    for page in pages:
        assert "<script>alert(1)" not in page
        assert "\x1b" not in page
        assert not {"\u202e", "\u2066"} & set(page)
        assert "A" * 400 not in page
        assert ">14 " not in page


def test_row_56_a_fresh_link_is_of_the_configured_address(world, client, settings):
    settings.ALLOWED_HOSTS = ["evil.test", "testserver"]
    settings.SITE_URL = "https://drumbeat.example"
    client.page = client.get(link_of(world.outside.email))["Location"]
    past = timezone.now() - timedelta(minutes=1)
    ReviewRequest.objects.filter(email=world.outside.email).update(expires_at=past)
    evil = {"Host": "evil.test", "X-Forwarded-Host": "evil.test", "Origin": "http://evil.test"}
    before = Message.objects.filter(kind="review_asked").count()
    client.post(f"{client.page}fresh/", headers=evil)
    told = Message.objects.filter(kind="review_asked").order_by("pk")
    assert told.count() == before + 1
    assert unseal(told.last().sealed)["link"].startswith("https://drumbeat.example/a/")
    outbox.drain()
    assert "evil" not in str(mail.outbox[-1].message())


class TestRow54:
    """An account is taken over by its address, unless the new one is confirmed first."""

    @pytest.fixture
    def owner(self, world) -> User:
        EmailAddress.objects.get_or_create(
            user=world.owner, email=world.owner.email, verified=True, primary=True
        )
        return world.owner

    def ask(self, browser: Client, address: str) -> None:
        browser.post(reverse("account_reauthenticate"), {"password": "a-long-Password-9"})
        browser.post(reverse("account_email"), {"email": address, "action_add": ""})

    def test_an_address_counts_once_its_mail_was_answered(self, owner, as_user):
        owner.set_password("a-long-Password-9")
        owner.save()
        was, browser = owner.email, as_user(owner)
        self.ask(browser, "mine@evil.test")
        assert User.objects.get(pk=owner.pk).email == was
        assert mail.outbox[-1].to == ["mine@evil.test"]
        new = EmailAddress.objects.get(user=owner, email="mine@evil.test")
        assert not new.verified
        # Until then it lets nobody in: not by a new password, and not by a code.
        for page in ("account_reset_password", "account_request_login_code"):
            Client().post(reverse(page), {"email": "mine@evil.test"})
            assert mail.outbox[-1].subject == "There is no account with this address"
            Client().post(reverse(page), {"email": was.upper()})
            assert mail.outbox[-1].to == [was]
            assert "no account" not in mail.outbox[-1].subject

    def test_the_old_address_hears_of_the_new_one(self, owner, as_user):
        owner.set_password("a-long-Password-9")
        owner.save()
        was, browser = owner.email, as_user(owner)
        self.ask(browser, "new@demo.test")
        path = next(
            word for word in mail.outbox[-1].body.split() if "/accounts/confirm-email/" in word
        )
        browser.post(path)
        assert User.objects.get(pk=owner.pk).email == "new@demo.test"
        told = [one for one in mail.outbox if one.to == [was]]
        assert told[-1].subject == "Your address was changed"
        assert "new@demo.test" in told[-1].body
