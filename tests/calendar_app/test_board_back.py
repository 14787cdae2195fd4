"""The way back from a column of the board: where nobody has to be asked again, and only once."""

import pytest
from django.urls import reverse

from posts.models import Approval
from posts.services import review, schedule
from posts.states import Stage
from tests.calendar_app.december import at
from tests.calendar_app.lanes import from_board, move, url
from tests.calendar_app.test_back import due, form_in, undo_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


@pytest.fixture
def post(free_team, planned):
    return planned("Forty buoys", at(11, 9, 30))


@pytest.fixture
def brought(post, bob):
    """`brought(stage)`: the post there."""

    def bring(stage):
        if stage == Stage.IDEA:
            type(post).objects.filter(pk=post.pk).update(stage=stage)
        elif stage == Stage.IN_REVIEW:
            review.submit(post=post, by=bob)
        elif stage in {Stage.APPROVED, Stage.SCHEDULED}:
            schedule.schedule(post=post, by=bob)
        if stage == Stage.APPROVED:
            held = schedule.unschedule(post=post, by=bob)
            type(post).objects.filter(pk=held.pk).update(planned_at=at(11, 9, 30))
        post.refresh_from_db()
        return post

    return bring


@pytest.mark.parametrize(
    ("was", "to"),
    [
        (Stage.IDEA, "draft"),
        (Stage.DRAFTING, "idea"),
        (Stage.IDEA, "scheduled"),
        (Stage.DRAFTING, "scheduled"),
        (Stage.APPROVED, "scheduled"),
        (Stage.SCHEDULED, "approved"),
    ],
)
def test_a_card_comes_back_with_its_times(free_team, brought, bob, as_user, was, to):
    post = brought(was)
    before, browser, board = (post.planned_at, due(post)), as_user(bob), from_board(free_team)
    moved = browser.post(move(free_team, post), {"to": to}, headers=board)
    post.refresh_from_db()
    assert post.stage != was
    back = browser.post(undo_in(moved), headers=board)
    assert back.status_code == 200
    assert f'id="card-{post.pk}"' in back.text
    post.refresh_from_db()
    assert (post.stage, post.planned_at) == (was, before[0])
    if was != Stage.APPROVED:
        assert due(post) == before[1]
    valid = Approval.objects.filter(post=post, revoked_at=None).exists()
    assert valid == (was in {Stage.APPROVED, Stage.SCHEDULED})
    again = browser.post(undo_in(moved), headers=board)
    assert again.status_code == 409
    assert "It has been moved since" in again.headers["HX-Trigger"]


@pytest.mark.parametrize("was", [Stage.IN_REVIEW, Stage.SCHEDULED])
def test_what_had_to_be_asked_for_offers_no_way_back(free_team, brought, bob, as_user, was):
    sent = {"to": "draft"}
    moved = as_user(bob).post(move(free_team, brought(was)), sent, headers=from_board(free_team))
    assert undo_in(moved) == ""


def test_what_was_reviewed_since_keeps_its_approval(free_team, post, bob, carol, as_user):
    """Though it goes out at the very times that it was given first."""
    browser, board = as_user(bob), from_board(free_team)
    moved = browser.post(move(free_team, post), {"to": "scheduled"}, headers=board)
    review.withdraw(post=post, by=bob)
    review.confirm(post=post, revision=review.submit(post=post, by=bob), by=carol)
    back = browser.post(undo_in(moved), headers=board)
    assert back.status_code == 409
    assert "It has been moved since" in back.headers["HX-Trigger"]
    post.refresh_from_db()
    assert post.stage == Stage.SCHEDULED
    assert Approval.objects.filter(post=post, revoked_at=None).exists()


def test_without_scripts_it_is_a_form_and_leads_to_the_same_lanes(free_team, post, bob, as_user):
    browser, sent = as_user(bob), {"to": "idea", "group": "assignee"}
    moved = browser.post(move(free_team, post), sent, follow=True)
    assert "Moved to Ideas." in moved.text
    back = browser.post(form_in(moved))
    assert back.url == url(free_team, group="assignee")
    post.refresh_from_db()
    assert post.stage == Stage.DRAFTING
    late = browser.post(form_in(moved))
    assert late.status_code == 409
    assert "<html" in late.text
    assert url(free_team, group="assignee") in late.text


def test_in_lanes_the_board_is_read_anew(free_team, post, bob, as_user):
    browser, board = as_user(bob), from_board(free_team, group="assignee")
    moved = browser.post(move(free_team, post), {"to": "idea"}, headers=board)
    assert "drum:board" not in moved.headers["HX-Trigger"]
    for status in (200, 409):
        answer = browser.post(undo_in(moved), headers=board)
        assert answer.status_code == status
        assert "drum:board" in answer.headers["HX-Trigger"]


def test_it_is_offered_for_one_post_to_who_may(
    free_team, post, planned, bob, vera, mallory, as_user
):
    browser, other = as_user(bob), planned("Other", at(12, 9))
    moved = browser.post(move(free_team, post), {"to": "idea"}, headers=from_board(free_team))
    undo, query = undo_in(moved), undo_in(moved).partition("?")[2]
    assert as_user(vera).post(undo).status_code == 403
    assert as_user(mallory).post(undo).status_code == 404
    assert browser.get(undo).status_code == 405
    elsewhere = reverse("calendar_app:card_move_undo", args=[free_team.slug, other.pk])
    assert browser.post(f"{elsewhere}?{query}").status_code == 404
    assert browser.post(elsewhere).status_code == 404
    # What leads back from here leads back nowhere else.
    times = reverse("calendar_app:post_move_undo", args=[free_team.slug, post.pk])
    assert browser.post(f"{times}?{query}").status_code == 404
