"""Why each row of the list is where it is, and what is said about it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from delivery.models import Breaker
from posts.models import Approval, Delivery
from publishers.models import Channel
from tests.delivery.pages import lanes, list_url, sections
from tests.factories.delivery import channel_of, due_delivery, sending, troubled, unknown
from tests.factories.posts import ApprovalFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


def test_it_says_why_each_is_where_it_is(as_user, team, alice, bob):
    troubled(due_delivery(team, bob), "failed", "The text is not allowed.")
    troubled(due_delivery(team, bob), "needs_human", "No clear answer.")
    troubled(due_delivery(team, bob), "missed", "It was too late.")
    unknown(due_delivery(team, bob))
    due_delivery(team, bob, seconds=3600)
    sending(due_delivery(team, bob))
    due_delivery(team, bob, seconds=-30, problem="Too many posts.", failures=1)

    response = as_user(bob).get(list_url(team))

    assert sections(response) == {
        "needs_human": 1,
        "failed": 1,
        "missed": 1,
        "unknown": 1,
        "flight": 1,
        "retrying": 1,
        "due": 1,
    }
    page = response.content.decode()
    for words in (
        "The text is not allowed.",
        "and got no answer. It may be live.",
        "It was too late.",
        "Approved and ready",
        "Too many posts.",
        "Being sent now",
        "It is live",
        "Not live, publish now",
        "Try again",
        "Publish now",
    ):
        assert words in page


def test_who_is_asked_reads_when_it_was_sent_and_where_to_look(as_user, team, bob):
    delivery = troubled(due_delivery(team, bob), "needs_human")
    sent = timezone.localtime(delivery.sent_at, team.zone)

    page = as_user(bob).get(list_url(team)).content.decode()

    handle = delivery.channel.handle
    said = f"We sent this to {handle} at {sent:%H:%M:%S} and got no answer. It may be live."
    assert said in page
    assert f"/@{handle}" in page
    assert f"Open {handle}" in page


def test_attempts_can_be_opened(as_user, team, bob):
    delivery = due_delivery(team, bob)
    sending(delivery)
    delivery.attempts.update(
        outcome="ambiguous", status=504, detail="Half an answer.", ended_at=timezone.now()
    )

    page = as_user(bob).get(list_url(team)).content.decode()

    log = page.split(f'id="log-{delivery.pk}"')[1].split("</details>")[0]
    assert "1 try" in log
    assert "504 Half an answer." in log


# -- what a queued delivery waits for


@pytest.mark.parametrize(
    ("stopped", "why"),
    [
        ({"state": "reconnect"}, "Waits until the channel is connected again"),
        ({"paused": True}, "Waits: publishing on this channel is paused"),
    ],
)
@pytest.mark.parametrize("seconds", [-30, 3600])
def test_what_a_channel_holds_back_promises_no_next_try(
    as_user, team, alice, bob, stopped, why, seconds
):
    held = due_delivery(team, bob, seconds=seconds, problem="Connect it again.", failures=1)
    Channel.objects.filter(pk=held.channel_id).update(**stopped)

    response = as_user(alice).get(list_url(team))

    page = response.content.decode()
    assert sections(response) == {"waiting": 1}
    assert why in page
    assert "Next try" not in page
    assert ("Reconnect" in page) == ("state" in stopped)
    assert lanes(response)["held"] == 1


def test_a_pause_that_the_platform_asked_for_ends_at_a_time(as_user, team, bob):
    due_delivery(team, bob)
    until = timezone.now() + timedelta(minutes=9)
    Channel.objects.update(next_slot_at=until)

    response = as_user(bob).get(list_url(team))

    assert sections(response) == {"waiting": 1}
    assert "the platform asked for a pause" in response.content.decode()
    assert response.context["sections"][0].jobs[0].then.at == until


def broken(platform="parrot_read") -> Breaker:
    until = timezone.now() + timedelta(minutes=2)
    return Breaker.objects.create(
        platform=platform, state="open", retry_at=until, reason="It answered 503.", failures=6
    )


def test_a_platform_that_is_spared(as_user, team, bob):
    due_delivery(team, bob)
    due_delivery(team, bob, seconds=3600)
    due_delivery(team, bob, channel=channel_of(team, "parrot_key"))
    breaker = broken()

    response = as_user(bob).get(list_url(team))

    assert sections(response) == {"waiting": 1, "due": 2}
    [waiting] = response.context["sections"][0].jobs
    assert "has had trouble since" in waiting.why
    assert waiting.then.at == breaker.retry_at
    page = response.content.decode()
    assert "the next try is at" in page.split('id="deliveries-frame"')[1].split("<nav")[0]
    assert "It answered 503." in page
    lines = {line.slug: line.weather for line in response.context["platforms"]}
    assert (lines["parrot_read"].state, lines["parrot_key"].state) == ("open", "closed")


def test_trouble_elsewhere_is_not_told(as_user, team, bob):
    """Not where the team has no channel."""
    due_delivery(team, bob)
    broken("parrot_ask")

    response = as_user(bob).get(list_url(team))

    assert response.context["troubles"] == []


def test_what_would_not_go_out_says_so_ahead_of_time(as_user, team, bob):
    delivery = due_delivery(team, bob, seconds=1200)
    words = "The picture is too large. Make it smaller."
    Delivery.objects.filter(pk=delivery.pk).update(warning=words, warning_about="content")

    response = as_user(bob).get(list_url(team))

    assert sections(response) == {"risk": 1}
    assert lanes(response)["coming"] == 1
    page = response.content.decode()
    assert words in page
    assert reverse("posts:edit", args=[team.slug, delivery.post_id]) in page


def test_an_approval_by_mail_cools_first(as_user, team, bob):
    delivery = due_delivery(team, bob)
    opens = timezone.now() + timedelta(seconds=50)
    Approval.objects.update(revoked_at=timezone.now())
    ApprovalFactory(revision=delivery.revision, not_before=opens)

    response = as_user(bob).get(list_url(team))

    assert sections(response) == {"waiting": 1}
    assert "approval by mail can still be taken back" in response.content.decode()
    assert response.context["sections"][0].jobs[0].then.at == opens


@pytest.mark.parametrize("later", [{"next_slot_at": timezone.now() + timedelta(days=1)}])
def test_what_is_not_due_waits_for_its_time_alone(as_user, team, bob, later):
    due_delivery(team, bob, seconds=3600)
    Channel.objects.update(**later)

    assert sections(as_user(bob).get(list_url(team))) == {"due": 1}
