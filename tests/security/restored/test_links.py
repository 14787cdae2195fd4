"""Row 76 for links in mail: one is used, and then an older backup of the database is restored.

The backup is a savepoint, see backup.py. Real dumps are restored in
tests/faults/test_restore.py.

What must be true then:
- An answer from after the backup is gone, with the approval and the time in the queue it had led
  to; its link and its page ask again, for what the backup holds and for nothing else.
- Once it is noticed that time went back, nothing that was in review then is: people may have been
  taken off since, and the backup names them. Its author asks anew.
- What that answer had published is found, whether the link answers before or after the loss is
  noticed; it is not published twice.
- What is looked up in vain is not sent before somebody has answered anew.
- Links and receipts that the backup does not know open nothing, also if others have their number.
"""

import pytest
from django.test import Client
from django.utils import timezone

from approvals import queue
from approvals.models import Decision, Review, Reviewer, ReviewRequest
from approvals.services import deadlines, reviewers
from approvals.services.inviting import relink
from delivery import dispatcher, instance
from delivery.models import Rewind
from notifications.models import Message
from posts.models import Approval, Delivery
from posts.states import DeliveryState, Stage
from tests.approvals.answering import answer, hash_on
from tests.delivery.forgotten import look
from tests.factories.delivery import due_delivery
from tests.security.restored.backup import (
    RUTH,
    asked_about,
    asked_again,
    looked_up_in_vain,
    opened,
    receipt,
    rewritten,
    send_what_is_due,
    stage_of,
)
from tests.security.test_review_links import link_of

pytestmark = pytest.mark.django_db


def test_an_answer_from_after_the_backup_is_gone_with_all_it_led_to(past):
    assert answer(past.ruth).status_code == 302
    assert stage_of(past.post) == Stage.SCHEDULED

    past.restore()

    assert not Decision.objects.exists()
    assert not Approval.objects.exists()
    assert stage_of(past.post) == Stage.IN_REVIEW
    assert Delivery.objects.get().state == DeliveryState.DRAFT
    # The answer cannot be taken back, and looking decides nothing.
    assert past.ruth.post(f"{past.ruth.page}undo/").status_code == 409
    assert 'value="approve"' in past.ruth.get(past.ruth.page).text
    assert opened(past.link).page == past.ruth.page
    assert not Decision.objects.exists()
    assert dispatcher.tick() == []
    # It is given anew, once.
    assert answer(past.ruth).status_code == 302
    assert past.ruth.post(past.ruth.page, past.form).status_code == 410
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "not yet noticed"])
def test_what_the_link_had_published_is_not_published_again(past, bob, platform, noticed):
    assert answer(past.ruth).status_code == 302
    send_what_is_due()
    assert len(platform.posts) == 1

    past.restore()
    if noticed:
        assert instance.locked() is None
        assert Delivery.objects.get().state == DeliveryState.UNKNOWN
        assert past.ruth.post(past.ruth.page, past.form).status_code == 409
        asked_again(past, bob)
    platform.calls.clear()
    again = answer(past.ruth)
    send_what_is_due()

    assert again.status_code == (409 if noticed else 302)
    assert ("may be live already" in again.text) == noticed
    assert Rewind.objects.get().calls == 1
    assert Delivery.objects.get().state == DeliveryState.UNKNOWN
    # What may be live by that answer is not taken back with it.
    assert past.ruth.post(f"{past.ruth.page}undo/").status_code == 409
    look()
    assert Delivery.objects.get().state == DeliveryState.PUBLISHED
    assert stage_of(past.post) == Stage.DONE
    assert platform.calls == []
    assert len(platform.posts) == 1


def test_what_is_found_nowhere_waits_for_the_answer(lapsed, bob, platform):
    """Looked up in vain, it is sent by a new yes, not by itself."""
    looked_up_in_vain()
    assert send_what_is_due() == 0
    assert platform.posts == []

    asked_again(lapsed, bob)
    assert send_what_is_due() == 0
    assert answer(lapsed.ruth).status_code == 302
    send_what_is_due()
    assert len(platform.posts) == 1
    assert stage_of(lapsed.post) == Stage.DONE


