"""Links that are used late, twice, beside each other, or when what they are about has moved on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from approvals.models import Decision, ReviewRequest
from approvals.services.ask import ask
from approvals.services.decide import withdraw
from notifications.models import Message
from posts.models import Delivery, Post
from posts.services import review as posts_review
from tests.approvals.answering import answer, hash_on
from tests.factories.posts import PostFactory, refresh_hash
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
RUTH = "ruth@harbour.test"


def test_several_links_open_at_once_decide_each_their_own(team, bob, stage, link_of):
    """A browser keeps a cookie for each path; Django's has one of a name, so each page has its own.
    What a browser does with them is in tests/browser/test_without_scripts.py.
    """
    tabs, asked = [Client() for _ in range(3)], []
    for tab in tabs:
        post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
        asked.append(ask(post=post, by=bob))
        tab.page = tab.get(link_of(RUTH))["Location"]
    assert len({tab.cookies["drumbeat_review"]["path"] for tab in tabs}) == 3
    shown = [hash_on(tab.get(tab.page)) for tab in tabs]
    form = {"decision": "approve", "content_hash": shown[1]}
    assert tabs[1].post(tabs[1].page, form).status_code == 302
    assert Decision.objects.get().review == asked[1]
    crossed = tabs[0].post(tabs[0].page, {**form, "content_hash": shown[2]})
    assert crossed.status_code == 409
    assert Decision.objects.count() == 1


def test_an_old_and_a_new_link_of_one_person(ruth, review, link_of):
    """The page that the old one opened says so; the new one decides."""
    ReviewRequest.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    ruth.post(f"{ruth.page}fresh/")
    page = ruth.get(ruth.page)
    assert page.status_code == 410
    assert "There is a newer link in your mailbox" in page.text
    assert "has ended" not in page.text
    new = Client()
    new.page = new.get(link_of(RUTH))["Location"]
    assert ruth.post(ruth.page, {"decision": "approve", "content_hash": "x"}).status_code == 409
    assert answer(new).status_code == 302
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("asked", [True, False])
def test_an_old_link_says_that_a_newer_version_waits(ruth, review, stage, bob, asked):
    """Only to whoever is asked about it, too."""
    if not asked:
        stage.reviewers.filter(membership=None).delete()
    posts_review.withdraw(post=Post.objects.get(pk=review.post_id), by=bob)
    Post.objects.filter(pk=review.post_id).update(body="Forty-three buoys.")
    again = ask(post=refresh_hash(Post.objects.get(pk=review.post_id)), by=bob)
    said = "It was sent for review again. The newest mail has the link."
    page = ruth.get(ruth.page)
    assert page.status_code == 410
    assert (said in page.text, "Nothing more is needed from you" in page.text) == (asked, not asked)
    withdraw(review=again, by=bob.memberships.get(team=review.team))
    assert said not in ruth.get(ruth.page).text


def test_a_fresh_link_goes_to_the_recorded_address_whatever_is_posted(ruth, review):
    ReviewRequest.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    posted = {"email": "mallory@evil.test", "to": "mallory@evil.test", "name": "Mallory"}
    ruth.post(f"{ruth.page}fresh/?email=mallory@evil.test", posted)
    told = Message.objects.filter(kind="review_asked").latest("pk")
    assert (told.email, told.user) == (RUTH, None)
    assert not ReviewRequest.objects.filter(email__contains="mallory").exists()


def test_a_member_with_a_new_address_gets_the_fresh_link_there(
    client, review, link_of, carol, team
):
    """The account is who was asked; its old mailbox may be somebody else's by now."""
    client.page = client.get(link_of(carol.email))["Location"]
    User.objects.filter(pk=carol.pk).update(email="carol@new.test")
    ReviewRequest.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    client.post(f"{client.page}fresh/")
    told = Message.objects.filter(kind="review_asked").latest("pk")
    assert (told.user, told.email) == (carol, "")


def test_a_double_click_decides_once(ruth):
    shown = hash_on(ruth.get(ruth.page))
    form = {"decision": "approve", "content_hash": shown}
    assert [ruth.post(ruth.page, form).status_code for _ in range(2)] == [302, 410]
    assert Decision.objects.count() == 1


def test_a_post_taken_back_meanwhile_is_not_approved(ruth, post, bob):
    """Its stage changed, its review does not know."""
    shown = hash_on(ruth.get(ruth.page))
    posts_review.withdraw(post=Post.objects.get(pk=post.pk), by=bob)
    late = ruth.post(ruth.page, {"decision": "approve", "content_hash": shown})
    assert late.status_code == 409
    assert not Decision.objects.exists()
    assert ruth.get(ruth.page).status_code == 410


def test_nor_is_a_first_yes_of_two_kept_for_it(ruth, review, post, bob):
    """Nothing is moved by that one, so that no other step would refuse it."""
    review.rounds.update(needed=2)
    shown = hash_on(ruth.get(ruth.page))
    posts_review.withdraw(post=Post.objects.get(pk=post.pk), by=bob)
    late = ruth.post(ruth.page, {"decision": "approve", "content_hash": shown})
    assert late.status_code == 409
    assert not Decision.objects.exists()


@pytest.mark.parametrize("stage_now", ["approved", "scheduled", "done"])
def test_what_goes_out_or_is_out_is_not_approved_again(ruth, post, stage_now):
    shown = hash_on(ruth.get(ruth.page))
    Post.objects.filter(pk=post.pk).update(stage=stage_now)
    for kind in ("approve", "changes"):
        form = {"decision": kind, "comment": "No", "content_hash": shown}
        assert ruth.post(ruth.page, form).status_code == 409
    assert not Decision.objects.exists()
    assert not Delivery.objects.exclude(state="draft").exists()
