"""What is new in a version since the reader decided about an earlier one."""

import pytest
from django.urls import reverse

from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from posts.models import Post
from tests.factories.posts import refresh_hash

pytestmark = pytest.mark.django_db
RUTH = "ruth@harbour.test"


@pytest.fixture
def again(post, bob, review):
    """`again("ruth@…", "Other words")`: they ask for changes, bob rewrites it and asks again."""

    def make(email, body):
        asked = review.requests.get(email=email)
        seen = review.content_hash
        trace = Trace("page")
        decide(request=asked, kind="changes", seen_hash=seen, trace=trace, comment="How many?")
        Post.objects.filter(pk=post.pk).update(body=body)
        refresh_hash(Post.objects.get(pk=post.pk))
        return ask(post=Post.objects.get(pk=post.pk), by=bob)

    return make


def of(team, review):
    return reverse("approvals:review", args=[team.slug, review.pk])


def test_what_is_new_per_channel(again, team, carol, alice, as_user):
    newer = again(carol.email, "Sea level data from fifty buoys is open.")
    page = as_user(carol).get(of(team, newer))
    since = page.context["sheet"].since
    assert len(since.changes) == 2
    assert all(changes for changes in since.changes.values())
    assert page.text.count("<ins>fifty </ins>") == 2
    assert page.text.count("<del>forty </del>") == 2
    assert "You asked for changes to version" in page.text
    assert "How many?" in page.text
    # Who decided nothing yet reads it for the first time.
    assert as_user(alice).get(of(team, newer)).context["sheet"].since is None


def test_nothing_new_is_folded_up(again, team, post, carol, as_user):
    newer = again(carol.email, post.body)
    page = as_user(carol).get(of(team, newer))
    assert page.context["sheet"].since.same
    assert "the same since" in page.text
    assert "review__since" in page.text
    assert 'review__since" open' not in page.text


def test_whoever_holds_a_link_sees_it_too(again, client, link_of):
    again(RUTH, "Sea level data from fifty buoys is open.")
    page = client.get(client.get(link_of(RUTH))["Location"])
    assert "<ins>fifty </ins>" in page.text


def test_another_reviewers_decision_is_not_mine(again, client, carol, link_of):
    again(carol.email, "Sea level data from fifty buoys is open.")
    page = client.get(client.get(link_of(RUTH))["Location"])
    assert page.context["sheet"].since is None
    assert "<ins>" not in page.text