def test_a_yes_to_a_lost_version_is_none_to_the_one_that_came_back(past, bob):
    answer(past.ruth, "changes", comment="Say it shorter.")
    rewritten(past.post, bob)
    before = past.ruth
    asked_again(past, bob)
    newer, past.ruth = past.ruth, before
    lost = hash_on(newer.get(newer.page))

    past.restore()

    form = {**past.form, "content_hash": lost}
    assert newer.post(newer.page, form).status_code == 410
    assert past.ruth.post(past.ruth.page, form).status_code == 409
    # Nor does a page that shows what came back say yes to what is written from here on.
    shown = hash_on(past.ruth.get(past.ruth.page))
    assert shown == past.asked.review.content_hash != lost
    rewritten(past.post, bob)
    assert past.ruth.post(past.ruth.page, {**form, "content_hash": shown}).status_code == 409
    assert not Decision.objects.exists()


def test_links_that_the_backup_does_not_know_open_nothing(past, team, bob):
    reminded = relink(past.asked).removeprefix("http://localhost:8000")
    assert opened(reminded).page == past.ruth.page
    assert answer(past.ruth).status_code == 302
    later = receipt()
    assert opened(later).page == past.ruth.page
    asked_about(team, bob)
    lost = link_of(RUTH)
    stranger = opened(lost)
    form = {"decision": "approve", "content_hash": hash_on(stranger.get(stranger.page))}

    past.restore()
    other = asked_about(team, bob)

    # The number of the lost request is that of another by now.
    assert opened(link_of(RUTH)).page == stranger.page
    assert stranger.get(stranger.page).status_code == 410
    assert stranger.post(stranger.page, form).status_code == 410
    assert stranger.post(f"{stranger.page}undo/").status_code == 410
    for link in (reminded, later, lost):
        assert Client().get(link).status_code == 410
    assert not Decision.objects.exists()
    assert {stage_of(post) for post in (past.post, other)} == {Stage.IN_REVIEW}
    assert opened(past.link).page == past.ruth.page


@pytest.mark.parametrize("again", [False, True], ids=["as restored", "asked about again"])
def test_what_is_found_live_is_published_and_asks_nobody_any_more(past, bob, platform, again):
    assert answer(past.ruth).status_code == 302
    send_what_is_due()

    past.restore()
    assert instance.locked() is None
    if again:
        asked_again(past, bob)
    look()

    assert stage_of(past.post) == Stage.DONE
    assert not queue.waiting(past.post.team).exists()
    if again:
        ReviewRequest.objects.update(expires_at=timezone.now())
    page = past.ruth.get(past.ruth.page)
    assert page.status_code == 410
    assert "It is live already" in page.text
    assert "Nothing was published" not in page.text
    deadlines.tick()
    assert "It is live already" in past.ruth.get(past.ruth.page).text
    last = Review.objects.latest("pk")
    assert last.state == Review.State.WITHDRAWN
    assert not last.requests.filter(used_at=None, revoked_at=None).exists()
    assert len(platform.posts) == 1


def test_whoever_was_taken_off_since_decides_nothing_by_an_old_link(alice, past, team, bob):
    """The backup names them still. What was sent since tells that it is one."""
    reviewers.remove(team=team, reviewer=Reviewer.objects.get())
    before = past.ruth.page
    assert past.ruth.get(before).status_code == 410
    due_delivery(team)
    assert send_what_is_due() == 1

    past.restore()
    assert instance.locked() is None

    assert past.ruth.post(before, past.form).status_code == 409
    assert opened(past.link).get(before).status_code == 410
    Message.objects.filter(email=RUTH).delete()
    assert past.ruth.post(f"{before}fresh/").status_code == 200
    assert not Message.objects.filter(email=RUTH).exists()
    assert (Decision.objects.count(), stage_of(past.post)) == (0, Stage.DRAFTING)
    told = Message.objects.get(kind="database_rewound", user=alice).data["reason"]
    assert "1 post is no longer in review" in told
    # Whoever is named now is asked anew; the link of before stays closed.
    asked_again(past, bob)
    assert opened(past.link).post(before, past.form).status_code == 409
    assert answer(past.ruth).status_code == 302
