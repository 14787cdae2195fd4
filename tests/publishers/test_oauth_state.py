"""The state of a consent: for one person, one session and one platform, once, for ten minutes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from publishers import oauth
from publishers.models import Channel, OAuthState
from tests.publishers.dance import come_back, leave, nothing_connected


@pytest.mark.parametrize("state", [None, "", "guessed", "x" * 5000, "\x00"])
def test_no_or_wrong_state_connects_nothing(as_user, alice, platform, state):
    query = leave(as_user(alice))
    page = nothing_connected(come_back(as_user(alice), platform, {**query, "state": state}), 400)
    assert "Nothing was connected" in page
    assert platform.calls["/token"] == 0


def test_a_state_works_once(as_user, alice, platform):
    client = as_user(alice)
    query = leave(client)
    assert come_back(client, platform, query).status_code == 302
    Channel.objects.all().delete()
    page = nothing_connected(come_back(client, platform, query), 400)
    assert "already used" in page
    assert platform.calls["/token"] == 1


def test_a_refused_state_stays_used(as_user, alice, platform):
    client = as_user(alice)
    query = leave(client)
    come_back(client, platform, query, code=None, error="access_denied")
    nothing_connected(come_back(client, platform, query), 400)


def test_a_state_ends_after_ten_minutes(as_user, alice, platform):
    client = as_user(alice)
    query = leave(client)
    OAuthState.objects.update(created_at=timezone.now() - timedelta(minutes=10, seconds=1))
    assert "ten minutes" in nothing_connected(come_back(client, platform, query), 400)


def test_another_person_cannot_use_it(as_user, alice, bob, mallory, platform):
    query = leave(as_user(alice))
    for stranger in (bob, mallory):
        nothing_connected(come_back(as_user(stranger), platform, query), 400)
    assert OAuthState.objects.get().used_at is None


def test_another_session_of_the_same_person_cannot_use_it(as_user, alice, platform):
    query = leave(as_user(alice))
    nothing_connected(come_back(as_user(alice), platform, query), 400)


def test_another_platform_cannot_use_it(as_user, alice, platform):
    client = as_user(alice)
    query = leave(client)
    nothing_connected(
        come_back(client, platform, query, path=reverse("publishers:callback", args=["rock"])), 400
    )


def test_who_lost_the_right_meanwhile_connects_nothing(as_user, alice, team, platform):
    client = as_user(alice)
    query = leave(client)
    alice.memberships.update(role="viewer")
    nothing_connected(come_back(client, platform, query), 400)
    alice.memberships.all().delete()
    nothing_connected(come_back(client, platform, query), 400)
    assert platform.calls["/token"] == 0


def test_a_stolen_code_without_its_verifier_is_worth_nothing(as_user, alice, platform):
    client = as_user(alice)
    stolen = platform.code(oauth.challenge("somebody else's verifier"))
    page = nothing_connected(come_back(client, platform, leave(client), code=stolen), 400)
    assert "did not accept" in page
