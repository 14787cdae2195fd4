"""Administrators read everything and act through the services."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from delivery import dispatcher
from delivery.models import Breaker
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Channel
from tests.factories.delivery import due_delivery, sending, troubled

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(as_user, platform):
    return as_user(User.objects.create_superuser("root@demo.test", "drumbeat-demo", name="Root"))


def act(browser, name: str, *rows: Delivery):
    url = reverse("admin:posts_delivery_changelist")
    data = {"action": name, "_selected_action": [row.pk for row in rows]}
    return browser.post(url, data, follow=True)


@pytest.mark.parametrize(
    "page",
    [
        "posts_delivery",
        "delivery_attempt",
        "delivery_heartbeat",
        "delivery_undo",
        "delivery_notice",
        "delivery_breaker",
    ],
)
def test_lists_can_be_read_and_searched(browser, team, page):
    sending(due_delivery(team))
    dispatcher.beat("dispatch")
    url = reverse(f"admin:{page}_changelist")

    assert browser.get(url).status_code == 200
    assert browser.get(url, {"q": "buoy"}).status_code == 200
    assert browser.get(reverse(f"admin:{page}_add")).status_code == 403


def test_a_delivery_is_shown_with_its_attempts_and_not_edited(browser, team):
    delivery = due_delivery(team)
    sending(delivery)
    url = reverse("admin:posts_delivery_change", args=[delivery.pk])

    page = browser.get(url).content.decode()

    assert "attempts-group" in page
    assert 'name="state"' not in page
    assert browser.post(url, {"state": "published"}).status_code == 403


def test_retry_requeue_hold_mark_and_cancel(browser, team, other_team):
    failed, missed, doubtful = (
        troubled(due_delivery(team), state) for state in ("failed", "missed", "needs_human")
    )
    theirs = troubled(due_delivery(other_team), "failed")
    queued = due_delivery(team, seconds=60)

    act(browser, "retry", failed, theirs)
    act(browser, "requeue", missed)
    act(browser, "hold", queued)
    act(browser, "mark_published", doubtful)
    act(browser, "cancel", queued)

    for row, state in (
        (failed, DeliveryState.QUEUED),
        (theirs, DeliveryState.QUEUED),
        (missed, DeliveryState.QUEUED),
        (doubtful, DeliveryState.PUBLISHED),
        (queued, DeliveryState.CANCELLED),
    ):
        row.refresh_from_db()
        assert row.state == state
    assert doubtful.confirmed_by.email == "root@demo.test"
    assert Channel.objects.get(pk=queued.channel_id).paused
    assert not Channel.objects.get(pk=failed.channel_id).paused


@pytest.mark.parametrize("name", ["retry", "requeue", "hold", "mark_published", "cancel"])
def test_who_may_only_look_decides_nothing(as_user, platform, team, name):
    support = User.objects.create_user("desk@demo.test", "drumbeat-demo", name="Desk")
    support.is_staff = True
    support.save()
    support.user_permissions.add(Permission.objects.get(codename="view_delivery"))
    failed = troubled(due_delivery(team), "failed")

    page = act(as_user(support), name, failed)

    failed.refresh_from_db()
    assert page.status_code == 200
    assert failed.state == DeliveryState.FAILED
    assert not Channel.objects.get(pk=failed.channel_id).paused


def test_what_cannot_be_done_is_said(browser, team):
    delivery = due_delivery(team)
    sending(delivery)

    page = act(browser, "cancel", delivery)

    assert b"being published right now" in page.content
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENDING


def test_a_breaker_is_closed_by_hand_and_the_log_says_by_whom(browser, team):
    soon = timezone.now() + timedelta(minutes=5)
    row = Breaker.objects.create(platform="parrot_read", state="open", retry_at=soon, failures=5)
    Breaker.objects.create(platform="parrot_key")
    url = reverse("admin:delivery_breaker_changelist")
    chosen = {"action": "close", "_selected_action": ["parrot_read", "parrot_key"]}

    page = browser.post(url, chosen, follow=True).content.decode()

    row.refresh_from_db()
    assert "1 closed." in page
    assert (row.state, row.failures, row.retry_at) == ("closed", 0, None)
    entry = LogEntry.objects.get()
    assert (str(entry.user), entry.object_id) == ("Root", "parrot_read")
    assert entry.get_change_message() == "Closed by hand."
