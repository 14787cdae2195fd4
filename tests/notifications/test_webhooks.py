"""The pages of a team's webhooks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from notifications import calls, webhooks
from notifications.models import Call, Endpoint, Message
from notifications.services import tell_all

pytestmark = pytest.mark.django_db
LIST = "/t/tidewater/settings/webhooks/"
GOOD = {
    "name": "Our chat",
    "url": "https://hooks.example/services/T1/verysecretpart",
    "style": "slack",
    "events": ["post.published", "delivery.failed"],
}


def at(name: str, row: Endpoint) -> str:
    return reverse(name, args=["tidewater", row.pk])


@pytest.fixture
def row(team, alice):
    return webhooks.add(team=team, by=alice, **GOOD)[0]


def happen(team, user, count=1):
    data = {"title": "Map", "channel": "@t", "reason": "too large", "url": "/t/tidewater/"}
    tell_all(
        [
            Message(kind="delivery_failed", team=team, user=user, data={**data, "post": number})
            for number in range(count)
        ]
    )


def test_one_is_added_and_its_secret_shown_once(as_user, alice):
    assert reverse("notifications:webhooks", args=["tidewater"]) == LIST
    browser = as_user(alice)
    assert "Nobody yet" in browser.get(LIST).content.decode()
    page = browser.post(LIST, GOOD).content.decode()
    row = Endpoint.objects.get()
    secret = webhooks.secret_of(row)
    assert secret in page
    assert row.events == ["delivery.failed", "post.published"]
    for address in (LIST, at("notifications:webhook", row)):
        page = browser.get(address).content.decode()
        assert "Our chat" in page
        assert "hooks.example" in page
        assert secret not in page
        assert "verysecretpart" not in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "http://hooks.example/x"}, "must begin with https"),
        ({"url": "ftp://hooks.example/x"}, "must begin with https"),
        ({"url": "https://me:pw@hooks.example/x"}, "cannot be part of the address"),
        ({"url": "https://[/x"}, "no address"),
        ({"url": ""}, "required"),
        ({"events": ["gossip"]}, "valid choice"),
        ({"events": []}, "required"),
        ({"style": "fax"}, "valid choice"),
    ],
)
def test_what_is_refused_is_said_and_not_kept(as_user, alice, wrong, said):
    answer = as_user(alice).post(LIST, {**GOOD, **wrong})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_a_host_that_the_administrator_named_may_be_private(as_user, alice, settings):
    settings.WEBHOOK_HOSTS = ["http://chat.lan:8065"]
    browser = as_user(alice)
    assert browser.post(LIST, {**GOOD, "url": "http://chat.lan:8065/hooks/x"}).status_code == 200
    assert browser.post(LIST, {**GOOD, "url": "http://chat.lan/hooks/x"}).status_code == 422


def test_there_are_not_too_many(as_user, team, alice, monkeypatch, row):
    monkeypatch.setattr(webhooks, "MOST_ENDPOINTS", 1)
    answer = as_user(alice).post(LIST, GOOD)
    assert answer.status_code == 422
    assert "1 webhooks at most" in answer.content.decode()


def test_it_is_changed_and_keeps_its_address(as_user, alice, row):
    browser, page = as_user(alice), at("notifications:webhook", row)
    browser.post(page, {**GOOD, "name": "Other", "url": "", "events": ["comment.written"]})
    row.refresh_from_db()
    assert (row.name, row.events, row.host) == ("Other", ["comment.written"], "hooks.example")
    assert webhooks.address_of(row) == GOOD["url"]
    browser.post(page, {**GOOD, "url": "https://new.example/x"})
    row.refresh_from_db()
    assert (row.host, webhooks.address_of(row)) == ("new.example", "https://new.example/x")
    assert browser.post(page, {**GOOD, "name": ""}).status_code == 422


def test_a_new_secret_is_shown_once_beside_the_old(as_user, alice, row):
    old = webhooks.secret_of(row)
    page = as_user(alice).post(at("notifications:webhook_rotate", row)).content.decode()
    row.refresh_from_db()
    assert webhooks.secret_of(row) in page
    assert webhooks.secret_of(row) != old
    assert webhooks.former_secrets(row) == [old]
    assert old not in page


def test_a_test_is_sent_and_its_answer_shown_escaped(as_user, alice, receiver, endpoint):
    there = receiver(said=b"<b>hello</b>")
    row = endpoint(there, events=["comment.written"])
    browser = as_user(alice)
    browser.post(at("notifications:webhook_test", row))
    calls.drain()
    page = browser.get(at("notifications:webhook", row)).content.decode()
    assert "&lt;b&gt;hello&lt;/b&gt;" in page
    assert b"It works" in there.received[0].body


def test_paused_it_gets_nothing_and_goes_on_later(as_user, team, alice, row):
    browser = as_user(alice)
    browser.post(at("notifications:webhook_pause", row))
    happen(team, alice)
    assert not Call.objects.exists()
    assert "Nothing is sent" in browser.get(at("notifications:webhook", row)).content.decode()
    browser.post(at("notifications:webhook_pause", row))
    happen(team, alice)
    assert Call.objects.count() == 1


def test_one_or_all_that_failed_are_sent_again(as_user, team, alice, row):
    happen(team, alice, 4)
    first, second, third, waits = Call.objects.order_by("pk")
    Call.objects.filter(pk__in=[first.pk, second.pk]).update(state="failed")
    Call.objects.filter(pk=third.pk).update(state="sent")
    type(first.event).objects.filter(pk=first.event_id).update(
        at=timezone.now() - timedelta(hours=3)
    )
    browser, page = as_user(alice), at("notifications:webhook_replay", row)
    browser.post(page, {"hours": "1"})
    assert set(Call.objects.filter(state="waiting")) == {second, waits}
    browser.post(page, {"hours": "24"})
    browser.post(page, {"call": third.pk})
    assert Call.objects.filter(state="waiting").count() == 4
    for nothing in ({}, {"hours": "5"}, {"call": "x"}):
        assert browser.post(page, nothing).status_code == 400


def test_a_removed_one_is_gone_with_its_log(as_user, team, alice, row):
    happen(team, alice)
    assert as_user(alice).post(at("notifications:webhook_remove", row)).status_code == 302
    assert not Endpoint.objects.exists()
    assert not Call.objects.exists()


def test_the_log_has_pages_and_few_statements(
    as_user, team, alice, row, django_assert_max_num_queries
):
    happen(team, alice, 60)
    browser = as_user(alice)
    with django_assert_max_num_queries(12):
        page = browser.get(at("notifications:webhook", row) + "?page=2").content.decode()
    assert page.count("<code>delivery.failed</code>") == 25
    with django_assert_max_num_queries(12):
        browser.get(LIST)
