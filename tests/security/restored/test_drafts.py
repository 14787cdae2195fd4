"""A restore made a draft of what was in review: what becomes of it from here on."""

import pytest
from django.urls import reverse

from delivery import instance, rewind
from delivery.services import instance as services
from notifications.models import Message
from posts.errors import BeingPublished
from posts.models import Delivery
from posts.services import review as posts_review
from posts.states import DeliveryState, Stage
from tests.approvals.answering import answer
from tests.factories.posts import PostFactory
from tests.security.restored.backup import (
    asked_about,
    asked_again,
    looked_up_in_vain,
    rewritten,
    send_what_is_due,
    stage_of,
)

pytestmark = pytest.mark.django_db


def test_new_words_go_out_once_in_place_of_those_that_were_looked_up(lapsed, bob, platform):
    with pytest.raises(BeingPublished):
        rewritten(lapsed.post, bob)
    looked_up_in_vain()

    rewritten(lapsed.post, bob)

    row = Delivery.objects.get()
    assert (row.state, row.revision, row.content_hash) == (DeliveryState.DRAFT, None, "")
    assert stage_of(lapsed.post) == Stage.DRAFTING
    asked_again(lapsed, bob)
    assert send_what_is_due() == 0
    assert answer(lapsed.ruth).status_code == 302
    send_what_is_due()
    assert [post["text"] for post in platform.posts] == ["Shorter."]
    assert stage_of(lapsed.post) == Stage.DONE


def told(kind: str = "review_lapsed") -> dict[str, str]:
    return {m.user.email: m.data["reason"] for m in Message.objects.filter(kind=kind)}


def test_author_and_asker_hear_that_it_has_to_be_sent_again(past, alice, bob):
    """Its time would pass in silence: nobody is reminded about a draft."""
    posts_review.withdraw(post=past.post, by=bob)
    asked_again(past, alice)
    past.keep()
    asked_about(past.post.team, bob)
    past.restore()
    services.doubt_everything()
    assert instance.locked() is None

    message = Message.objects.filter(kind="review_lapsed").first()
    assert told().keys() == {alice.email, bob.email}
    assert message.data["title"] == str(past.post)
    assert message.data["url"] == reverse("posts:post", args=[past.post.team.slug, past.post.pk])
    due = past.post.planned_at.astimezone(past.post.team.zone)
    assert f"it is planned for {due:%a} {due.day} {due:%b, %H:%M}" in told()[bob.email]
    assert Message.objects.filter(kind="review_lapsed").count() == 2


def test_what_was_sent_again_stays_where_it_is(past, bob, monkeypatch):
    """Nothing comes through at first; meanwhile its author sends the post anew."""
    services.doubt_everything()
    with monkeypatch.context() as broken:
        broken.setattr(rewind.notices, "rewound", _fails)
        assert instance.locked() == instance.UNSETTLED
    assert stage_of(past.post) == Stage.DRAFTING
    asked_again(past, bob)
    Message.objects.filter(kind="review_lapsed").delete()

    instance.forget()
    assert instance.locked() is None

    assert stage_of(past.post) == Stage.IN_REVIEW
    assert not told()
    assert answer(past.ruth).status_code == 302


def _fails(_rewind) -> None:
    raise ZeroDivisionError


def test_the_page_lists_what_has_to_be_sent_again_to_its_team_until_then(
    past, bob, mallory, other_team, as_user
):
    services.doubt_everything()
    assert instance.locked() is None
    other = PostFactory(
        team=past.post.team, author=bob, stage="drafting", title="Never asked about"
    )
    page = reverse("delivery:restored", args=[past.post.team.slug])
    theirs = reverse("delivery:restored", args=[other_team.slug])
    at = reverse("posts:post", args=[past.post.team.slug, past.post.pk])

    listed = as_user(bob).get(page).text

    assert at in listed
    assert "may be back" in listed
    assert other.title not in listed
    assert "Nothing is in doubt" not in listed
    assert '<li class="step" data-status="changes">' in as_user(bob).get(at).text
    assert "may be back" not in as_user(mallory).get(theirs).text
    asked_again(past, bob)
    listed = as_user(bob).get(page).text
    assert at not in listed
    assert "may be back" not in listed
    assert "Nothing is in doubt" in listed
