"""From which networks a link was opened: evidence, told once, and nothing that decides."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.places import network
from approvals.limits import MOST_NETWORKS
from approvals.models import Decision, Opening
from notifications.models import Message
from tests.approvals.answering import answer

pytestmark = pytest.mark.django_db
HOME, THERE = "203.0.113.7", "198.51.100.9"


def networks():
    return list(Opening.objects.values_list("network", flat=True))


def told():
    return Message.objects.filter(kind="review_elsewhere")


def test_the_first_opening_is_kept_once(ruth):
    for _ in range(3):
        ruth.get(ruth.page, REMOTE_ADDR=HOME, headers={"User-Agent": "Firefox"})
    opening = Opening.objects.get()
    assert (opening.network, opening.agent) == ("203.0.113.0/24", "Firefox")
    assert not told().exists()


@pytest.mark.parametrize(
    ("method", "headers"), [("head", {}), ("get", {"Sec-Purpose": "prefetch;prerender"})]
)
def test_what_only_looks_ahead_is_no_opening(ruth, method, headers):
    assert getattr(ruth, method)(ruth.page, headers=headers).status_code == 200
    assert networks() == []


def test_a_forwarded_link_is_told_to_whoever_asked_once(ruth, bob, link_of):
    ruth.get(ruth.page, REMOTE_ADDR=HOME)
    for ip in (THERE, THERE, "192.0.2.1"):
        friend = Client(REMOTE_ADDR=ip)
        friend.get(friend.get(link_of("ruth@harbour.test"))["Location"])
    assert networks() == ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"]
    message = told().get()
    assert message.user == bob
    assert "Ruth Abara" in str(message.data)


def test_a_forwarded_address_makes_no_other_network(ruth):
    for n in range(3):
        ruth.get(ruth.page, REMOTE_ADDR=HOME, headers={"X-Forwarded-For": f"10.{n}.0.1"})
    assert networks() == ["203.0.113.0/24"]


def test_it_keeps_nobody_from_deciding(ruth):
    ruth.get(ruth.page, REMOTE_ADDR=HOME)
    ruth.get(ruth.page, REMOTE_ADDR=THERE)
    assert answer(ruth).status_code == 302
    assert Decision.objects.count() == 1


def test_the_page_of_the_team_shows_it_and_the_link_does_not(ruth, review, team, bob, as_user):
    for ip in (HOME, THERE):
        assert "198.51.100.0/24" not in ruth.get(ruth.page, REMOTE_ADDR=ip).text
    page = as_user(bob).get(reverse("approvals:review", args=[team.slug, review.pk])).text
    assert "first from 203.0.113.0/24" in page
    assert "then from 198.51.100.0/24" in page


def test_networks_without_end_are_not_kept(ruth):
    for n in range(MOST_NETWORKS + 3):
        ruth.get(ruth.page, REMOTE_ADDR=f"10.0.{n}.1")
    assert len(networks()) == MOST_NETWORKS
    assert told().count() == 1


def test_what_was_seen_stays(ruth):
    ruth.get(ruth.page)
    with pytest.raises(IntegrityError), transaction.atomic():
        Opening.objects.update(network="elsewhere")


@pytest.mark.parametrize(
    ("ip", "said"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("nonsense", ""),
    ],
)
def test_a_network_is_where_somebody_is(rf, ip, said):
    assert network(rf.get("/", REMOTE_ADDR=ip)) == said
