"""Rejecting a post: an answer of its own, which ends the review."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from approvals.errors import CommentMissing, LinkUsed
from approvals.models import Decision, Review, ReviewRequest
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from notifications.models import Message
from posts.models import Approval, Delivery
from posts.states import Stage
from tests.approvals.answering import answer
from tests.choosing import confirm, look, marks
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory
from ui import mail

pytestmark = pytest.mark.django_db
REJECT = "approvals:selection_reject"


def say(review, user, kind, comment="Not ours."):
    request = ReviewRequest.objects.get(review=review, membership__user=user)
    seen, trace = review.content_hash, Trace("page")
    return decide(request=request, kind=kind, seen_hash=seen, trace=trace, comment=comment)


def test_it_ends_the_review_by_the_link(ruth, review, post, bob, carol, as_user):
    assert answer(ruth, "reject", why="We do not say such things").status_code == 302
    review.refresh_from_db()
    post.refresh_from_db()
    assert (review.state, post.stage) == (Review.State.REJECTED, Stage.CHANGES_REQUESTED)
    assert not Approval.objects.exists()
    assert not Delivery.objects.exclude(state="draft").exists()
    assert Decision.objects.get().comment == "We do not say such things"
    told = Message.objects.get(kind="review_rejected")
    assert (told.user, told.data["comment"]) == (bob, "We do not say such things")
    [entry] = AuditEntry.objects.filter(verb="review.reject")
    assert entry.actor_name == "Ruth Abara"
    page = ruth.get(ruth.page).text
    assert "You rejected this post" in page
    assert "You will get a new link" not in page
    team = review.team.slug
    theirs = as_user(carol).get(reverse("approvals:review", args=[team, review.pk])).text
    assert "Ruth Abara rejected it" in theirs
    assert 'value="approve"' not in theirs
    history = as_user(bob).get(reverse("posts:post", args=[team, post.pk])).text
    assert "rejected it, by e-mail link" in history
    assert "asked for changes" not in history


def test_it_needs_words_of_its_own(ruth, review, carol):
    """What was typed for the other refusal is not sent with this one."""
    refused = answer(ruth, "reject", comment="Make it shorter")
    assert refused.status_code == 422
    assert "Say why, so that the author understands." in refused.text
    with pytest.raises(CommentMissing):
        say(review, carol, "reject", " ")
    assert not Decision.objects.exists()


def test_one_rejection_is_enough_whoever_approved_before(review, stage, carol, ruth, post):
    review.rounds.update(needed=2)
    answer(ruth)
    say(review, carol, "reject")
    review.refresh_from_db()
    post.refresh_from_db()
    assert (review.state, post.stage) == (Review.State.REJECTED, Stage.CHANGES_REQUESTED)
    with pytest.raises(LinkUsed):
        say(review, carol, "approve")


def test_it_is_taken_back_as_long_as_nobody_changed_the_post(ruth, review, post):
    answer(ruth, "reject", why="No")
    assert "Possible until somebody changes the post." in ruth.get(ruth.page).text
    assert ruth.post(f"{ruth.page}undo/").status_code == 302
    review.refresh_from_db()
    post.refresh_from_db()
    assert (review.state, post.stage) == (Review.State.OPEN, Stage.IN_REVIEW)
    assert [d.kind for d in Decision.objects.all()] == ["reject", "withdrawn"]
    assert answer(ruth).status_code == 302


def test_who_reviews_again_reads_what_they_said(ruth, review, post, bob, client, link_of):
    answer(ruth, "reject", why="Not ours")
    post.refresh_from_db()
    ask(post=post, by=bob)
    page = client.get(client.get(link_of("ruth@harbour.test"))["Location"]).text
    assert "You rejected version 1" in page


def test_the_receipt_says_so(ruth):
    answer(ruth, "reject", why="Not ours")
    told = Message.objects.get(kind="review_receipt")
    receipt = mail.render("review_receipt", to=["ruth@harbour.test"], context=told.data)
    assert receipt.subject == "You rejected “Forty buoys”"
    assert "Not ours" in receipt.body
    assert "new link" not in receipt.body


def test_the_queue_says_so(review, team, carol, as_user):
    say(review, carol, "reject")
    page = as_user(carol).get(reverse("approvals:queue", args=[team.slug]), {"view": "decided"})
    assert "rejected, after Carol" in page.text
    assert 'data-status="rejected"' in page.text


def test_many_are_rejected_with_one_comment(team, stage, bob, carol, vera, as_user):
    channel = ChannelFactory(team=team)
    posts = [PostFactory(team=team, author=bob, channels=[channel]) for _ in range(2)]
    for post in posts:
        ask(post=post, by=bob)
    assert look(as_user(vera), REJECT, *posts, comment="No").status_code == 403
    assert look(as_user(carol), REJECT, *posts, comment=" ").status_code == 422
    shown = look(as_user(carol), REJECT, *posts, comment="Not this year.")
    assert [line.to for line in shown.context["changes"]] == ["Rejected", "Rejected"]
    done = confirm(as_user(carol), REJECT, *posts, seen=marks(shown), comment="Not this year.")
    assert done.status_code == 302
    said = Decision.objects.values_list("kind", "comment").distinct().get()
    assert said == ("reject", "Not this year.")
    assert {*Review.objects.values_list("state", flat=True)} == {"rejected"}
