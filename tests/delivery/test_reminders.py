"""Nobody says whether a post is live: who is asked again, when, and when it ends."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import Membership
from delivery import alerts, reminders, sentinel
from delivery.models import Notice
from notifications.models import Message
from posts import workflow
from posts.models import Delivery
from posts.services import deliveries
from tests.delivery.parts import go, look, stopped_at
from tests.factories.accounts import MembershipFactory
from tests.factories.delivery import channel_of, due_delivery, due_thread, troubled, unknown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


@pytest.fixture
def doubtful(team, bob):
    """Asked about as reconciliation asks, and seen by the first watch."""
    delivery = unknown(due_delivery(team, bob))
    workflow.move(delivery, "ask", check_at=None, problem="No clear answer.")
    alerts.trouble(Delivery.objects.select_related("post__team", "channel").get(pk=delivery.pk))
    sentinel.watch()
    return delivery


def told() -> list[str]:
    rows = Message.objects.filter(kind="delivery_unsure").order_by("pk")
    return [str(message.user) for message in rows]


def a_quarter_of_an_hour() -> list[str]:
    """Who hears of it in the next one."""
    Message.objects.all().delete()
    Notice.objects.filter(next_at__isnull=False).update(next_at=timezone.now())
    sentinel.watch()
    return told()


def test_its_author_and_one_other_then_again_then_the_owner(team, alice, bob, carol, doubtful):
    assert told() == ["Bob", "Alice"]
    message = Message.objects.filter(kind="delivery_unsure").first()
    assert "say whether it is live" in message.data["comment"]
    assert message.data["url"].endswith(f"/deliveries/{doubtful.pk}/")
    waits = Notice.objects.get().next_at - timezone.now()
    assert timedelta(minutes=14) < waits <= timedelta(minutes=15)

    assert a_quarter_of_an_hour() == ["Bob", "Alice"]
    assert a_quarter_of_an_hour() == ["Alice"]
    assert a_quarter_of_an_hour() == []


def test_rather_an_admin_stands_in_and_the_owner_comes_last(team, alice, bob):
    adam = MembershipFactory(team=team, role=Membership.Role.ADMIN, user__name="Adam")
    vera = MembershipFactory(team=team, role=Membership.Role.VIEWER, user__name="Vera")
    delivery = troubled(due_delivery(team, bob), "needs_human")
    assert vera.pk > adam.pk
    sentinel.watch()

    assert a_quarter_of_an_hour() == ["Bob", "Adam"]
    assert a_quarter_of_an_hour() == ["Alice"]
    assert Notice.objects.get().delivery_id == delivery.pk


def test_nothing_comes_before_its_time(team, alice, bob, doubtful):
    before = told()
    sentinel.watch()
    assert told() == before


SENT_ANEW = partial(deliveries.resend, looked=True)


@pytest.mark.parametrize("verb", [deliveries.drop, deliveries.confirm_live, SENT_ANEW])
def test_a_decision_ends_it(team, alice, bob, doubtful, verb):
    verb(delivery=doubtful, by=bob)

    assert a_quarter_of_an_hour() == []


def test_a_new_question_is_asked_anew(team, alice, bob, doubtful):
    deliveries.resend(delivery=doubtful, by=bob, looked=True)
    again = Delivery.objects.get(pk=doubtful.pk)
    troubled(again, "needs_human")
    sentinel.watch()

    assert Notice.objects.count() == 2
    assert a_quarter_of_an_hour() == ["Bob", "Alice"]


def test_so_is_one_about_the_next_part(platform, team, alice, bob):
    """The time of a thread is one for all its parts."""
    delivery = due_thread(team, bob, channel=channel_of(team, "parrot_ask"))
    look(stopped_at(delivery, platform, "500"))
    sentinel.watch()
    a_quarter_of_an_hour()
    platform.accept({"token": "elsewhere", "text": "Two."}, keyed=False)
    deliveries.confirm_live(delivery=delivery, by=bob, permalink="https://parrot.example/p2")
    platform.script = ["500"]
    look(go(delivery))
    sentinel.watch()

    assert delivery.state == "needs_human"
    assert a_quarter_of_an_hour() == ["Bob", "Alice"]
    assert a_quarter_of_an_hour() == ["Alice"]


def test_a_decision_taken_back_asks_on(team, alice, bob, doubtful):
    decision = deliveries.drop(delivery=doubtful, by=bob)
    assert a_quarter_of_an_hour() == []
    deliveries.take_back(delivery=doubtful, decision=decision, by=bob)

    assert a_quarter_of_an_hour() == ["Bob", "Alice"]


def test_many_questions_cost_a_bounded_number_of_statements(
    team, alice, bob, django_assert_max_num_queries
):
    for _ in range(3):
        troubled(due_delivery(team, bob), "needs_human")
    reminders.remind()
    with django_assert_max_num_queries(3):
        reminders.remind()


def test_few_in_one_transaction_and_all_in_one_watch(team, alice, bob, monkeypatch):
    monkeypatch.setattr(reminders, "MOST", 2)
    done: list[int] = []
    remind = reminders.remind
    monkeypatch.setattr(reminders, "remind", lambda: done.append(remind()) or done[-1])
    for _ in range(5):
        troubled(due_delivery(team, bob), "needs_human")
    sentinel.watch()
    done.clear()

    assert len(a_quarter_of_an_hour()) == 10
    assert done == [2, 2, 1]
