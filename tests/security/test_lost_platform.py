"""A channel of a platform that this version no longer has: nothing breaks, and it is said."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from approvals.mail import Files, mail_picture, shown
from posts.services import checks
from publishers import sessions, standing
from publishers.contract import Reconnect
from publishers.models import Channel, Grant, OAuthState
from tests.security.test_isolation import ADDRESSES, path_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
UNKNOWN = "This version of Drumbeat does not know lost."


@pytest.fixture
def lost(world):
    Channel.objects.update(platform="lost")
    OAuthState.objects.update(platform="lost")
    world.channel.refresh_from_db()
    return world


def test_no_address_breaks(as_user, lost, subtests):
    owner = as_user(lost.owner)
    for address in ADDRESSES:
        path = path_of(address, lost)
        for method in ("get", "post"):
            for headers in ({}, HTMX):
                with subtests.test(f"{method} {address.name}"), transaction.atomic():
                    answer = getattr(owner, method)(path, headers=headers)
                    transaction.set_rollback(True)
                    assert answer.status_code < 500


def test_a_post_for_it_is_refused_with_what_to_do(as_user, lost):
    problems = [str(problem) for _pk, problem in checks.problems(lost.post)]
    assert problems == [f"{UNKNOWN} Take this channel off the post."]
    lost.team.review_required = False
    lost.team.save(update_fields=["review_required"])
    url = reverse("posts:post_publish", args=[lost.team.slug, lost.post.pk])
    answer = as_user(lost.owner).post(url)
    assert answer.status_code == 422
    assert UNKNOWN in answer.text


def test_what_was_asked_about_can_still_be_read(lost):
    [said] = shown(lost.review, Files(mail_picture, mail_picture))
    assert (said["platform"], said["channel"]) == ("lost", str(lost.channel))


def test_whoever_asks_for_a_session_hears_of_it(lost):
    assert standing.check(lost.channel.pk) == Reconnect(UNKNOWN)
    lost.channel.refresh_from_db()
    assert (lost.channel.state, lost.channel.problem) == (Channel.State.CONNECTED, UNKNOWN)


def test_others_are_renewed_all_the_same(lost, monkeypatch):
    """The tick begins with what ends first."""
    Grant.objects.update(
        expires_at=timezone.now() + timedelta(minutes=1),
        refreshed_at=timezone.now() - timedelta(hours=1),
    )
    sessions.refresh_due()


def test_it_can_be_disconnected(as_user, lost):
    url = reverse("publishers:channel_disconnect", args=[lost.team.slug, lost.channel.pk])
    assert as_user(lost.owner).post(url).status_code == 302
    lost.channel.refresh_from_db()
    assert lost.channel.state == Channel.State.DISCONNECTED
    assert not Grant.objects.filter(channel=lost.channel).exists()
