"""Answering from where a post is shown: the board's cards, and the dialog that they open."""

import pytest
from django.urls import reverse

from approvals.models import Decision
from approvals.queue import asked_of
from posts.models import Post
from posts.services.edits import rewrite
from posts.states import Stage
from tests.approvals.answering import hash_on
from tests.choosing import HX
from tests.factories.posts import PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(review, team):
    return reverse("approvals:post_answer", args=[team.slug, review.post_id])


@pytest.fixture
def board(team):
    return reverse("calendar_app:board", args=[team.slug])


def test_only_cards_that_wait_for_the_reader_offer_it(review, at, board, team, bob, carol, as_user):
    PostFactory(team=team, author=bob, stage=Stage.IN_REVIEW)
    assert as_user(carol).get(board).text.count("data-answer") == 1
    assert f'href="{at}"' in as_user(carol).get(board).text
    assert "data-answer" not in as_user(bob).get(board).text
    rewrite(Post.objects.get(pk=review.post_id), bob, body="Other words")
    assert "data-answer" not in as_user(carol).get(board).text


def test_its_menu_offers_it_too(review, at, team, carol, bob, as_user):
    menu = reverse("calendar_app:card_move", args=[team.slug, review.post_id])
    assert at in as_user(carol).get(menu).text
    assert at not in as_user(bob).get(menu).text


def test_the_page_of_the_post_leads_to_its_review(review, at, team, carol, vera, as_user):
    page = reverse("posts:post", args=[team.slug, review.post_id])
    assert f'href="{at}"' in as_user(carol).get(page).text
    assert at not in as_user(vera).get(page).text
    Post.objects.filter(pk=review.post_id).update(stage=Stage.DRAFTING)
    assert at not in as_user(carol).get(page).text


def test_who_may_not_review_any_more_is_asked_nothing(review, team, carol):
    membership = carol.memberships.get(team=team)
    assert asked_of(membership) == {review.post_id}
    membership.role = "viewer"
    assert asked_of(membership) == asked_of(None) == frozenset()


def test_the_dialog_shows_it_and_its_form_leads_back(review, at, board, team, carol, as_user):
    browser = as_user(carol)
    page = reverse("approvals:review", args=[team.slug, review.pk])
    shown = browser.get(at, headers={**HX, "HX-Current-URL": f"http://testserver{board}?tag=1"})
    assert "<html" not in shown.text
    assert "Sea level data from forty buoys is open." in shown.text
    assert f'action="{page}"' in shown.text
    assert f'name="next" value="{board}?tag=1"' in shown.text
    said = {"decision": "approve", "content_hash": hash_on(shown), "next": f"{board}?tag=1"}
    answer = browser.post(page, said)
    assert (answer.status_code, answer["Location"]) == (302, f"{board}?tag=1")
    assert Decision.objects.get().kind == "approve"
    assert "Your answer to “Forty buoys” is recorded." in browser.get(board).text


def test_it_leads_nowhere_else(review, team, carol, as_user):
    page = reverse("approvals:review", args=[team.slug, review.pk])
    said = {"decision": "approve", "content_hash": review.content_hash}
    answer = as_user(carol).post(page, {**said, "next": "https://elsewhere.test/"})
    assert answer["Location"] == page


def test_what_changed_since_the_dialog_was_opened_is_not_decided(
    review, at, board, team, bob, carol, as_user
):
    browser = as_user(carol)
    seen = hash_on(browser.get(at, headers=HX))
    rewrite(Post.objects.get(pk=review.post_id), bob, body="Other words")
    page = reverse("approvals:review", args=[team.slug, review.pk])
    said = {"decision": "approve", "content_hash": seen, "next": board}
    assert browser.post(page, said).status_code == 409
    assert not Decision.objects.exists()
    assert 'value="approve"' not in browser.get(at, headers=HX).text


def test_without_htmx_and_without_a_review(review, at, team, bob, carol, mallory, as_user):
    page = reverse("approvals:review", args=[team.slug, review.pk])
    assert as_user(carol).get(at)["Location"] == page
    assert as_user(mallory).get(at).status_code == 404
    draft = PostFactory(team=team, author=bob)
    never = reverse("approvals:post_answer", args=[team.slug, draft.pk])
    assert "It is not in review." in as_user(carol).get(never, headers=HX).text
    watching = as_user(bob).get(at, headers=HX)
    assert 'value="approve"' not in watching.text
