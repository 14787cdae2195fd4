"""The review queue: its four parts, what they are narrowed to, and what they cost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals import queue as query
from approvals.models import Decision, Review, ReviewRequest, Round
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from posts.models import Post
from tests.choosing import HX, confirm, look, marks
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.posts import CampaignFactory, PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
CHANGES = "approvals:selection_changes"


@pytest.fixture
def at(team):
    def make(**query):
        return reverse("approvals:queue", args=[team.slug], query=query)

    return make


@pytest.fixture
def shown(at, as_user):
    """`shown(carol, view="mine")`: the titles of that part, in their order."""

    def read(user, **query):
        page = as_user(user).get(at(**query)).context["page"]
        return [row.review.post.title for row in page.rows]

    return read


@pytest.fixture
def asked(team, bob, stage):
    """`asked("Title", hours=3)`: a review of a post by bob, planned in so many hours."""
    channel = ChannelFactory(team=team)

    def make(title, hours=None, **fields):
        at = None if hours is None else timezone.now() + timedelta(hours=hours)
        given = {"team": team, "author": bob, "channels": [channel], **fields}
        review = ask(post=PostFactory(**given, title=title), by=bob)
        Post.objects.filter(pk=review.post_id).update(planned_at=at)
        return review

    return make


def decided(review, user, kind="approve"):
    asked = ReviewRequest.objects.get(review=review, membership__user=user)
    seen = review.content_hash
    return decide(request=asked, kind=kind, seen_hash=seen, trace=Trace("page"), comment="So")


def counts(response):
    return {tab.key: tab.shown for tab in response.context["tabs"]}


def test_what_waits_for_me_and_what_for_others(review, team, carol, bob, vera, shown):
    assert shown(carol) == ["Forty buoys"]
    assert shown(carol, view="others") == []
    assert shown(bob) == []
    assert shown(bob, view="others") == ["Forty buoys"]
    # Who may not review is shown what the others have to do.
    assert shown(vera) == ["Forty buoys"]


def test_soonest_first_and_what_is_late(asked, carol, at, as_user, shown):
    asked("Later", hours=30)
    asked("Whenever")
    asked("Passed", hours=-2)
    wanted = asked("Wanted", hours=20)
    Round.objects.filter(review=wanted).update(
        lead=timedelta(hours=24), began_at=timezone.now() - timedelta(hours=48)
    )
    assert shown(carol) == ["Passed", "Wanted", "Later", "Whenever"]
    assert shown(carol, view="overdue") == ["Passed", "Wanted"]
    page = as_user(carol).get(at())
    assert counts(page) == {"mine": 4, "others": 0, "overdue": 2, "decided": 0}
    assert [row.late for row in page.context["page"].rows] == [True, True, False, False]
    assert "Answer was wanted by" in page.text


def test_a_stage_that_began_late_is_wanted_by_the_time_of_the_post(asked, carol, shown):
    review = asked("Wanted", hours=20)
    Round.objects.filter(review=review).update(lead=timedelta(hours=24))
    assert shown(carol, view="overdue") == []


def test_what_was_decided(asked, team, carol, shown, at, as_user):
    yes, no, back = asked("Yes"), asked("No"), asked("Back")
    decided(yes, carol)
    decided(no, carol, "changes")
    Review.objects.filter(pk=back.pk).update(state="withdrawn", ended_at=timezone.now())
    assert shown(carol, view="decided") == ["No", "Yes"]
    page = as_user(carol).get(at(view="decided")).text
    assert "approved by Carol" in page
    assert "changes asked for, after Carol" in page
    assert 'name="id"' not in page


def test_whose_answer_is_missing_and_how_far_it_is(team, bob, carol, alice, post, at, as_user):
    first = StageFactory(workflow__team=team, name="Facts")
    ReviewerFactory(stage=first, membership=carol.memberships.get(team=team))
    second = StageFactory(workflow=first.workflow, name="Legal", position=2)
    ReviewerFactory(stage=second, membership=alice.memberships.get(team=team))
    review = ask(post=post, by=bob)
    page = as_user(bob).get(at(view="others")).text
    assert "waits for Carol" in page
    assert "0 of 2 stages done" in page
    decided(review, carol)
    [row] = as_user(alice).get(at()).context["page"].rows
    assert (row.names, row.done, row.stages) == (["Alice"], 1, "Legal")


@pytest.mark.parametrize("gone", ["trashed", "changed", "withdrawn"])
def test_what_nobody_can_decide_waits_for_nobody(review, post, carol, at, as_user, gone):
    if gone == "withdrawn":
        Review.objects.update(state="withdrawn")
    fields = {"trashed": {"trashed_at": timezone.now()}, "changed": {"content_hash": "other"}}
    Post.objects.filter(pk=post.pk).update(**fields.get(gone, {}))
    assert set(counts(as_user(carol).get(at())).values()) == {0}


def test_narrowed_by_channel_author_and_campaign(asked, team, alice, carol, shown, at, as_user):
    campaign, channel = CampaignFactory(team=team), ChannelFactory(team=team)
    asked("Plain")
    asked("Tides", campaign=campaign)
    asked("Elsewhere", channels=[channel])
    asked("By Alice", author=alice)
    assert shown(carol, campaign=campaign.pk) == ["Tides"]
    assert shown(carol, channel=channel.pk) == ["Elsewhere"]
    assert shown(carol, author=alice.pk) == ["By Alice"]
    page = as_user(carol).get(at(author=alice.pk))
    assert counts(page)["mine"] == 1
    assert f"?view=overdue&amp;author={alice.pk}" in page.text


def test_filters_of_another_team_or_of_nothing_are_left_out(review, carol, shown):
    foreign = ChannelFactory().pk
    for said in ({"channel": foreign}, {"author": "x"}, {"campaign": 10**18}, {"view": "all"}):
        assert shown(carol, **said) == ["Forty buoys"]


def test_an_outsider_finds_nothing(review, mallory, carol, at, as_user):
    assert as_user(mallory).get(at()).status_code == 404
    assert as_user(carol).post(at()).status_code == 405


def test_htmx_gets_the_list(review, carol, at, as_user):
    page = as_user(carol).get(at(), headers=HX).text
    assert "<html" not in page
    assert "Forty buoys" in page


def test_page_that_a_browser_restores_is_whole(review, carol, at, as_user):
    headers = {**HX, "HX-History-Restore-Request": "true"}
    assert "<html" in as_user(carol).get(at(), headers=headers).text


def test_pages_and_counts_are_bounded(
    asked, carol, at, as_user, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(query, "PER_PAGE", 5)
    monkeypatch.setattr(query, "MOST", 10)
    monkeypatch.setattr("approvals.views.queue.MOST", 10)
    for n in range(14):
        asked(f"Post {n}", hours=n + 1)
    browser = as_user(carol)
    browser.get(at())
    with django_assert_max_num_queries(12):
        page = browser.get(at())
    assert "10+" in page.text
    assert "?view=mine&amp;page=2" in page.text
    last = browser.get(at(page=2))
    assert len(last.context["page"].rows) == 5
    assert not last.context["page"].more
    assert browser.get(at(page=3)).context["page"].number == 1


def test_changes_are_asked_of_many_with_one_comment(asked, carol, bob, as_user):
    posts = [asked("One").post, asked("Two").post]
    Post.objects.filter(pk=posts[1].pk).update(content_hash="other")
    first = look(as_user(carol), CHANGES, *posts)
    assert "What should change?" in first.text
    assert look(as_user(carol), CHANGES, *posts, comment=" ").status_code == 422
    shown = look(as_user(carol), CHANGES, *posts, comment="Say how many.")
    assert [line.to for line in shown.context["changes"]] == ["Changes requested"]
    assert [line.why_not for line in shown.context["left"]] == [
        "It was changed after it was sent for review."
    ]
    assert not Decision.objects.exists()
    seen = marks(shown)
    done = confirm(as_user(carol), CHANGES, *posts, seen=seen, comment="Say how many.")
    assert done.status_code == 302
    assert list(Decision.objects.values_list("kind", "comment")) == [("changes", "Say how many.")]
    posts[0].refresh_from_db()
    assert posts[0].stage == "changes_requested"


def test_who_was_not_asked_and_who_only_looks_ask_for_nothing(asked, alice, vera, as_user):
    post = asked("One").post
    shown = look(as_user(alice), CHANGES, post, comment="No")
    assert [line.why_not for line in shown.context["left"]] == ["You were not asked to review it."]
    assert look(as_user(vera), CHANGES, post, comment="No").status_code == 403
