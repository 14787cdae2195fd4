"""Rejecting a post: an answer of its own, which ends the review."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from approvals.errors import CommentMissing, LinkUsed
from approvals.models import Decision, Review, ReviewRequest
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from notifications.models import Message
from posts.models import Approval, Delivery
from posts.services import schedule
from posts.states import Stage
from posts.times import from_utc
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


def pages_that_show(team, post):
    day = timezone.localtime(post.planned_at).date()
    month = reverse("calendar_app:month", args=[team.slug])
    return [
        reverse("posts:post", args=[team.slug, post.pk]),
        reverse("calendar_app:board", args=[team.slug]),
        reverse("calendar_app:list", args=[team.slug]),
        reverse("calendar_app:post_peek", args=[team.slug, post.pk]),
        f"{reverse('posts:find', args=[team.slug])}?q=buoys",
        f"{month}?month={day:%Y-%m}",
        f"{reverse('calendar_app:week', args=[team.slug])}?week={day:%Y-%m-%d}",
    ]


def statuses(page):
    """Which of the two; of a post's own page without what happened to it before."""
    found = set(re.findall(r'data-status="(\w+)"', page.partition('id="post-said"')[0]))
    return found & {"rejected", "changes"}


def test_every_page_calls_it_rejected_until_it_is_sent_back_otherwise(
    review, team, post, bob, carol, as_user
):
    at = from_utc(timezone.now() + timedelta(days=2), "Europe/Lisbon")
    schedule.plan(post=post, at=at, by=bob)
    say(review, carol, "reject")
    post.refresh_from_db()
    shown, client = pages_that_show(team, post), as_user(bob)
    for url in shown:
        assert statuses(client.get(url).text) == {"rejected"}, url
    assert filtered(client, team) == {"rejected": True, "changes": False, "draft": False}
    assert "rejected" in exported(client, team)

    again = ask(post=post, by=bob)
    say(again, carol, "changes", "Say where.")
    for url in shown:
        assert statuses(client.get(url).text) == {"changes"}, url
    assert filtered(client, team) == {"rejected": False, "changes": True, "draft": False}
    assert "rejected" not in exported(client, team)


def filtered(client, team):
    """Whether the list has the post, by the status that it is narrowed to."""
    url = reverse("calendar_app:list", args=[team.slug])
    return {
        status: "post-line__status" in client.get(url, {"status": status}).text
        for status in ("rejected", "changes", "draft")
    }


def exported(client, team):
    url = reverse("posts:export", args=[team.slug, "csv"])
    return b"".join(client.get(url).streaming_content).decode()


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
