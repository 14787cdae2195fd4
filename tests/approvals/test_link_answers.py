"""The answer to the link in the mail: POST decides once, about exactly what was shown."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from approvals.models import Decision, Review, ReviewRequest
from approvals.services.ask import ask
from approvals.services.decide import withdraw
from notifications.models import Message
from posts import content
from posts.models import Approval, Post
from posts.services import compose, schedule
from posts.states import Stage
from posts.times import from_utc
from tests.approvals.answering import answer, hash_on
from tests.factories.posts import refresh_hash

pytestmark = pytest.mark.django_db
RUTH = "ruth@harbour.test"


def planned_for_ruth(client, post, bob, link_of, **ahead):
    """The post is planned, ruth is asked, and her page is open."""
    schedule.plan(post=post, at=from_utc(timezone.now() + timedelta(**ahead), "UTC"), by=bob)
    ask(post=post, by=bob)
    client.page = client.get(link_of(RUTH))["Location"]
    return client


def test_approving_decides_once(ruth, review, post):
    assert answer(ruth).status_code == 302
    review.refresh_from_db()
    post.refresh_from_db()
    assert review.state == Review.State.APPROVED
    assert post.stage == Stage.APPROVED
    permit = Approval.objects.get()
    assert permit.content_hash == content.digest(content.snapshot(post))
    assert permit.granted_name == "Ruth Abara"
    decision = Decision.objects.get()
    assert (decision.kind, decision.via) == ("approve", "email")
    page = ruth.get(ruth.page)
    assert "Approved. Thank you, Ruth Abara." in page.content.decode()
    again = ruth.post(
        ruth.page, {"decision": "changes", "comment": "No", "content_hash": review.content_hash}
    )
    assert again.status_code == 410
    assert Decision.objects.count() == 1


def test_approved_by_mail_waits_a_minute_before_it_may_go_out(ruth, post, bob, settings):
    settings.APPROVAL_COOLING_SECONDS = 60
    answer(ruth)
    left = Approval.objects.get().not_before - timezone.now()
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)


def test_page_names_the_later_time_when_the_minute_of_grace_delays_the_post(
    post, bob, stage, client, link_of, settings
):
    settings.APPROVAL_COOLING_SECONDS = 600
    ruth = planned_for_ruth(client, post, bob, link_of, minutes=5)
    answer(ruth)
    ends = f'<time datetime="{Decision.objects.get().binds_from:%Y-%m-%dT%H:%M}'
    assert ends in ruth.get(ruth.page).content.decode()


def test_page_claims_no_time_for_a_post_that_lost_it(post, bob, stage, client, link_of):
    ruth = planned_for_ruth(client, post, bob, link_of, days=1)
    answer(ruth)
    assert "It goes out on" in ruth.get(ruth.page).content.decode()
    post.refresh_from_db()
    schedule.unschedule(post=post, by=bob)
    assert "It goes out on" not in ruth.get(ruth.page).content.decode()


def test_answer_is_wanted_before_the_post_is_due(post, bob, stage, client, link_of):
    planned_for_ruth(client, post, bob, link_of, minutes=5)
    request = ReviewRequest.objects.get(email=RUTH)
    post.refresh_from_db()
    assert request.answer_by == post.planned_at < request.expires_at


def test_approval_schedules_what_was_planned(post, bob, stage, client, link_of):
    answer(planned_for_ruth(client, post, bob, link_of, days=1))
    post.refresh_from_db()
    assert post.stage == Stage.SCHEDULED
    assert set(post.deliveries.values_list("state", flat=True)) == {"queued"}


def test_asking_for_changes_needs_words(ruth, review):
    response = answer(ruth, "changes")
    assert response.status_code == 422
    assert "Say what should change" in response.content.decode()
    assert not Decision.objects.exists()


def test_asking_for_changes_tells_the_author(ruth, review, post, bob):
    assert answer(ruth, "changes", comment="It is 43 gauges now").status_code == 302
    post.refresh_from_db()
    assert post.stage == Stage.CHANGES_REQUESTED
    told = Message.objects.get(kind="review_changes")
    assert told.user == bob
    assert told.data["comment"] == "It is 43 gauges now"
    assert "It is 43 gauges now" in ruth.get(ruth.page).content.decode()


def test_receipt_goes_to_whoever_decided(ruth):
    answer(ruth)
    receipt = Message.objects.get(kind="review_receipt")
    assert receipt.email == RUTH
    assert receipt.data["kind"] == "approve"


def test_text_changed_since_is_not_decided(ruth, post, bob, review):
    shown = hash_on(ruth.get(ruth.page))
    draft = compose.draft_of(content.snapshot(post), post)
    changed = compose.Draft(**{**draft.__dict__, "body": "Forty-three buoys."})
    compose.save(post=post, draft=changed, version=post.version, by=bob)
    response = ruth.post(ruth.page, {"decision": "approve", "content_hash": shown})
    assert response.status_code == 409
    page = response.content.decode()
    assert "changed" in page
    assert 'value="approve"' not in page
    assert not Decision.objects.exists()
    assert not Approval.objects.exists()


def test_foreign_hash_is_not_decided(ruth):
    response = ruth.post(ruth.page, {"decision": "approve", "content_hash": "0" * 64})
    assert response.status_code == 409
    assert not Decision.objects.exists()


def test_what_is_decided_by_link_is_in_the_audit_log_as_such(ruth):
    assert answer(ruth).status_code == 302
    [entry] = AuditEntry.objects.filter(verb="review.approve")
    assert (entry.actor_name, entry.actor_id, entry.via) == ("Ruth Abara", None, "link")
    assert entry.ip == "127.0.0.1"
    assert ruth.page.split("/")[-2] not in str(entry.after)


def test_an_old_link_does_not_promise_what_has_been_sent(ruth, post, bob, review):
    say = {"decision": "changes", "content_hash": hash_on(ruth.get(ruth.page)), "comment": "Why?"}
    ruth.post(ruth.page, say)
    assert "You will get a new link" in ruth.get(ruth.page).text
    Post.objects.filter(pk=post.pk).update(body="Other words.")
    ask(post=refresh_hash(Post.objects.get(pk=post.pk)), by=bob)
    page = ruth.get(ruth.page).text
    assert "The newest mail has the link" in page
    assert "You will get a new link" not in page


def test_a_member_s_link_leads_to_where_they_comment(client, review, link_of, carol, team, ruth):
    inside = reverse("approvals:review", args=[team.slug, review.pk])
    assert inside in client.get(client.get(link_of(carol.email))["Location"]).text
    assert inside not in ruth.get(ruth.page).text


LINES = "\r\n".join(["Two are missing."] * 290)


@pytest.mark.parametrize(("kind", "field"), [("changes", "comment"), ("reject", "why")])
def test_line_breaks_count_once_as_in_the_browser_that_let_them_through(ruth, kind, field):
    assert len(LINES.replace("\r\n", "\n")) < 5000 < len(LINES)
    assert answer(ruth, kind, **{field: LINES}).status_code == 302
    assert Decision.objects.get().comment == LINES.replace("\r\n", "\n")


@pytest.mark.parametrize(("kind", "field"), [("changes", "comment"), ("reject", "why")])
def test_too_many_words_are_said_to_be_so_and_kept(ruth, kind, field):
    refused = answer(ruth, kind, **{field: "x" * 100_000})
    assert refused.status_code == 422
    assert "it has 100000 characters, of at most 5000" in refused.text
    assert f">{'x' * 100_000}</textarea>" in refused.text
    assert not Decision.objects.exists()


def ended_by_somebody(review, bob):
    withdraw(review=review, by=bob.memberships.get(team=review.team))


def changed(review, bob):
    Post.objects.filter(pk=review.post_id).update(content_hash="0" * 64)


def expired(review, bob):
    review.requests.update(expires_at=timezone.now())


def answered(review, bob):
    review.requests.update(used_at=timezone.now())


@pytest.mark.parametrize("happened", [ended_by_somebody, changed, expired, answered])
@pytest.mark.parametrize(("kind", "field"), [("changes", "comment"), ("reject", "why")])
def test_words_that_came_too_late_are_shown_to_whoever_typed_them(
    ruth, review, bob, happened, kind, field
):
    shown = hash_on(ruth.get(ruth.page))
    happened(review, bob)
    form = {"decision": kind, field: "It is 43 gauges.", "content_hash": shown}
    late = ruth.post(ruth.page, form)
    assert late.status_code in (409, 410)
    assert ">It is 43 gauges.</textarea>" in late.text
    assert "It was not recorded." in late.text
    told = {"Your answer was not recorded.", "Nothing was decided.", "decided about this version"}
    assert any(one in late.text for one in told)
    assert "autofocus" in late.text
    assert "It is 43 gauges." not in ruth.get(ruth.page).text
