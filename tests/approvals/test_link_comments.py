"""Comments that whoever has the link may read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.models import Decision, ReviewRequest
from posts.models import Comment, Post
from tests.approvals.answering import answer
from tests.factories.posts import CommentFactory

pytestmark = pytest.mark.django_db


def test_the_link_shows_external_comments_and_no_others(ruth, review, alice):
    shown = CommentFactory(post=review.post, author=alice, text="For Ruth.", external=True)
    CommentFactory(parent=shown, author=alice, text="Also for Ruth.", external=True)
    CommentFactory(parent=shown, author=alice, text="Between us.")
    hidden = CommentFactory(post=review.post, author=alice, text="Among ourselves.")
    CommentFactory(parent=hidden, author=alice, text="Under a rock.", external=True)
    page = ruth.get(ruth.page).text
    assert "For Ruth." in page
    assert "Also for Ruth." in page
    for secret in ("Between us.", "Among ourselves.", "Under a rock."):
        assert secret not in page
    Comment.objects.filter(pk=shown.pk).update(external=False)
    assert "for Ruth" not in ruth.get(ruth.page).text.casefold()


@pytest.mark.parametrize("ending", ["expires_at", "revoked_at"])
def test_a_link_that_has_ended_shows_no_comments(ruth, review, ending):
    CommentFactory(post=review.post, text="For Ruth.", external=True)
    ReviewRequest.objects.update(**{ending: timezone.now() - timedelta(minutes=1)})
    page = ruth.get(ruth.page)
    assert page.status_code == 410
    assert "For Ruth." not in page.text
    # Nor when the post has moved on, which the page says first.
    Post.objects.filter(pk=review.post_id).update(content_hash="0" * 64)
    assert "For Ruth." not in ruth.get(ruth.page).text


def test_what_a_comment_is_about_is_said_and_checked_as_for_members(ruth, review, alice):
    words = {"quote": "forty buoys", "place": 1, "begins": 20, "external": True}
    CommentFactory(post=review.post, author=alice, text="All of them?", **words)
    hidden = {**words, "quote": "Sea level", "external": False}
    CommentFactory(post=review.post, author=alice, text="Among ourselves.", **hidden)
    page = ruth.get(ruth.page).text
    assert "on “forty buoys”" in page
    assert "“Sea level”" not in page
    # As when the text had changed before it was sent for review.
    Comment.objects.filter(quote="forty buoys").update(quote="fifty buoys")
    assert "was about “fifty buoys”, which has changed" in ruth.get(ruth.page).text


def test_the_link_takes_no_comment_and_offers_no_marking(ruth, review):
    said = {"text": "Mine", "marked": "forty buoys", "channel": 0, "near": 20}
    assert ruth.post(ruth.page, said).status_code == 422
    team, post = review.team.slug, review.post_id
    outside = ruth.post(reverse("posts:comments", args=[team, post]), said)
    assert outside.status_code in (302, 404)
    assert not Comment.objects.exists()
    assert "<drum-marking" not in ruth.get(ruth.page).text


@pytest.mark.parametrize("ending", ["expires_at", "revoked_at"])
def test_a_link_that_has_ended_does_not_show_what_others_say(ruth, review, carol, ending):
    request = review.requests.get(membership__user=carol)
    said = {"kind": "changes", "comment": "Between us.", "content_hash": review.content_hash}
    Decision.objects.create(review=review, request=request, name="Carol", via="page", **said)
    assert "Between us." in ruth.get(ruth.page).text
    past = timezone.now() - timedelta(minutes=1)
    ReviewRequest.objects.filter(membership=None).update(**{ending: past})
    assert "Between us." not in ruth.get(ruth.page).text


def test_what_its_reader_said_stays_when_a_link_has_ended(ruth):
    answer(ruth, "changes", comment="It is 43 gauges.")
    ReviewRequest.objects.update(revoked_at=timezone.now(), expires_at=timezone.now())
    page = ruth.get(ruth.page).text
    assert page.count("It is 43 gauges.") == 2
