"""Platforms that tell of an account only when they are asked to: asked once a week, and quietly."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publishers import instance, subscriptions
from publishers.models import Grant
from publishers.sandbox import accounts, faults
from publishers.sandbox.models import Does, Fault
from tests.factories.publishers import ChannelFactory, grant_for
from tests.publishers.adapters.simulated import instagram_page, plain, sandbox

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)


def connected(team, account, **details):
    channel = ChannelFactory(
        team=team, remote_id=account.remote_id, handle=account.handle, **details
    )
    return grant_for(channel, access=account.token, refresh="")


@pytest.fixture(params=["facebook", "instagram"])
def simulated(request):
    return plain(request.param)


@pytest.fixture
def grant(sandbox, team, simulated):
    there, account = simulated
    account = account if there.platform == "instagram" else page(there, account)
    return connected(team, account, platform=there.platform)


def page(there, account):
    return type(account)(account.remote_id, account.handle, token=accounts.page_token(there))


def asked_again_in(grant) -> timedelta:
    return Grant.objects.get(pk=grant.pk).subscribe_at - timezone.now()


def test_an_account_is_asked_for_once_a_week(grant):
    subscriptions.ask_due()
    assert asked_again_in(grant) > timedelta(days=6)

    before = Grant.objects.get(pk=grant.pk).subscribe_at
    subscriptions.ask_due()
    assert Grant.objects.get(pk=grant.pk).subscribe_at == before


def test_what_is_refused_is_asked_again_within_the_day(grant, simulated):
    faults.arm(simulated[0], Fault.Kind.REJECTED, does=Does.OTHER)
    subscriptions.ask_due()
    assert timedelta(hours=5) < asked_again_in(grant) < timedelta(hours=7)
    grant.refresh_from_db()
    assert grant.channel.state == "connected"


def test_nothing_is_asked_from_a_copy(grant, monkeypatch):
    monkeypatch.setattr(instance, "foreign", lambda: "This is a copy.")
    subscriptions.ask_due()
    assert asked_again_in(grant) <= timedelta(0)


def test_behind_the_other_door_the_app_decides(sandbox, team):
    there, account = instagram_page()
    grant = connected(team, account, platform=there.platform)
    Grant.objects.filter(pk=grant.pk).update(way="page")
    subscriptions.ask_due()
    assert asked_again_in(grant) > timedelta(days=6)
