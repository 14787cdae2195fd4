"""Reviewing while signed in: sheet, asking and taking back."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from approvals import flows, mail
from approvals.models import Decision, Review
from approvals.services.ask import ask
from posts.states import Stage
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.posts import (
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    refresh_hash,
)
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


def url(name, team, **kwargs):
    return reverse(f"approvals:{name}", kwargs={"team": team.slug, **kwargs})


@pytest.fixture
def sheet(review, team):
    return url("review", team, review_id=review.pk)


def decide(browser, sheet, review, decision="approve", **extra):
    return browser.post(sheet, {"decision": decision, "content_hash": review.content_hash, **extra})


def test_member_approves(review, sheet, post, carol, as_user):
    assert decide(as_user(carol), sheet, review).status_code == 302
    post.refresh_from_db()
    assert post.stage == Stage.APPROVED
    assert Decision.objects.get().via == "page"


def test_who_was_not_asked_decides_nothing(review, sheet, alice, as_user):
    assert decide(as_user(alice), sheet, review).status_code == 403
    assert not Decision.objects.exists()


def test_author_does_not_approve_his_own(team, post, bob, carol):
    stage = StageFactory(workflow__team=team)
    for user in (bob, carol):
        ReviewerFactory(stage=stage, membership=user.memberships.get(team=team))
    assert [p.email for p in flows.plan_of(post).first] == [carol.email]
    team.allow_self_approval = True
    team.save(update_fields=["allow_self_approval"])
    post.team.refresh_from_db()
    assert len(flows.plan_of(post).first) == 2


def test_two_are_needed(team, post, bob, carol, alice, as_user):
    stage = StageFactory(workflow__team=team, needed=2)
    for user in (carol, alice):
        ReviewerFactory(stage=stage, membership=user.memberships.get(team=team))
    review = ask(post=post, by=bob)
    sheet = url("review", team, review_id=review.pk)
    decide(as_user(carol), sheet, review)
    post.refresh_from_db()
    assert post.stage == Stage.IN_REVIEW
    decide(as_user(alice), sheet, review)
    post.refresh_from_db()
    assert post.stage == Stage.APPROVED


def test_opposite_answers_first_one_counts(team, post, bob, carol, alice, as_user):
    stage = StageFactory(workflow__team=team)
    for user in (carol, alice):
        ReviewerFactory(stage=stage, membership=user.memberships.get(team=team))
    review = ask(post=post, by=bob)
    sheet = url("review", team, review_id=review.pk)
    assert decide(as_user(carol), sheet, review, "changes", comment="Not yet").status_code == 302
    assert decide(as_user(alice), sheet, review).status_code == 409
    post.refresh_from_db()
    assert post.stage == Stage.CHANGES_REQUESTED
    assert Decision.objects.count() == 1


def test_outsider_and_viewer(review, sheet, team, mallory, vera, as_user):
    assert as_user(mallory).get(sheet).status_code == 404
    assert as_user(vera).get(sheet).status_code == 200
    assert decide(as_user(vera), sheet, review).status_code == 403
    withdraw = url("review_withdraw", team, review_id=review.pk)
    assert as_user(vera).post(withdraw).status_code == 403
    assert as_user(mallory).post(withdraw).status_code == 404


def test_sending_for_review(team, post, bob, stage, as_user):
    target = url("post_review", team, post_id=post.pk)
    response = as_user(bob).post(target, {"note": "Please look"})
    assert response.status_code == 302
    assert Review.objects.get().note == "Please look"
    post.refresh_from_db()
    assert post.stage == Stage.IN_REVIEW
    again = as_user(bob).post(target, headers={"HX-Request": "true"})
    assert again.status_code == 409
    assert Review.objects.filter(state="open").count() == 1


def test_sending_nothing_for_review(team, bob, stage, as_user):
    post = PostFactory(team=team, author=bob, body="", channels=[ChannelFactory(team=team)])
    response = as_user(bob).post(url("post_review", team, post_id=post.pk))
    assert response.status_code == 422
    assert not Review.objects.exists()


def test_nobody_left_to_ask(team, bob, as_user):
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    response = as_user(bob).post(url("post_review", team, post_id=post.pk))
    assert response.status_code == 422
    assert "Add a reviewer" in response.content.decode()
    assert 'name="note"' not in response.text


@pytest.mark.parametrize("length", [30, 2001])
def test_a_note_is_kept_when_nothing_was_sent(team, bob, as_user, length):
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    target = url("post_review", team, post_id=post.pk)
    note = "<b>".ljust(length, "x")
    response = as_user(bob).post(target, {"note": note})
    assert response.status_code == 422
    assert f">{escape(note)}</textarea>" in response.text
    assert f'action="{target}"' in response.text


def test_viewer_and_outsider_send_nothing(team, post, vera, mallory, stage, as_user):
    target = url("post_review", team, post_id=post.pk)
    assert as_user(vera).post(target).status_code == 403
    assert as_user(mallory).post(target).status_code == 404
    assert as_user(vera).get(target).status_code == 403
    assert as_user(mallory).get(target).status_code == 404
    assert not Review.objects.exists()


def test_open_redirect_is_not_followed(team, post, bob, stage, as_user):
    response = as_user(bob).post(
        url("post_review", team, post_id=post.pk), {"next": "https://evil.example/"}
    )
    assert "evil" not in response["Location"]


def test_taking_back(review, team, post, bob, as_user):
    response = as_user(bob).post(url("review_withdraw", team, review_id=review.pk))
    assert response.status_code == 302
    post.refresh_from_db()
    assert post.stage == Stage.DRAFTING
    assert as_user(bob).post(url("review_withdraw", team, review_id=review.pk)).status_code == 409


def test_decisions_are_never_rewritten(review, sheet, carol, as_user):
    decide(as_user(carol), sheet, review)
    with pytest.raises(Exception, match="never changed"):
        Decision.objects.update(kind="changes")


def test_who_only_watches_gets_back_what_they_typed(review, sheet, alice, as_user):
    form = {"decision": "changes", "comment": "It is 43.", "content_hash": review.content_hash}
    refused = as_user(alice).post(sheet, form)
    assert refused.status_code == 403
    assert ">It is 43.</textarea>" in refused.text
    assert "What you wrote" not in as_user(alice).get(sheet).text


@pytest.mark.parametrize("gone", ["left", "viewer"])
def test_it_says_when_nobody_can_answer_any_more(stage, post, bob, carol, team, as_user, gone):
    stage.reviewers.filter(membership=None).delete()
    asked = ask(post=post, by=bob)
    page, said = url("review", team, review_id=asked.pk), "can no longer answer"
    assert said not in as_user(bob).get(page).text
    if gone == "left":
        carol.memberships.get(team=team).delete()
    else:
        carol.memberships.filter(team=team).update(role="viewer")
    assert said in as_user(bob).get(page).text


def test_it_waits_as_long_as_one_can_answer(review, sheet, bob, carol, team, as_user):
    carol.memberships.get(team=team).delete()
    assert "can no longer answer" not in as_user(bob).get(sheet).text


def test_the_page_asks_little(review, sheet, carol, as_user, django_assert_max_num_queries):
    browser = as_user(carol)
    browser.get(sheet)
    with django_assert_max_num_queries(12):
        assert browser.get(sheet).context["sheet"].state == "open"


def test_two_accounts_of_one_platform_are_told_apart(ruth, review, post, bob, team):
    one, two = post.variants.select_related("channel").order_by("pk")
    both = [f"Bluesky ({v.channel}, {v.channel.handle})" for v in (one, two)]
    assert f"For {', '.join(both)}" in " ".join(ruth.get(ruth.page).text.split())
    letter = mail.letter(review, review.requests.get(email="ruth@harbour.test"))
    assert letter["channel_names"] == ", ".join(both)
    alone = ask(post=PostFactory(team=team, author=bob, channels=[one.channel]), by=bob)
    assert mail.letter(alone, alone.requests.first())["channel_names"] == "Bluesky"


def test_a_picture_is_shown_as_each_platform_crops_it(team, bob, carol, stage, as_user):
    channels = [ChannelFactory(team=team, platform=slug) for slug in ("instagram", "x")]
    post = PostFactory(team=team, author=bob, channels=channels)
    tall = MediaAssetFactory(team=team, width=600, height=1500)
    PostMediaFactory(post=post, asset=tall, alt="A mast", focal_y=100)
    review = ask(post=refresh_hash(post), by=bob)
    page = as_user(carol).get(url("review", team, review_id=review.pk)).content.decode()
    assert page.count('viewBox="0 750 600 750"') == 1
    assert 'role="img" aria-label="A mast"' in page
    assert '" alt="A mast" width="600" height="1500">' in page  # whole, on the other
